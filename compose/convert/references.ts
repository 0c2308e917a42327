import type { ConfigReference, FileTarget, SecretReference } from "../../core/model/container-spec.ts"
import type { FileObjectConfig, FileReference } from "../config.ts"
import { quote } from "../go/quote.ts"
import { scope } from "./context.ts"
import type { Failed } from "./deploy.ts"

type Objects = ReadonlyMap<string, FileObjectConfig>

interface Reference {
  readonly File: FileTarget
  readonly Name: string
}

const readableByAll = 0o444

const clusterName = (objects: Objects, namespace: string, key: string, kind: string): string | Failed => {
  const declared = objects.get(key)
  if (declared === undefined) return { error: `undefined ${kind} ${quote(key)}` }
  return declared.name ?? scope(namespace, key)
}

const convertReferences = (
  references: ReadonlyArray<FileReference>,
  objects: Objects,
  namespace: string,
  kind: "secret" | "config",
): ReadonlyArray<Reference> | Failed => {
  const converted = new Map<string, Reference>()
  for (const reference of references) {
    const source = reference.source ?? ""
    const name = clusterName(objects, namespace, source, kind)
    if (typeof name === "object") return name
    const target = reference.target ?? source
    if (converted.has(target)) return { error: `duplicate ${kind} target for ${name} not allowed` }
    const File = {
      Name: target,
      UID: reference.uid ?? "0",
      GID: reference.gid ?? "0",
      Mode: reference.mode ?? readableByAll,
    }
    converted.set(target, { File, Name: name })
  }
  return [...converted.values()].sort((a, b) => (a.Name < b.Name ? -1 : a.Name > b.Name ? 1 : 0))
}

/** IDs are not known before the objects exist: they stay empty until `withReferenceIds`. */
export const convertSecretReferences = (
  references: ReadonlyArray<FileReference>,
  objects: Objects,
  namespace: string,
): ReadonlyArray<SecretReference> | Failed => {
  const converted = convertReferences(references, objects, namespace, "secret")
  if ("error" in converted) return converted
  return converted.map(({ File, Name }) => ({ File, SecretID: "", SecretName: Name }))
}

/** A credential spec kept in a config adds a reference without a file, for the runtime only. */
export const convertConfigReferences = (
  references: ReadonlyArray<FileReference>,
  credentials: string | undefined,
  objects: Objects,
  namespace: string,
): ReadonlyArray<ConfigReference> | Failed => {
  const converted = convertReferences(references, objects, namespace, "config")
  if ("error" in converted) return converted
  const files = converted.map(({ File, Name }): ConfigReference => ({ File, ConfigID: "", ConfigName: Name }))
  if (credentials === undefined) return files
  const name = clusterName(objects, namespace, credentials, "config")
  if (typeof name === "object") return name
  const runtime: ConfigReference = { Runtime: {}, ConfigID: "", ConfigName: name }
  return [...files, runtime].sort((a, b) => (a.ConfigName < b.ConfigName ? -1 : a.ConfigName > b.ConfigName ? 1 : 0))
}

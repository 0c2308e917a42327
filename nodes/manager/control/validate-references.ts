import { type ApiError, rpcError } from "../../../core/errors.ts"
import type { ServiceSpec } from "../../../core/model/service.ts"
import type { Reader } from "../../../core/store/reader.ts"

/** A reference to a secret or config as far as it can be wrong. `plain`: given to the task without a file. */
export interface Reference {
  readonly id: string
  readonly name: string
  readonly file: string | undefined
  readonly plain: boolean
}

const invalid = (message: string): ApiError => rpcError("InvalidArgument", message)

/** Malformed references, and two that would be the same file. */
export function referencesError(kind: "secret" | "config", references: ReadonlyArray<Reference>): ApiError | undefined {
  const files = new Map<string, string>()
  for (const { id, name, file, plain } of references) {
    if (id === "" || name === "") return invalid(`malformed ${kind} reference`)
    if (plain) continue
    if (file === undefined) return invalid(`malformed ${kind} reference, no target provided`)
    if (file === "") return invalid(`malformed file ${kind} reference, invalid target file name provided`)
    const other = files.get(file)
    if (other !== undefined) {
      return invalid(`${kind} references '${other}' and '${name}' have a conflicting target: '${file}'`)
    }
    files.set(file, name)
  }
  return undefined
}

/** Secrets and configs that the spec names but the cluster does not have (under that ID and name). */
export function missingReferences(reader: Reader, spec: ServiceSpec): ApiError | undefined {
  const container = spec.TaskTemplate.ContainerSpec ?? {}
  const secrets = (container.Secrets ?? [])
    .filter((one) => reader.get("secrets", one.SecretID)?.Spec.Name !== one.SecretName)
    .map((one) => one.SecretName)
  const configs = (container.Configs ?? [])
    .filter((one) => reader.get("configs", one.ConfigID)?.Spec.Name !== one.ConfigName)
    .map((one) => one.ConfigName)
  return notFoundError("secret", secrets) ?? notFoundError("config", configs)
}

function notFoundError(kind: string, names: ReadonlyArray<string>): ApiError | undefined {
  if (names.length === 0) return undefined
  return invalid(`${kind}${names.length === 1 ? "" : "s"} not found: ${names.join(", ")}`)
}

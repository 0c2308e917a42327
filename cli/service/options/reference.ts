import type { ConfigReference, FileTarget, SecretReference } from "../../../core/model/index.ts"
import { bad, good, type Parsed } from "../../../core/parsed.ts"
import type { Engine } from "../../client/engine.ts"
import type { Config, Secret } from "../../client/types.ts"
import { CliError } from "../../errors.ts"
import { csvFields, cut } from "./key-value.ts"

/** A secret or config that a service asks for by name, and the file it becomes. */
export interface FileReference {
  readonly name: string
  readonly file: FileTarget
}

/** --secret and --config: a name, or `source=,target=,uid=,gid=,mode=` with an octal mode. */
export function parseReference(text: string): Parsed<FileReference> {
  const fields = csvFields(text)
  if (fields.length === 1 && !text.includes("=")) {
    return text === ""
      ? bad("source is required")
      : good({ name: text, file: { Name: text, UID: "0", GID: "0", Mode: 0o444 } })
  }
  let name = ""
  let file: FileTarget = { Name: "", UID: "0", GID: "0", Mode: 0o444 }
  for (const field of fields) {
    const [key, value] = cut(field)
    if (!field.includes("=") || key === "") return bad(`invalid field '${field}' must be a key=value pair`)
    switch (key.toLowerCase()) {
      case "source":
      case "src":
        name = value
        break
      case "target":
        file = { ...file, Name: value }
        break
      case "uid":
        file = { ...file, UID: value }
        break
      case "gid":
        file = { ...file, GID: value }
        break
      case "mode":
        if (!/^[0-7]+$/.test(value))
          return bad(`invalid mode specified: strconv.ParseUint: parsing ${JSON.stringify(value)}: invalid syntax`)
        file = { ...file, Mode: Number.parseInt(value, 8) }
        break
      default:
        return bad(`invalid field in ${key} request: ${key}`)
    }
  }
  if (name === "") return bad("source is required")
  return good({ name, file: file.Name === "" ? { ...file, Name: name } : file })
}

/** The references of a spec, with the IDs that the cluster has for the names. */
export async function resolveSecrets(
  engine: Engine,
  wanted: ReadonlyArray<FileReference>,
): Promise<ReadonlyArray<SecretReference>> {
  const ids = await lookUp(engine, "secret", wanted)
  return wanted.map(({ name, file }) => ({ File: file, SecretID: ids.get(name) ?? "", SecretName: name }))
}

export async function resolveConfigs(
  engine: Engine,
  wanted: ReadonlyArray<FileReference>,
): Promise<ReadonlyArray<ConfigReference>> {
  const ids = await lookUp(engine, "config", wanted)
  return wanted.map(({ name, file }) => ({ File: file, ConfigID: ids.get(name) ?? "", ConfigName: name }))
}

async function lookUp(
  engine: Engine,
  kind: "secret" | "config",
  wanted: ReadonlyArray<FileReference>,
): Promise<ReadonlyMap<string, string>> {
  if (wanted.length === 0) return new Map()
  const targets = new Set<string>()
  for (const { name, file } of wanted) {
    if (targets.has(file.Name)) throw new CliError(`duplicate ${kind} target for ${name} not allowed`)
    targets.add(file.Name)
  }
  const found = await engine.get<ReadonlyArray<Secret | Config>>(`/${kind}s`, {
    filters: wanted.map(({ name }) => ["name", name] as const),
  })
  const ids = new Map(found.map((object) => [object.Spec.Name, object.ID] as const))
  const missing = wanted.find(({ name }) => !ids.has(name))
  if (missing !== undefined) throw new CliError(`${kind} not found: ${missing.name}`)
  return ids
}

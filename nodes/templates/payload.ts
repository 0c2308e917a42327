import type { ContainerSpec, FileTarget } from "../../core/model/container-spec.ts"
import { bad, good, type Parsed } from "../../core/parsed.ts"
import { TemplateError, type TemplateFunction } from "../../core/template/functions.ts"
import type { ConfigFile, SecretFile } from "../protocol.ts"
import { expand, type TemplateContext } from "./context.ts"

/** A task's secrets and configs, and the container spec (its templates filled in) that refers to them. */
export interface Payloads {
  readonly spec: ContainerSpec
  readonly secrets: ReadonlyArray<SecretFile>
  readonly configs: ReadonlyArray<ConfigFile>
}

/**
 * Secrets and configs with the templates in them filled in, where they were made with a template driver. Besides the fields they may ask for
 * {{env "X"}}, {{secret "target"}} and {{config "target"}} of the same task (swarmkit template/context.go PayloadContext). A secret's
 * data may not go into a config that anybody could read: but who may deploy a service may read it anyway, and Swarm allows it.
 */
export function expandPayloads(given: Payloads, context: TemplateContext): Parsed<Omit<Payloads, "spec">> {
  const functions = payloadFunctions(given)
  const expanded = <File extends SecretFile | ConfigFile>(
    kind: string,
    files: ReadonlyArray<File>,
  ): Parsed<ReadonlyArray<File>> => {
    const changed: Array<File> = []
    for (const file of files) {
      const driver = file.spec.Templating?.Name
      if (driver === undefined || driver === "") {
        changed.push(file)
        continue
      }
      if (driver !== "golang") return bad(`failed to expand templated ${kind} ${file.id}: unrecognized template type`)
      const text = Buffer.from(file.spec.Data ?? "", "base64").toString("utf8")
      const data = expand(text, context, { type: "template.PayloadContext", functions })
      if (!data.ok) return bad(`failed to expand templated ${kind} ${file.id}: ${data.error}`)
      changed.push({ ...file, spec: { ...file.spec, Data: Buffer.from(data.value, "utf8").toString("base64") } })
    }
    return good(changed)
  }
  const secrets = expanded("secret", given.secrets)
  if (!secrets.ok) return secrets
  const configs = expanded("config", given.configs)
  return configs.ok ? good({ secrets: secrets.value, configs: configs.value }) : configs
}

function payloadFunctions({ spec, secrets, configs }: Payloads): ReadonlyMap<string, TemplateFunction> {
  const secret = (target: unknown) => {
    const reference = spec.Secrets?.find(({ File }) => isTarget(File, target))
    return dataOf("secret", target, secrets, reference?.SecretID)
  }
  const config = (target: unknown) => {
    const reference = spec.Configs?.find(({ File }) => isTarget(File, target))
    return dataOf("config", target, configs, reference?.ConfigID)
  }
  const env = (name: unknown) => {
    const pair = spec.Env?.find((one) => one.startsWith(`${String(name)}=`))
    return pair === undefined ? "" : pair.slice(pair.indexOf("=") + 1)
  }
  return new Map<string, TemplateFunction>([
    ["secret", secret],
    ["config", config],
    ["env", env],
  ])
}

const isTarget = (file: FileTarget | undefined, target: unknown): boolean => file?.Name === target

function dataOf(
  kind: string,
  target: unknown,
  files: ReadonlyArray<SecretFile | ConfigFile>,
  id: string | undefined,
): string {
  const file = files.find((one) => one.id === id)
  if (file === undefined) throw new TemplateError(`error calling ${kind}: ${kind} target ${String(target)} not found`)
  return Buffer.from(file.spec.Data ?? "", "base64").toString("utf8")
}

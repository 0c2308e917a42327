import * as Result from "effect/Result"
import type { ConfigSpec } from "../../core/model/config.ts"
import type { SecretSpec } from "../../core/model/secret.ts"
import type { FileObjectConfig } from "../config.ts"
import { type ConvertContext, recordOf, refuse, scope, stackLabels } from "./context.ts"

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")

const sorted = (objects: ReadonlyMap<string, FileObjectConfig>) => [...objects].sort(([a], [b]) => (a < b ? -1 : 1))

type Common = Pick<ConfigSpec, "Name" | "Labels" | "Templating">

const common = (context: ConvertContext, key: string, object: FileObjectConfig): Common => ({
  Name: object.name ?? scope(context.namespace, key),
  Labels: stackLabels(context.namespace, object.labels),
  ...(object.template_driver === undefined ? {} : { Templating: { Name: object.template_driver } }),
})

const dataOf = (context: ConvertContext, section: string, key: string, object: FileObjectConfig) => {
  if (object.content !== undefined) return { Data: base64(new TextEncoder().encode(object.content)) }
  const read = context.readFile(object.file ?? "")
  if (Result.isSuccess(read)) return { Data: base64(read.success) }
  refuse(context, [section, key, "file"], read.failure)
  return {}
}

/** All that are not external, used or not. */
export const convertSecrets = (context: ConvertContext): ReadonlyArray<SecretSpec> =>
  sorted(context.config.secrets).flatMap(([key, secret]): ReadonlyArray<SecretSpec> => {
    if (secret.external) return []
    const spec = common(context, key, secret)
    if (secret.driver === undefined) return [{ ...spec, ...dataOf(context, "secrets", key, secret) }]
    const Options = secret.driver_opts === undefined ? {} : { Options: recordOf(secret.driver_opts) }
    return [{ ...spec, Driver: { Name: secret.driver, ...Options } }]
  })

export const convertConfigs = (context: ConvertContext): ReadonlyArray<ConfigSpec> =>
  sorted(context.config.configs).flatMap(([key, config]) =>
    config.external ? [] : [{ ...common(context, key, config), ...dataOf(context, "configs", key, config) }],
  )

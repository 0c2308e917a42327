import { list, struct } from "../../normalise/decoder.ts"
import type { FileObject, Network, Volume } from "../types.ts"
import { boolean, givenBoolean, integer, lines, text, texts } from "../values.ts"
import { object, unlessEmpty } from "./objects.ts"

export const network = object<Network>({
  name: text,
  driver: text,
  driver_opts: texts,
  ipam: unlessEmpty(
    object<NonNullable<Network["ipam"]>>({
      driver: text,
      config: list(struct({ subnet: text, gateway: text, ip_range: text, aux_addresses: texts }, true)),
      options: texts,
    }),
  ),
  external: boolean,
  internal: boolean,
  attachable: boolean,
  labels: texts,
  enable_ipv4: givenBoolean,
  enable_ipv6: givenBoolean,
})

export const volume = object<Volume>({ name: text, driver: text, driver_opts: texts, external: boolean, labels: texts })

export const fileObject = object<FileObject>({
  name: text,
  file: text,
  environment: text,
  content: text,
  external: boolean,
  labels: texts,
  driver: text,
  driver_opts: texts,
  template_driver: text,
})

export const topLevelModel = object<{
  readonly name?: string
  readonly model?: string
  readonly context_size?: number | bigint
  readonly runtime_flags?: ReadonlyArray<string>
  readonly extensions?: undefined
}>({ name: text, model: text, context_size: integer, runtime_flags: lines })

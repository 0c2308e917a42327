import { listOf, type Properties, type Schema, text, texts } from "../shapes.ts"
import { anyName, extended, flag, mappingOrList, options, orNull, required } from "./shapes.ts"

/** `true`, or its name; whether other keys may stand beside `name` differs by object. */
const external = (strict: boolean): Schema => ({
  ...(strict ? extended({ name: text }) : { properties: { name: text } }),
  type: ["boolean", "string", "object"],
})

/** `networks.*` */
export const network = orNull(
  extended({
    name: text,
    driver: text,
    driver_opts: options,
    ipam: extended({
      driver: text,
      config: listOf(
        extended({
          subnet: text,
          ip_range: text,
          gateway: text,
          aux_addresses: { ...anyName(text), additionalProperties: false },
        }),
      ),
      options: { ...anyName(text), additionalProperties: false },
    }),
    external: external(true),
    internal: flag,
    enable_ipv4: flag,
    enable_ipv6: flag,
    attachable: flag,
    labels: mappingOrList,
  }),
)

/** `volumes.*` */
export const volume = orNull(
  extended({ name: text, driver: text, driver_opts: options, external: external(true), labels: mappingOrList }),
)

/** What secrets and configs have in common. */
export const fileObject: Properties = {
  name: text,
  environment: text,
  file: text,
  external: external(false),
  labels: mappingOrList,
  template_driver: text,
}

/** `models.*` */
export const model = required(
  ["model"],
  extended({ name: text, model: text, context_size: { type: "integer" }, runtime_flags: texts }),
)

import { boolean, firstOf, listOf, named, type Schema, text } from "../shapes.ts"
import {
  extended,
  flag,
  integer,
  mappingOrList,
  number,
  options,
  orNull,
  orText,
  required,
  uniqueTexts,
} from "./shapes.ts"

/** The services that are started before this one. */
export const dependsOn: Schema = {
  ...firstOf("array", "object"),
  items: text,
  uniqueItems: true,
  additionalProperties: false,
  patternProperties: {
    "^[a-zA-Z0-9._-]+$": required(
      ["condition"],
      extended({
        restart: flag,
        required: boolean,
        condition: {
          type: "string",
          enum: ["service_started", "service_healthy", "service_completed_successfully"],
        },
      }),
    ),
  },
}

/** The networks that a service is on. */
export const networks: Schema = {
  ...named(
    orNull(
      extended({
        aliases: uniqueTexts,
        interface_name: text,
        ipv4_address: text,
        ipv6_address: text,
        link_local_ips: uniqueTexts,
        mac_address: text,
        driver_opts: options,
        priority: { type: "number" },
        gw_priority: { type: "number" },
      }),
    ),
  ),
  ...firstOf("array", "object"),
  items: text,
  uniqueItems: true,
}

/** The models that a service uses. */
export const models: Schema = {
  ...firstOf("array", "object"),
  items: text,
  uniqueItems: true,
  patternProperties: { "^[a-zA-Z0-9._-]+$": orNull(extended({ endpoint_var: text, model_var: text })) },
}

/** The ports that a service publishes. */
export const ports: Schema = {
  ...listOf({
    ...extended({
      name: text,
      mode: text,
      host_ip: text,
      target: integer,
      published: { type: ["string", "integer"] },
      protocol: text,
      app_protocol: text,
    }),
    ...firstOf("number", "string", "object"),
  }),
  uniqueItems: true,
}

/** What is mounted in a service's containers. */
export const volumes: Schema = {
  ...listOf(
    orText(
      required(
        ["type"],
        extended({
          type: { type: "string", enum: ["bind", "volume", "tmpfs", "cluster", "npipe", "image"] },
          source: text,
          target: text,
          read_only: flag,
          consistency: text,
          bind: extended({
            propagation: text,
            create_host_path: flag,
            recursive: { type: "string", enum: ["enabled", "disabled", "writable", "readonly"] },
            selinux: { type: "string", enum: ["z", "Z"] },
          }),
          volume: extended({ labels: mappingOrList, nocopy: flag, subpath: text }),
          tmpfs: extended({ size: { type: ["integer", "string"], minimum: 0 }, mode: number }),
          image: extended({ subpath: text }),
        }),
      ),
    ),
  ),
  uniqueItems: true,
}

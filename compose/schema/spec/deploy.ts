import { listOf, type Properties, text, texts } from "../shapes.ts"
import { defined, extended, integer, mappingOrList, number, orNull, required, uniqueTexts } from "./shapes.ts"

/** A device that is reserved, or a graphics processor. */
export const device: Properties = {
  capabilities: uniqueTexts,
  count: { type: ["string", "integer"] },
  device_ids: uniqueTexts,
  driver: text,
  options: mappingOrList,
}

/** How a service is spread over a cluster. */
export const deploy = orNull(
  extended({
    mode: text,
    endpoint_mode: text,
    replicas: integer,
    labels: mappingOrList,
    rollback_config: defined("updateConfig"),
    update_config: defined("updateConfig"),
    resources: extended({
      limits: extended({ cpus: number, memory: text, pids: integer }),
      reservations: extended({
        cpus: number,
        memory: text,
        generic_resources: listOf(extended({ discrete_resource_spec: extended({ kind: text, value: number }) })),
        devices: listOf(required(["capabilities"], extended(device))),
      }),
    }),
    restart_policy: extended({ condition: text, delay: text, max_attempts: integer, window: text }),
    placement: extended({
      constraints: texts,
      preferences: listOf(extended({ spread: text })),
      max_replicas_per_node: integer,
    }),
  }),
)

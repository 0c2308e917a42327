import { list, struct } from "../../normalise/decoder.ts"
import type { Deploy, Device, Update } from "../types.ts"
import {
  bytes,
  deviceCount,
  duration,
  float,
  givenDuration,
  givenInteger,
  integer,
  lines,
  text,
  texts,
} from "../values.ts"
import { object, unlessEmpty } from "./objects.ts"

/** A device that is reserved, or a graphics processor. */
export const device = object<Device>({
  capabilities: lines,
  driver: text,
  count: deviceCount,
  device_ids: lines,
  options: texts,
})

const update = object<Update>({
  parallelism: givenInteger,
  delay: duration,
  failure_action: text,
  monitor: duration,
  max_failure_ratio: float,
  order: text,
})

const generic = list(
  struct(
    {
      discrete_resource_spec: struct(
        {
          kind: (cursor) => text(cursor) ?? "",
          value: (cursor) => givenInteger(cursor) ?? 0,
        },
        true,
      ),
    },
    true,
  ),
)
const resource = object<NonNullable<NonNullable<Deploy["resources"]>["limits"]>>({
  cpus: float,
  memory: bytes,
  pids: integer,
  devices: list(device),
  generic_resources: generic,
})

/** How a service is spread over a cluster. */
export const deploy = object<Deploy>({
  mode: text,
  replicas: givenInteger,
  labels: texts,
  update_config: update,
  rollback_config: update,
  resources: unlessEmpty(object<NonNullable<Deploy["resources"]>>({ limits: resource, reservations: resource })),
  restart_policy: object<NonNullable<Deploy["restart_policy"]>>({
    condition: text,
    delay: givenDuration,
    max_attempts: givenInteger,
    window: givenDuration,
  }),
  placement: unlessEmpty(
    object<NonNullable<Deploy["placement"]>>({
      constraints: lines,
      preferences: list(struct({ spread: text }, true)),
      max_replicas_per_node: integer,
    }),
  ),
  endpoint_mode: text,
})

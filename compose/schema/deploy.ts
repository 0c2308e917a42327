import {
  closed,
  duration,
  integer,
  listOf,
  mappingOrList,
  number,
  type Properties,
  type Schema,
  since,
  text,
  texts,
} from "./shapes.ts"

const order: Properties = { order: { type: "string", enum: ["start-first", "stop-first"] } }

const updateConfig = (minor: number): Schema =>
  closed({
    parallelism: integer,
    delay: duration,
    failure_action: text,
    monitor: duration,
    max_failure_ratio: number,
    ...since(minor, 4, order),
  })

const genericResources: Schema = listOf(closed({ discrete_resource_spec: closed({ kind: text, value: number }) }))

const resources = (minor: number): Schema =>
  closed({
    limits: closed({ cpus: text, memory: text, ...since(minor, 9, { pids: integer }) }),
    reservations: closed({ cpus: text, memory: text, ...since(minor, 5, { generic_resources: genericResources }) }),
  })

const placement = (minor: number): Schema =>
  closed({
    constraints: texts,
    ...since(minor, 3, { preferences: listOf(closed({ spread: text })) }),
    ...since(minor, 8, { max_replicas_per_node: integer }),
  })

export const deploy = (minor: number): Schema => ({
  ...closed({
    mode: text,
    ...since(minor, 2, { endpoint_mode: text }),
    replicas: integer,
    labels: mappingOrList,
    ...since(minor, 7, { rollback_config: updateConfig(minor) }),
    update_config: updateConfig(minor),
    resources: resources(minor),
    restart_policy: closed({ condition: text, delay: duration, max_attempts: integer, window: duration }),
    placement: placement(minor),
  }),
  type: ["object", "null"],
})

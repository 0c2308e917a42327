import type { DeployConfig, GenericResource, UpdateConfig } from "../config.ts"
import { type Decoder, list, struct } from "./decoder.ts"
import { bytes, duration, givenDuration, givenUnsigned, lines, ratio, signed, text, texts, unsigned } from "./values.ts"

const updateConfig = struct<UpdateConfig>(
  {
    parallelism: givenUnsigned,
    delay: duration,
    failure_action: text,
    monitor: duration,
    max_failure_ratio: ratio,
    order: text,
  },
  true,
)

const someResource = struct<{ readonly kind?: string; readonly value?: number | bigint }>(
  { kind: text, value: signed },
  true,
)

/** Printed with both its fields even when they are empty. */
const discrete: Decoder<{ readonly kind: string; readonly value: number | bigint }> = (cursor) => {
  const found = someResource(cursor)
  return found === undefined ? undefined : { kind: found.kind ?? "", value: found.value ?? 0 }
}

export const deploy = struct<DeployConfig>({
  mode: text,
  replicas: givenUnsigned,
  labels: texts,
  update_config: updateConfig,
  rollback_config: updateConfig,
  resources: struct({
    limits: struct({ cpus: text, memory: bytes, pids: signed }, true),
    reservations: struct(
      {
        cpus: text,
        memory: bytes,
        generic_resources: list(struct<GenericResource>({ discrete_resource_spec: discrete }, true)),
      },
      true,
    ),
  }),
  restart_policy: struct(
    { condition: text, delay: givenDuration, max_attempts: givenUnsigned, window: givenDuration },
    true,
  ),
  placement: struct({
    constraints: lines,
    preferences: list(struct({ spread: text }, true)),
    max_replicas_per_node: unsigned,
  }),
  endpoint_mode: text,
})

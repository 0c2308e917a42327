import { list, struct } from "../../normalise/decoder.ts"
import { bytesOrZero, givenInteger, integer, text } from "../values.ts"
import { byName, object } from "./objects.ts"

const bothLimits = object<{
  readonly soft?: number | bigint
  readonly hard?: number | bigint
  readonly extensions?: undefined
}>({
  soft: (cursor) => givenInteger(cursor) ?? 0,
  hard: (cursor) => givenInteger(cursor) ?? 0,
})

/** Of a kind both limits, or one number for both. */
export const ulimits = byName((cursor) =>
  cursor.node.kind === "mapping" ? bothLimits(cursor) : (integer(cursor) ?? { soft: 0, hard: 0 }),
)

const throttles = list(struct({ path: text, rate: bytesOrZero }, true))
/** How fast a container may use which block devices. */
export const blkio = struct(
  {
    weight: integer,
    weight_device: list(struct({ path: text, weight: integer }, true)),
    device_read_bps: throttles,
    device_read_iops: throttles,
    device_write_bps: throttles,
    device_write_iops: throttles,
  },
  true,
)

import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Way } from "../../protocol.ts"

const decode = Schema.decodeUnknownOption(
  Schema.Struct({
    leader: Schema.String,
    managers: Schema.Array(Schema.Struct({ nodeId: Schema.String, addr: Schema.String })),
  }),
)

/** What may be dialled on a worker's word: a node at an IP address and a port, nothing that could be read as more. */
const id = /^[0-9a-z]{1,64}$/
const address = /^(\[[0-9a-fA-F:.]{2,45}\]|[0-9.]{7,15}):\d{1,5}$/

/** Undefined for what tells no way. */
export function wayOf(input: unknown): Way | undefined {
  const way = Option.getOrUndefined(decode(input))
  return way && { ...way, managers: way.managers.filter(({ nodeId, addr }) => id.test(nodeId) && address.test(addr)) }
}

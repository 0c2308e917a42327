import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { NodeDescription } from "../../../core/model/node.ts"
import { TaskStatus } from "../../../core/model/task.ts"
import type { AgentMessage } from "../../protocol.ts"

/**
 * What an agent may say. Workers are trusted with little: a machine sees of their JSON only what has these shapes, so that none can stop a manager
 * with a list that is a number.
 */
type Shapes = { readonly [Type in AgentMessage["type"]]: Shape<Extract<AgentMessage, { readonly type: Type }>> }

/** Every field is named, those that may be absent too: one that is not would be lost on its way. */
type Shape<Message> = Schema.Decoder<Message> & { readonly fields: { readonly [Field in keyof Message]-?: unknown } }

const LogPosition = Schema.Struct({ at: Schema.Number, skip: Schema.Number })

const LogPart = Schema.Struct({
  taskId: Schema.String,
  from: Schema.optionalKey(LogPosition),
  to: Schema.optionalKey(LogPosition),
  entries: Schema.Array(
    Schema.Struct({
      stream: Schema.Literals(["stdout", "stderr"]),
      at: Schema.Number,
      time: Schema.optionalKey(Schema.String),
      data: Schema.String,
    }),
  ),
  done: Schema.Boolean,
})

const shapes: Shapes = {
  register: Schema.Struct({
    type: Schema.Literal("register"),
    attempt: Schema.String,
    description: NodeDescription,
    addr: Schema.String,
    managerAddr: Schema.optionalKey(Schema.String),
  }),
  leave: Schema.Struct({ type: Schema.Literal("leave") }),
  heartbeat: Schema.Struct({
    type: Schema.Literal("heartbeat"),
    session: Schema.String,
    routes: Schema.optionalKey(Schema.Number),
  }),
  assigned: Schema.Struct({ type: Schema.Literal("assigned"), session: Schema.String, sequence: Schema.Number }),
  statuses: Schema.Struct({
    type: Schema.Literal("statuses"),
    session: Schema.String,
    batch: Schema.Number,
    statuses: Schema.Array(Schema.Struct({ taskId: Schema.String, status: TaskStatus })),
  }),
  "log-batch": Schema.Struct({
    type: Schema.Literal("log-batch"),
    id: Schema.String,
    reader: Schema.String,
    batch: Schema.Struct({ batchId: Schema.String, parts: Schema.Array(LogPart) }),
  }),
}

const decoders: ReadonlyMap<string, (input: unknown) => Option.Option<AgentMessage>> = new Map(
  Object.entries(shapes).map(([type, shape]: [string, Schema.Decoder<AgentMessage>]) => [
    type,
    Schema.decodeUnknownOption(shape),
  ]),
)

/** Undefined for what no agent says. */
export function agentMessage(input: unknown): AgentMessage | undefined {
  if (typeof input !== "object" || input === null || !("type" in input) || typeof input.type !== "string")
    return undefined
  const decode = decoders.get(input.type)
  return decode && Option.getOrUndefined(decode(input))
}

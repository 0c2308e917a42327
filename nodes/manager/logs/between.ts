import type { LogBatchMessage, LogMessage } from "../../log-protocol.ts"
import type { Peer } from "../../peer.ts"
import type { ManagerAddress } from "../../protocol.ts"
import { toAgent } from "../dispatcher/dispatch.ts"
import type { ManagerOutput } from "../io.ts"
import { type RelaySurroundings, relay } from "./relay.ts"

/** What the leader says to agents, and to the manager where a reader is, when that manager asks for logs. */
export function answerReader(
  around: RelaySurroundings,
  reader: string,
  message: LogMessage,
): ReadonlyArray<ManagerOutput> {
  const { orders, answer } = relay(around, reader, message)
  return [...orders.map(toAgent), ...(answer ? [toManager(reader, answer)] : [])]
}

/** What an agent read of its tasks' logs, to the manager where the reader is. */
export function passOn(
  managers: ReadonlyArray<ManagerAddress>,
  from: Peer,
  { id, reader, batch }: LogBatchMessage,
): ReadonlyArray<ManagerOutput> {
  if (!managers.some(({ nodeId }) => nodeId === reader)) return []
  return [toManager(reader, { type: "batch", id, nodeId: from.id, batch })]
}

const toManager = (to: string, message: LogMessage): ManagerOutput => ({
  type: "send",
  to,
  envelope: { kind: "logs", message },
})

import { type Answer, rpcError } from "../../core/errors.ts"
import type { Instant } from "../../core/instant.ts"
import { limits } from "../../core/limits.ts"
import type { Outcome } from "../envelope.ts"
import type { ControlRequest } from "./control/request.ts"
import type { ManagerOutput } from "./io.ts"

/** Where a request came from: this manager's own clients, or another manager that forwarded it. */
export type Origin =
  | { readonly type: "client"; readonly number: number }
  | { readonly type: "manager"; readonly nodeId: string }

/** A request on its way to being answered. */
export interface Pending {
  /** Unique in the cluster, for ever: of the manager that took it, its process, and a number. */
  readonly id: string
  readonly origin: Origin
  readonly request: ControlRequest
  /** When the one who asked is told that it took too long. */
  readonly deadline: number
}

/** `process` names this manager's process among all that ever ran. */
export const clientsRequest = (
  now: Instant,
  process: string,
  { number, request }: { readonly number: number; readonly request: ControlRequest },
): Pending => ({
  id: `${process}.${number}`,
  origin: { type: "client", number },
  request,
  deadline: now + limits.requestTimeout_ms,
})

export const forwardedRequest = (
  now: Instant,
  nodeId: string,
  { id, request }: { readonly id: string; readonly request: ControlRequest },
): Pending => ({ id, origin: { type: "manager", nodeId }, request, deadline: now + limits.requestTimeout_ms })

/** The entry came back inside a snapshot: the store tells what is, not who made it so. */
export const outcomeUnknown = rpcError(
  "Unknown",
  "leadership was lost while the request was carried out: look before you repeat it",
)

export const tooBusy = rpcError("Unavailable", `more than ${limits.queuedRequests} requests are waiting`)

/** To the client here, or the manager that it asked. */
export const replyTo = (pending: Pending, answer: Answer<unknown>): ManagerOutput =>
  pending.origin.type === "client"
    ? { type: "reply", number: pending.origin.number, answer }
    : outcomeTo(pending, pending.origin.nodeId, { type: "answered", answer })

/** What the manager that forwarded a request is told of it. */
export const outcomeTo = ({ id }: Pending, manager: string, outcome: Outcome): ManagerOutput => ({
  type: "send",
  to: manager,
  envelope: { kind: "forwarded", id, outcome },
})

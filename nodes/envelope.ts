import type { Answer } from "../core/errors.ts"
import type { MemberId, Message } from "../raft/index.ts"
import type { LogMessage } from "./log-protocol.ts"
import type { ControlRequest } from "./manager/control/request.ts"
import type { AgentMessage, DispatchMessage, Way } from "./protocol.ts"

/** All that travels between the machines of a cluster, in one wrapping: managers among themselves, and managers with agents. */
export type Envelope =
  | { readonly kind: "raft"; readonly member: MemberId; readonly message: Message }
  /** A client's request, taken by a manager that does not lead. It repeats it, to whoever leads, until it is answered; `id` is unique for ever. */
  | { readonly kind: "forward"; readonly id: string; readonly request: ControlRequest }
  | { readonly kind: "forwarded"; readonly id: string; readonly outcome: Outcome }
  | { readonly kind: "logs"; readonly message: LogMessage }
  /** A manager that is not a member yet, to those that may lead: it is ready to get the log. Repeated until it has it. `addr`: "ip:port". */
  | { readonly kind: "join"; readonly member: MemberId; readonly addr: string }
  | { readonly kind: "agent"; readonly message: AgentMessage }
  | { readonly kind: "dispatch"; readonly message: DispatchMessage }
  /** To an agent, from a node that may be no manager: the only such. */
  | { readonly kind: "way"; readonly way: Way }

/** `undone`: not taken, by a manager that does not lead or has too much to do. */
export type Outcome = { readonly type: "answered"; readonly answer: Answer<unknown> } | { readonly type: "undone" }

/** Which of a host's two machines an envelope is for. */
export const isForAgent = (envelope: Envelope): envelope is Extract<Envelope, { readonly kind: "dispatch" }> =>
  envelope.kind === "dispatch"

import type { Answer } from "../../core/errors.ts"
import type { Applied } from "../../core/store/change.ts"
import type { MemberId, Role, SaveOutput, Term, Ticket } from "../../raft/index.ts"
import type { Envelope } from "../envelope.ts"
import type { LogOptions, LogSelector } from "../log-protocol.ts"
import type { Peer } from "../peer.ts"
import type { ControlRequest } from "./control/request.ts"
import type { LogChunk } from "./logs/chunk.ts"

export type ManagerInput =
  | { readonly type: "message"; readonly from: Peer; readonly envelope: Envelope }
  /** A client's request at this manager's own API; `number` comes back with the reply. */
  | { readonly type: "request"; readonly number: number; readonly request: ControlRequest }
  | { readonly type: "saved"; readonly ticket: Ticket }
  /** The disk refused: see raft RaftInput. */
  | { readonly type: "save-failed"; readonly ticket: Ticket }
  | LogInput
  /** The link to another node broke; it may come back. */
  | { readonly type: "link-down"; readonly nodeId: string }
  /** This manager is about to be stopped: if it leads, another one is to lead first. */
  | { readonly type: "hand-over" }

/** Of clients that read logs. */
export type LogInput =
  /** A client of this manager's own API reads logs; `number` comes back with what it is told, and may not be used again. */
  | {
      readonly type: "logs"
      readonly number: number
      readonly selector: LogSelector
      readonly options: LogOptions
    }
  /** The client has taken what came with this ticket: more may follow. */
  | { readonly type: "logs-taken"; readonly number: number; readonly ticket: string }
  | { readonly type: "logs-stop"; readonly number: number }

export type ManagerOutput =
  | SaveOutput
  /** `to` is a node's ID. */
  | { readonly type: "send"; readonly to: string; readonly envelope: Envelope }
  | { readonly type: "reply"; readonly number: number; readonly answer: Answer<unknown> }
  | { readonly type: "logs"; readonly number: number; readonly chunk: LogChunk }
  /** Where a manager is reached: "ip:port". */
  | { readonly type: "know"; readonly nodeId: string; readonly addr: string }
  /** This manager's member has become a voter of the consensus group: it is a manager like any other. */
  | { readonly type: "member" }
  /** Its member was taken out of the group for good: this manager does nothing any more. */
  | { readonly type: "removed" }
  /** For observers: an entry of the log was applied to this manager's store. */
  | { readonly type: "applied"; readonly index: number; readonly changes: ReadonlyArray<Applied> }
  /** For observers. `leader` is a member's ID, 0 when none is known. */
  | { readonly type: "role"; readonly role: Role; readonly term: Term; readonly leader: MemberId }

/** Role, term and leader of a manager's member of the consensus group. */
export type Standing = Pick<Extract<ManagerOutput, { readonly type: "role" }>, "role" | "term" | "leader">

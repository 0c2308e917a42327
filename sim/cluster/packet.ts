import type { Availability } from "../../core/model/node.ts"
import type { Envelope } from "../../nodes/envelope.ts"
import type { Obtained } from "../../nodes/node/platform.ts"
import type { Peer } from "../../nodes/peer.ts"

/** What passes between simulated machines. */
export type Packet =
  /** From one node to another. `from` is what the sender's certificate says; a machine that is not `to` (any more) does not take it. */
  | { readonly kind: "envelope"; readonly from: Peer; readonly to: string; readonly envelope: Envelope }
  /** A machine asks the manager that listens on `port` for a certificate. */
  | { readonly kind: "ask"; readonly number: number; readonly port: string; readonly ask: Ask }
  | { readonly kind: "answer"; readonly number: number; readonly outcome: Obtained }

export type Ask =
  | { readonly type: "join"; readonly token: string; readonly availability: Availability; readonly wish: string }
  | { readonly type: "renew"; readonly nodeId: string; readonly clusterId: string }

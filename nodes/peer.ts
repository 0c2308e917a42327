import type { Role } from "../core/model/node.ts"

/**
 * Who is at the other end of a link. The link vouches for it (by the peer's certificate, or by construction in simulation), so a machine
 * may trust it. A node's ID is also its address for the drivers: `send` names it.
 */
export interface Peer {
  readonly id: string
  readonly role: Role
}

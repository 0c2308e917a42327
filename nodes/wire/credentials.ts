import type { Instant } from "../../core/instant.ts"
import type { Role } from "../../core/model/node.ts"
import type { Peer } from "../peer.ts"

/** What a node shows of itself on the wire, and whom it believes. All texts are PEM. */
export interface Credentials {
  /** The node's certificate, then whatever leads from it to an older root (while the cluster's root is being replaced). */
  readonly certificate: string
  /** PKCS #8. */
  readonly key: string
  /** The cluster's root certificates: one, or two while the root is being replaced. */
  readonly trust: string
}

/** What a node's certificate says of it. */
export interface Identity extends Peer {
  readonly id: string
  readonly role: Role
  readonly clusterId: string
  readonly notBefore: Instant
  readonly notAfter: Instant
}

import type { Duplex } from "node:stream"
import type { Role } from "../../../core/model/node.ts"
import type { Envelope } from "../../envelope.ts"
import type { Peer } from "../../peer.ts"
import type { LinksMetrics } from "./metrics.ts"

/** What the opener of a stream says of it; the other end decides by it. JSON, at most `limits.streamHeader_bytes`. */
export type StreamHeader = Readonly<Record<string, unknown>>

/**
 * A node's links to others: one live link for each peer, used both ways. Everything returns at once; what does not fit is dropped and
 * counted, since those who send repeat what must arrive. What arrives comes whole, unchanged and in the order of its lane (consensus apart
 * from the rest), or not at all.
 */
export interface Links {
  /** False: dropped at once (no link and no address, or the queue is full). True promises nothing. A node may send to itself. */
  send(to: string, envelope: Envelope): boolean
  /** Where a node listens ("ip:port"). The first message to it dials; from then on the link is kept up. */
  know(id: string, address: string): void
  /** No longer to be dialled. A live link stays. */
  forget(id: string): void
  /** Cuts the link, if there is one: the node was removed. */
  cut(id: string, reason: string): void
  /** Those at the other ends of live links, by ID. */
  peers(): ReadonlyArray<Peer>
  /**
   * A stream of bytes beside the envelopes, with back-pressure of its own: a Node Duplex with half close (`end` ends one direction). Without a
   * live link it is destroyed with an error, as when the link breaks or the other end refuses.
   */
  openStream(to: string, header: StreamHeader): Duplex
  metrics(): LinksMetrics
}

/**
 * Whether a node was removed from the cluster: no link with it comes up. `role` is what its certificate says, where one was shown: a certificate of a
 * former role may be refused too.
 */
export type Removed = (id: string, role?: Role) => boolean

/** Whom links report to. Never called from within a call to Links. */
export interface LinksHandlers {
  readonly envelope: (from: Peer, envelope: Envelope) => void
  readonly up: (peer: Peer) => void
  readonly down: (peer: Peer, reason: string) => void
  /** A peer opened a stream. Whoever does not want it destroys it. */
  readonly stream: (from: Peer, header: StreamHeader, stream: Duplex) => void
}

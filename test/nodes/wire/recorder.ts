import type { Duplex } from "node:stream"
import type { Envelope } from "../../../nodes/envelope.ts"
import type { Peer } from "../../../nodes/peer.ts"
import type { LinksHandlers, StreamHeader } from "../../../nodes/wire/links/links.ts"

/** Remembers what links report. */
export class Recorder implements LinksHandlers {
  readonly envelopes: { readonly from: Peer; readonly envelope: Envelope }[] = []
  readonly changes: string[] = []
  readonly streams: { readonly from: Peer; readonly header: StreamHeader; readonly stream: Duplex }[] = []
  /** What to do with a stream that a peer opens. */
  onStream: (header: StreamHeader, stream: Duplex) => void = () => {}

  readonly envelope = (from: Peer, envelope: Envelope): void => {
    this.envelopes.push({ from, envelope })
  }
  readonly up = (peer: Peer): void => {
    this.changes.push(`up ${peer.id} ${peer.role}`)
  }
  readonly down = (peer: Peer): void => {
    this.changes.push(`down ${peer.id}`)
  }
  readonly stream = (from: Peer, header: StreamHeader, stream: Duplex): void => {
    this.streams.push({ from, header, stream })
    this.onStream(header, stream)
  }
}

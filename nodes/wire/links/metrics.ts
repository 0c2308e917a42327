/** Counters since the start, except those that say otherwise. */
export interface LinksMetrics {
  readonly framesSent: number
  readonly framesReceived: number
  readonly bytesSent: number
  readonly bytesReceived: number
  readonly envelopesSent: number
  readonly envelopesReceived: number
  /** Envelopes that were not sent: by why. */
  readonly dropped: {
    readonly noLink: number
    readonly queueFull: number
    readonly linkLost: number
    readonly tooLarge: number
  }
  /** What peers did that they may not, after which their link was closed: frames that are none, envelopes their role forbids. */
  readonly violations: { readonly malformed: number; readonly forbidden: number }
  readonly dials: number
  readonly dialFailures: number
  /** Links that came up after another one to the same peer had been lost. */
  readonly reconnects: number
  /** Now, for each live link. Round trip in milliseconds; absent before the first answer to a ping. */
  readonly links: ReadonlyArray<LinkMetrics>
}

export interface LinkMetrics {
  readonly peer: string
  readonly rtt_ms?: number
  readonly queued_bytes: number
  readonly streams: number
}

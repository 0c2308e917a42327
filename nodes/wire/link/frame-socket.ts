/**
 * What carries a link's frames: a WebSocket over TLS, or memory in tests. Frames come whole and in order, or the socket closes. Nothing is called
 * from within a call.
 */
export interface FrameSocket {
  /** Set once, right after the socket is made; what came before is given then. */
  attach(events: FrameSocketEvents): void
  send(frame: Uint8Array): void
  /** Bytes that were sent and that the network has not taken. */
  readonly buffered: number
  /** Between the two, what is sent may be kept to travel together. */
  cork(): void
  uncork(): void
  /** The other end answers it by itself: `alive`. At most 125 bytes. */
  ping(): void
  /** Stops reading, so that the other end must wait. */
  pause(): void
  resume(): void
  /** What was sent is still delivered, if the other end takes it in time. */
  close(reason: string): void
  /** Nothing more is delivered. */
  destroy(): void
}

export interface FrameSocketEvents {
  readonly frame: (bytes: Uint8Array) => void
  /** The network took something: there may be room again. */
  readonly drained: () => void
  /** The answer to the last ping. */
  readonly alive: () => void
  /** Once, the last event. */
  readonly closed: (reason: string) => void
}

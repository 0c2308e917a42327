import type { Identity } from "../credentials.ts"
import type { FrameSocket } from "../link/frame-socket.ts"

/** A socket to or from a peer, whose certificate was verified. */
export interface Connection {
  readonly socket: FrameSocket
  readonly peer: Identity
  /** New whenever the other end's process starts. */
  readonly life: string
}

/** Makes connections to those who listen. */
export interface Dialer {
  /** Rejects when nobody is there, or it is not the node that was meant. Gives up when the signal aborts. */
  dial(id: string, address: string, signal: AbortSignal): Promise<Connection>
}

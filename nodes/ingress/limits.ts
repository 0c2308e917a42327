/** Bounds of what one node forwards. Times in milliseconds. */
export interface IngressLimits {
  /** Connections and UDP flows at the same time, on each published port; more are refused at once. */
  readonly connections: number
  /** How long reaching one task may take before the next one is tried. */
  readonly dial_ms: number
  /** A connection on which nothing moves for so long is closed. */
  readonly idle_ms: number
  /** A UDP client that sends nothing for so long is forgotten; its next datagram may go to another task. */
  readonly flow_ms: number
  /** How many bytes of datagrams may wait for one slow flow; more are dropped, as a network would. */
  readonly datagrams_bytes: number
  /** Pause before a port that something else on the machine holds is tried again. */
  readonly retry_ms: number
}

export const defaultIngressLimits: IngressLimits = {
  connections: 4_096,
  dial_ms: 3_000,
  idle_ms: 15 * 60_000,
  flow_ms: 60_000,
  datagrams_bytes: 1 << 20,
  retry_ms: 2_000,
}

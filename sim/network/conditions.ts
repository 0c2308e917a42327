/** How a link behaves. Probabilities are per message, in [0, 1]; times in milliseconds, both ends of a range included. */
export interface Conditions {
  readonly latency_ms_min: number
  readonly latency_ms_max: number
  readonly loss: number
  /** The message arrives twice. */
  readonly duplication: number
  /** The message takes extra_ms longer. */
  readonly delay: number
  readonly extra_ms_min: number
  readonly extra_ms_max: number
  /** Messages may overtake each other. Otherwise a link keeps their order, as TCP does, and a late one holds up those behind it. */
  readonly reorder: boolean
}

/** A local network in good health. */
export const goodConditions: Conditions = {
  latency_ms_min: 1,
  latency_ms_max: 5,
  loss: 0,
  duplication: 0,
  delay: 0,
  extra_ms_min: 30,
  extra_ms_max: 300,
  reorder: false,
}

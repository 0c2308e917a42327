/** The machine found itself in a state that must never be. It must not go on: stop the process, or fail the seed. */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation"
  /** Plain data: what broke it. */
  readonly state: unknown
  constructor(message: string, state: unknown) {
    super(`${message}: ${JSON.stringify(state)}`)
    this.state = state
  }
}

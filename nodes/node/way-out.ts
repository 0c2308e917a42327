import type { Millis } from "../../core/instant.ts"

/** How long a manager that leaves waits to be let out of the consensus group, and how often it asks. */
const patience_ms: Millis = 8_000
const again_ms: Millis = 500

export interface WayOutHands {
  /** Asks the leader to make a worker of this node. */
  readonly ask: (answered: (granted: boolean) => void) => void
  /** False once it is no manager any more. */
  readonly isManager: () => boolean
  readonly after: (span: Millis, then: () => void) => void
}

/**
 * How a manager that leaves the swarm gets out of the consensus group first, so that the others do not miss it. What is refused now may be granted
 * soon: they may be no majority without this one until another manager is out as well, or back. After a while it goes without leave.
 */
export class WayOut {
  readonly #hands: WayOutHands
  #then: ((isOut: boolean) => void) | undefined

  constructor(hands: WayOutHands) {
    this.#hands = hands
  }

  /** `then` is called once: when the group has let it out, or (false) when it has waited long enough. */
  begin(then: (isOut: boolean) => void): void {
    if (this.#then) return
    this.#then = then
    // The machine may be in another swarm by then, and on its way out of that one.
    this.#hands.after(patience_ms, () => this.#then === then && this.#end(false))
    this.#ask(then)
  }

  /** The group has let it out. False: nobody waited for that. */
  letOut(): boolean {
    return this.#end(true)
  }

  #end(isOut: boolean): boolean {
    const then = this.#then
    this.#then = undefined
    then?.(isOut)
    return then !== undefined
  }

  #ask(then: (isOut: boolean) => void): void {
    if (this.#then !== then) return
    this.#hands.ask((granted) => {
      if (granted || this.#then !== then) return
      if (this.#hands.isManager()) this.#hands.after(again_ms, () => this.#ask(then))
      else this.#end(true)
    })
  }
}

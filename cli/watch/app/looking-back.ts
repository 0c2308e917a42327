import { messageOf } from "../../errors.ts"
import type { PastAsk, PastLook } from "./moments.ts"
import type { Happening } from "./reduce.ts"

/** Shows a simulated cluster as it was; fails with what to say. */
export type LookBack = (ask: PastAsk) => Promise<PastLook>

/** Asks for earlier moments, one at a time; of those that are asked for meanwhile only the last is still wanted when it is done. */
export class LookingBack {
  readonly #lookBack: LookBack
  readonly #tell: (happening: Happening) => void
  #busy = false
  #next: PastAsk | undefined

  constructor(lookBack: LookBack, tell: (happening: Happening) => void) {
    this.#lookBack = lookBack
    this.#tell = tell
  }

  ask(ask: PastAsk): void {
    this.#next = ask
    if (!this.#busy) void this.#work()
  }

  async #work(): Promise<void> {
    this.#busy = true
    for (let ask = this.#next; ask !== undefined; ask = this.#next) {
      this.#next = undefined
      try {
        const look = await this.#lookBack(ask)
        this.#tell({ type: "past", look, isLast: this.#next === undefined })
      } catch (error) {
        const words = messageOf(error).replace(/^Error response from daemon: /, "")
        if (this.#next === undefined) this.#tell({ type: "no past", text: words.split("\n", 1)[0] ?? "" })
      }
    }
    this.#busy = false
  }
}

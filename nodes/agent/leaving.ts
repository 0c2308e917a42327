import type { Instant } from "../../core/instant.ts"
import type { DispatchMessage, ManagerAddress } from "../protocol.ts"

/** How often the managers are told, and after how long without an answer they are left alone: they will notice the silence. */
const repeat_ms = 500
const patience_ms = 3_000

/** How a node that leaves tells the managers, once those that lead have changed, too. */
export class Leaving {
  readonly #managers: ReadonlyArray<ManagerAddress>
  readonly #patientUntil: Instant
  /** Who leads, as far as is known. */
  #leader: string | undefined
  #nextAt: Instant | undefined
  #turn = 0
  #ended = false

  constructor(now: Instant, managers: ReadonlyArray<ManagerAddress>, leader: string | undefined) {
    this.#managers = managers
    this.#leader = leader
    this.#nextAt = managers.length > 0 ? now : undefined
    this.#patientUntil = now + patience_ms
  }

  /** Whom to tell now, if anybody. */
  wake(now: Instant): string | undefined {
    if (this.#nextAt === undefined || now < this.#nextAt) return undefined
    this.#nextAt = now >= this.#patientUntil ? undefined : now + repeat_ms
    if (this.#nextAt === undefined) return undefined
    const leader = this.#leader
    this.#leader = undefined
    return leader ?? this.#managers[this.#turn++ % this.#managers.length]?.nodeId
  }

  receive(message: DispatchMessage): void {
    if (message.type === "leave-ack") this.#nextAt = undefined
    else if (message.type === "redirect" && message.leader !== undefined) this.#leader = message.leader
  }

  /** True once, when nobody has to be told any more. */
  end(): boolean {
    if (this.#ended || this.#nextAt !== undefined) return false
    this.#ended = true
    return true
  }

  nextWake(): Instant | undefined {
    return this.#nextAt
  }
}

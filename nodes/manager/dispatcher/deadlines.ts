import type { Instant } from "../../../core/instant.ts"
import { TimerQueue } from "../../timer-queue.ts"

/**
 * One deadline a name. Deadlines mostly move away before they come: moving one further costs a map write, and the queue finds out
 * when the old one surfaces.
 */
export class Deadlines {
  readonly #at = new Map<string, Instant>()
  /** The earliest entry of each name in the queue. */
  readonly #queued = new Map<string, Instant>()
  readonly #queue = new TimerQueue<string>()

  set(name: string, at: Instant): void {
    this.#at.set(name, at)
    const queued = this.#queued.get(name)
    if (queued === undefined || at < queued) this.#enqueue(name, at)
  }

  delete(name: string): void {
    this.#at.delete(name)
  }

  has(name: string): boolean {
    return this.#at.has(name)
  }

  /** Never later than the next deadline; it may be earlier. */
  next(): Instant | undefined {
    return this.#at.size === 0 ? undefined : this.#queue.next()
  }

  /** Takes out the names whose deadline has come, in the order of their deadlines. */
  takeDue(now: Instant): ReadonlyArray<string> {
    const due: Array<string> = []
    for (let entry = this.#queue.take(now); entry !== undefined; entry = this.#queue.take(now)) {
      const name = entry.item
      this.#queued.delete(name)
      const at = this.#at.get(name)
      if (at === undefined) continue
      if (at > now) this.#enqueue(name, at)
      else {
        this.#at.delete(name)
        due.push(name)
      }
    }
    return due
  }

  #enqueue(name: string, at: Instant): void {
    this.#queued.set(name, at)
    this.#queue.add(at, name)
  }
}

import { Diverged, type Entry, type Moment, Session, type SessionOptions } from "./session.ts"

/**
 * How far a replay is to go. `event`: until so many events have happened, and to the instant of the last of them; what comes in after it is not
 * included. `at`: until the clock shows this, and all that was due then and had come in by then has happened. Both: a moment of the session.
 */
export type Target = Moment | { readonly event: number } | { readonly at: number }

/** A world beside the recorded one that goes the same way: its inputs come after the same events, at the same times. */
export class Replay {
  readonly session: Session
  readonly #entries: ReadonlyArray<Entry>
  #next = 0
  /** After so many events something has come in, or time has passed. */
  #beyond = -1

  /** `entries` may grow while it is replayed. */
  constructor(options: SessionOptions, entries: ReadonlyArray<Entry>, more?: { readonly trace?: boolean }) {
    this.session = new Session(options, more)
    this.#entries = entries
  }

  get moment(): Moment {
    return this.session.moment
  }

  /** Whether it can still get there. */
  precedes(target: Target): boolean {
    const { event, at } = this.moment
    if ("at" in target && at > target.at) return false
    if (!("event" in target) || event < target.event) return true
    return event === target.event && ("at" in target || this.#beyond < event)
  }

  /** Goes on towards the target, until it is there or is told to rest. Answers whether it is there. Throws Diverged. */
  advance(target: Target, mayGoOn: () => boolean = () => true): boolean {
    const { queue } = this.session.cluster.world
    const event = "event" in target ? target.event : Number.POSITIVE_INFINITY
    const at = "at" in target ? target.at : Number.POSITIVE_INFINITY
    do {
      const entry = this.#entries[this.#next]
      const comes = entry !== undefined && entry.event <= queue.processed
      if (comes && entry.at <= at && (queue.processed < event || "at" in target)) {
        this.#take(entry)
      } else if (queue.processed >= event) {
        if (at < Number.POSITIVE_INFINITY) this.#waitUntil(at)
        return true
      } else if (queue.nextAt === undefined || queue.nextAt > at) {
        if (event < Number.POSITIVE_INFINITY) throw new Diverged("an event is missing")
        this.#waitUntil(at)
        return true
      } else {
        queue.runNext()
      }
    } while (mayGoOn())
    return false
  }

  #take(entry: Entry): void {
    const { queue } = this.session.cluster.world
    if (entry.event < queue.processed) throw new Diverged("an input comes too late")
    this.#waitUntil(entry.at)
    this.#beyond = entry.event
    this.session.take(entry.input)
    this.#next++
  }

  #waitUntil(at: number): void {
    const { queue } = this.session.cluster.world
    if (at < queue.now || (queue.nextAt !== undefined && queue.nextAt < at)) {
      throw new Diverged(`at ${at} the clock shows ${queue.now}`)
    }
    if (at > queue.now) this.#beyond = queue.processed
    queue.waitUntil(at)
  }
}

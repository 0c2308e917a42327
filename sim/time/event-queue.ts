/** A thing that will happen. Opaque to all but the queue; keep it to cancel it. */
export interface ScheduledEvent {
  /** Virtual milliseconds. */
  readonly at: number
}

class Event implements ScheduledEvent {
  readonly at: number
  readonly seq: number
  /** Undefined once it has run or was cancelled. */
  run: (() => void) | undefined
  readonly about: unknown
  constructor(at: number, seq: number, run: () => void, about: unknown) {
    this.at = at
    this.seq = seq
    this.run = run
    this.about = about
  }
}

/**
 * The only clock and the only scheduler of a simulated world. Events run one at a time in the order of their instants, and those
 * of one instant in the order in which they were scheduled; running one sets `now` to its instant. A binary heap; cancelled events
 * stay in it until they surface, or until they are the larger part of it.
 */
export class EventQueue {
  readonly #heap: Event[] = []
  #now: number
  #seq = 0
  #cancelled = 0
  #processed = 0
  #running = false

  constructor(now = 0) {
    this.#now = now
  }

  /** Virtual time in integer milliseconds. */
  get now(): number {
    return this.#now
  }

  /** Events that are still to come. */
  get size(): number {
    return this.#heap.length - this.#cancelled
  }

  /** Events that have run. */
  get processed(): number {
    return this.#processed
  }

  /** An event happens at this very moment. */
  get isRunning(): boolean {
    return this.#running
  }

  /** Runs `run` at `at`, or at once (after what is already due) when that is past. `about`: what `pending` tells of it meanwhile. */
  at(at: number, run: () => void, about?: unknown): ScheduledEvent {
    const event = new Event(Math.max(Math.ceil(at), this.#now), this.#seq++, run, about)
    this.#heap.push(event)
    this.#rise(this.#heap.length - 1, event)
    return event
  }

  after(delay_ms: number, run: () => void): ScheduledEvent {
    return this.at(this.#now + delay_ms, run)
  }

  /** An event that has run or was cancelled may be cancelled again: nothing happens. */
  cancel(event: ScheduledEvent): void {
    if (!(event instanceof Event) || event.run === undefined) return
    event.run = undefined
    this.#cancelled++
    if (this.#cancelled > 1024 && this.#cancelled > this.#heap.length / 2) this.#sweep()
  }

  /** When the next event is due; undefined when there is none. */
  get nextAt(): number | undefined {
    this.#dropCancelled()
    return this.#heap[0]?.at
  }

  /** Runs the next event. Returns false when there is none. */
  runNext(): boolean {
    this.#dropCancelled()
    const event = this.#heap[0]
    const run = event?.run
    if (event === undefined || run === undefined) return false
    this.#removeFirst()
    event.run = undefined
    this.#now = event.at
    this.#processed++
    this.#running = true
    run()
    this.#running = false
    return true
  }

  /** Sets the clock to `at`, before which nothing is due; what is due at that very instant stays to come. */
  waitUntil(at: number): void {
    const next = this.nextAt
    if (at < this.#now || (next !== undefined && next < at)) throw new RangeError(`cannot wait until ${at}`)
    this.#now = at
  }

  /** What was said about the events that are still to come, in no order: a look at all of them. */
  *pending(): Generator<{ readonly at: number; readonly about: unknown }> {
    for (const { at, about, run } of this.#heap) if (run !== undefined && about !== undefined) yield { at, about }
  }

  /** Runs everything that is due up to and including `until`, then sets the clock to it. */
  runUntil(until: number): void {
    for (let at = this.nextAt; at !== undefined && at <= until; at = this.nextAt) this.runNext()
    if (until > this.#now) this.#now = until
  }

  runFor(span_ms: number): void {
    this.runUntil(this.#now + span_ms)
  }

  #dropCancelled(): void {
    while (this.#heap[0] !== undefined && this.#heap[0].run === undefined) {
      this.#removeFirst()
      this.#cancelled--
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop()
    if (last !== undefined && this.#heap.length > 0) this.#sink(0, last)
  }

  #sweep(): void {
    const live = this.#heap.filter((event) => event.run !== undefined)
    // A sorted array is a heap.
    live.sort((a, b) => (before(a, b) ? -1 : 1))
    this.#heap.length = 0
    for (const event of live) this.#heap.push(event)
    this.#cancelled = 0
  }

  #rise(from: number, event: Event): void {
    const heap = this.#heap
    let position = from
    while (position > 0) {
      const above = (position - 1) >>> 1
      const parent = heap[above]
      if (parent === undefined || !before(event, parent)) break
      heap[position] = parent
      position = above
    }
    heap[position] = event
  }

  #sink(from: number, event: Event): void {
    const heap = this.#heap
    let position = from
    for (;;) {
      let below = 2 * position + 1
      let child = heap[below]
      const right = heap[below + 1]
      if (child !== undefined && right !== undefined && before(right, child)) {
        child = right
        below++
      }
      if (child === undefined || !before(child, event)) break
      heap[position] = child
      position = below
    }
    heap[position] = event
  }
}

const before = (a: Event, b: Event): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq)

import type { Random } from "../../core/random.ts"
import type { EventQueue, ScheduledEvent } from "../time/event-queue.ts"

export interface DiskConditions {
  /** How long one fsync takes, in milliseconds, both ends included. */
  readonly fsync_ms_min: number
  readonly fsync_ms_max: number
  /** Probability that a crash leaves a prefix of what was not yet durable, rather than nothing of it. */
  readonly torn: number
}

/** A solid-state disk in good health. */
export const goodDisk: DiskConditions = { fsync_ms_min: 1, fsync_ms_max: 3, torn: 0 }

interface Pending<Stored> {
  readonly record: Stored
  readonly durable: () => void
}

/**
 * A disk that takes records at once and makes them durable by fsync, which takes time. One fsync runs at a time and covers
 * what was written before it began; what is written meanwhile waits for the next. A crash loses what is not durable. Each record is
 * all or nothing. The medium is what survives: it is given each record at the moment it becomes durable, in order.
 */
export class Disk<Stored> {
  conditions: DiskConditions
  readonly counts = { writes: 0, fsyncs: 0, lost: 0 }
  readonly #queue: EventQueue
  readonly #random: Random
  readonly #medium: (record: Stored) => void
  #syncing: Pending<Stored>[] = []
  #waiting: Pending<Stored>[] = []
  #fsync: ScheduledEvent | undefined

  constructor(
    queue: EventQueue,
    random: Random,
    medium: (record: Stored) => void,
    conditions: Partial<DiskConditions> = {},
  ) {
    this.#queue = queue
    this.#random = random
    this.#medium = medium
    this.conditions = { ...goodDisk, ...conditions }
  }

  /** Records that a crash would lose now. */
  get unsynced(): number {
    return this.#syncing.length + this.#waiting.length
  }

  /** Calls `durable` when the record is; never, if a crash comes first. */
  write(record: Stored, durable: () => void): void {
    this.counts.writes++
    this.#waiting.push({ record, durable })
    if (this.#fsync === undefined) this.#startFsync()
  }

  /** The process dies: what is not durable is lost, or, torn, a prefix of it becomes durable without anybody being told. */
  crash(): void {
    const unsynced = [...this.#syncing, ...this.#waiting]
    this.#syncing = []
    this.#waiting = []
    if (this.#fsync !== undefined) this.#queue.cancel(this.#fsync)
    this.#fsync = undefined
    const kept =
      unsynced.length > 0 && this.#random.chance(this.conditions.torn) ? this.#random.int(unsynced.length + 1) : 0
    for (const { record } of unsynced.slice(0, kept)) this.#medium(record)
    this.counts.lost += unsynced.length - kept
  }

  #startFsync(): void {
    const { fsync_ms_min, fsync_ms_max } = this.conditions
    this.#syncing = this.#waiting
    this.#waiting = []
    this.#fsync = this.#queue.after(this.#random.range(fsync_ms_min, fsync_ms_max), () => this.#endFsync())
  }

  #endFsync(): void {
    const fsync = this.#fsync
    const done = this.#syncing
    this.#syncing = []
    this.counts.fsyncs++
    for (const { record } of done) this.#medium(record)
    for (const { durable } of done) {
      // Whoever is told may write more, which waits for the next fsync, or crash, after which nobody is left to be told.
      durable()
      if (this.#fsync !== fsync) return
    }
    this.#fsync = undefined
    if (this.#waiting.length > 0) this.#startFsync()
  }
}

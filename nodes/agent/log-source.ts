import type { Instant } from "../../core/instant.ts"
import type { EngineCommand } from "../engine/engine.ts"
import type { LogEntry } from "../log-entry.ts"
import type { LogOptions, LogPart, LogPosition } from "../log-protocol.ts"

/** Beyond every entry of a millisecond: where only the last lines were asked for, nobody knows how many came before them in it. */
const wholeMillisecond = 1_000_000_000

/** The log of one task on its way to one reader: from the engine into a short queue, from there in parts to the reader. */
export class LogSource {
  readonly taskId: string
  readonly #options: LogOptions
  /** Up to where the reader has confirmed it. */
  #read: LogPosition | undefined
  /** Up to where the queue goes. */
  #gathered: LogPosition | undefined
  #queue: Array<LogEntry> = []
  #bytes = 0
  /** The engine command under way. */
  command: number | undefined
  /** Entries of the first millisecond that the reader has already. */
  #toSkip: LogPosition | undefined
  /** Whether the engine was asked for the last lines only and has told none yet. */
  #atTail = false
  /** The millisecond of the first of the last lines. */
  #inexactAt: Instant | undefined
  /** The engine has told all. */
  #exhausted = false
  /** The reader knows that nothing more comes. */
  #told = false
  #sent: { readonly part: LogPart; readonly count: number } | undefined

  constructor(taskId: string, options: LogOptions, read: LogPosition | undefined) {
    this.taskId = taskId
    this.#options = options
    this.#read = read
    this.#gathered = read
  }

  get follow(): boolean {
    return this.#options.follow
  }

  get bytes(): number {
    return this.#bytes
  }

  get wantsEngine(): boolean {
    return this.command === undefined && !this.#exhausted && !this.#told
  }

  /** Asks the engine for what comes after the queue. */
  open(containerId: string): EngineCommand {
    const { follow, tail, since } = this.#options
    const from = this.#gathered
    this.#toSkip = from
    this.#inexactAt = undefined
    this.#atTail = from === undefined && tail !== undefined
    if (from !== undefined) return { op: "logs", containerId, follow, since: from.at }
    return {
      op: "logs",
      containerId,
      follow,
      ...(since === undefined ? {} : { since }),
      ...(tail === undefined ? {} : { tail }),
    }
  }

  take(entries: ReadonlyArray<LogEntry>): void {
    for (const entry of entries) {
      if (this.#toSkip?.at === entry.at && this.#toSkip.skip > 0) {
        this.#toSkip = { at: entry.at, skip: this.#toSkip.skip - 1 }
        continue
      }
      this.#toSkip = undefined
      if (this.#atTail) this.#inexactAt = entry.at
      this.#atTail = false
      this.#gathered = this.#after(this.#gathered, entry)
      this.#queue.push(entry)
      this.#bytes += entry.data.length
    }
  }

  /** The engine has no more; or the task never had a container, and will not have one. */
  end(): void {
    this.command = undefined
    this.#exhausted = true
  }

  /** The next part of at most so many bytes, or the last one that was sent and not confirmed. */
  part(bytesMax: number): LogPart | undefined {
    if (this.#sent !== undefined) return this.#sent.part
    if (this.#told || (this.#queue.length === 0 && !this.#exhausted)) return undefined
    let count = 0
    let bytes = 0
    let to = this.#read
    for (const entry of this.#queue) {
      if (count > 0 && bytes + entry.data.length > bytesMax) break
      to = this.#after(to, entry)
      bytes += entry.data.length
      count++
    }
    const entries = this.#queue.slice(0, count).filter(({ stream }) => this.#options[stream])
    const done = this.#exhausted && count === this.#queue.length
    const part = { taskId: this.taskId, ...(this.#read && { from: this.#read }), ...(to && { to }), entries, done }
    this.#sent = { part, count }
    return part
  }

  /** The reader has taken what was sent. */
  confirm(): void {
    const sent = this.#sent
    if (sent === undefined) return
    this.#sent = undefined
    this.#read = sent.part.to
    for (const entry of this.#queue.splice(0, sent.count)) this.#bytes -= entry.data.length
    if (sent.part.done) this.#told = true
  }

  /** The reader is elsewhere: everything gathered is in vain. Returns the engine command to stop. */
  restart(position: LogPosition | undefined): number | undefined {
    const { command } = this
    this.#read = position
    this.#gathered = position
    this.#queue = []
    this.#bytes = 0
    this.#sent = undefined
    this.#exhausted = false
    this.#told = false
    this.command = undefined
    return command
  }

  #after(position: LogPosition | undefined, { at }: LogEntry): LogPosition {
    if (at === this.#inexactAt) return { at, skip: wholeMillisecond }
    return position?.at === at ? { at, skip: position.skip + 1 } : { at, skip: 1 }
  }
}

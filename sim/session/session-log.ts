import { limits } from "../../core/limits.ts"
import type { Entry, Moment } from "./session.ts"

/** The inputs of a session since its beginning, in memory. Full, it keeps what it has and takes no more. */
export class SessionLog {
  readonly #entries: Entry[] = []
  readonly #bytes_max: number
  #bytes = 0
  #fullAt: Moment | undefined

  constructor(bytes_max: number = limits.rememberedInputBytes) {
    this.#bytes_max = bytes_max
  }

  get entries(): ReadonlyArray<Entry> {
    return this.#entries
  }

  /** From here on, inputs are missing; undefined: none is. */
  get fullAt(): Moment | undefined {
    return this.#fullAt
  }

  /** `bytes`: the size of the entry, written down. */
  add(entry: Entry, bytes: number): void {
    if (this.#fullAt !== undefined) return
    if (this.#bytes + bytes > this.#bytes_max) {
      this.#fullAt = { event: entry.event, at: entry.at }
      return
    }
    this.#bytes += bytes
    this.#entries.push(entry)
  }
}

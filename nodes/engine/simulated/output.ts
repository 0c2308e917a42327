import type { Instant } from "../../../core/instant.ts"
import { limits } from "../../../core/limits.ts"
import type { LogEntry } from "../../log-entry.ts"
import type { Print } from "./shell.ts"

/** What the containers of an engine have written, by container. It is on disk, as with Docker's json-file driver. */
export class Outputs {
  readonly #entries = new Map<string, Array<LogEntry>>()
  /** How many of the oldest entries are gone. */
  readonly #dropped = new Map<string, number>()

  constructor(stored: ReadonlyMap<string, ReadonlyArray<LogEntry>> = new Map()) {
    for (const [id, entries] of stored) this.#entries.set(id, [...entries])
  }

  /** The lines of a print, each an entry of its own. */
  add(containerId: string, at: Instant, { stream, data }: Print): ReadonlyArray<LogEntry> {
    const added = linesOf(data).map((line): LogEntry => ({ stream, at, data: line }))
    const entries = this.#entries.get(containerId) ?? []
    entries.push(...added)
    const excess = entries.length - limits.simulatedLogLines
    if (excess > 0) {
      entries.splice(0, excess)
      this.#dropped.set(containerId, (this.#dropped.get(containerId) ?? 0) + excess)
    }
    this.#entries.set(containerId, entries)
    return added
  }

  read(containerId: string, since: Instant | undefined, tail: number | undefined): ReadonlyArray<LogEntry> {
    const entries = this.#entries.get(containerId) ?? []
    const recent = since === undefined ? entries : entries.filter(({ at }) => at >= since)
    return tail === undefined ? [...recent] : tail === 0 ? [] : recent.slice(-tail)
  }

  /** How many lines it ever wrote. */
  count(containerId: string): number {
    return (this.#dropped.get(containerId) ?? 0) + (this.#entries.get(containerId)?.length ?? 0)
  }

  /** Those that came after so many. */
  after(containerId: string, count: number): ReadonlyArray<LogEntry> {
    return (this.#entries.get(containerId) ?? []).slice(Math.max(0, count - (this.#dropped.get(containerId) ?? 0)))
  }

  remove(containerId: string): void {
    this.#entries.delete(containerId)
    this.#dropped.delete(containerId)
  }

  stored(): ReadonlyMap<string, ReadonlyArray<LogEntry>> {
    return this.#entries
  }
}

const linesOf = (data: string): ReadonlyArray<string> => data.match(/[^\n]*\n|[^\n]+$/g) ?? []

import type { Instant } from "../../../core/instant.ts"
import { limits } from "../../../core/limits.ts"
import type { LogEntry } from "../../log-entry.ts"
import type { Print } from "./shell.ts"

/** What the containers of an engine have written, by container. It is on disk, as with Docker's json-file driver. */
export class Outputs {
  readonly #entries = new Map<string, Array<LogEntry>>()

  constructor(stored: ReadonlyMap<string, ReadonlyArray<LogEntry>> = new Map()) {
    for (const [id, entries] of stored) this.#entries.set(id, [...entries])
  }

  /** The lines of a print, each an entry of its own. */
  add(containerId: string, at: Instant, { stream, data }: Print): ReadonlyArray<LogEntry> {
    const added = linesOf(data).map((line): LogEntry => ({ stream, at, data: line }))
    const entries = this.#entries.get(containerId) ?? []
    entries.push(...added)
    if (entries.length > limits.simulatedLogLines) entries.splice(0, entries.length - limits.simulatedLogLines)
    this.#entries.set(containerId, entries)
    return added
  }

  read(containerId: string, since: Instant | undefined, tail: number | undefined): ReadonlyArray<LogEntry> {
    const entries = this.#entries.get(containerId) ?? []
    const recent = since === undefined ? entries : entries.filter(({ at }) => at >= since)
    return tail === undefined ? [...recent] : tail === 0 ? [] : recent.slice(-tail)
  }

  remove(containerId: string): void {
    this.#entries.delete(containerId)
  }

  stored(): ReadonlyMap<string, ReadonlyArray<LogEntry>> {
    return this.#entries
  }
}

const linesOf = (data: string): ReadonlyArray<string> => data.match(/[^\n]*\n|[^\n]+$/g) ?? []

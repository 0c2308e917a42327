import type { LogEntry } from "../../log-entry.ts"

const headerSize = 8

/** Takes the engine's log stream apart: frames of [stream, 0, 0, 0, length] and a line, or with a terminal lines alone, each after its time. */
export class LogLines {
  readonly #tty: boolean
  #rest: Buffer = Buffer.alloc(0)

  constructor(tty: boolean) {
    this.#tty = tty
  }

  /** The entries that are whole now. */
  take(chunk: Buffer): ReadonlyArray<LogEntry> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    return this.#tty ? this.#lines() : this.#frames()
  }

  /** What came last without a line end. */
  end(): ReadonlyArray<LogEntry> {
    const rest = this.#rest
    this.#rest = Buffer.alloc(0)
    return this.#tty && rest.length > 0 ? [entry("stdout", rest)] : []
  }

  #frames(): ReadonlyArray<LogEntry> {
    const entries: Array<LogEntry> = []
    let at = 0
    while (this.#rest.length - at >= headerSize) {
      const end = at + headerSize + this.#rest.readUInt32BE(at + 4)
      if (this.#rest.length < end) break
      entries.push(entry(this.#rest[at] === 2 ? "stderr" : "stdout", this.#rest.subarray(at + headerSize, end)))
      at = end
    }
    this.#rest = this.#rest.subarray(at)
    return entries
  }

  #lines(): ReadonlyArray<LogEntry> {
    const entries: Array<LogEntry> = []
    for (let end = this.#rest.indexOf(10); end >= 0; end = this.#rest.indexOf(10)) {
      entries.push(entry("stdout", this.#rest.subarray(0, end + 1)))
      this.#rest = this.#rest.subarray(end + 1)
    }
    return entries
  }
}

/** "2026-11-25T10:00:00.123456789Z text": the time is RFC 3339 with nanoseconds. */
function entry(stream: LogEntry["stream"], line: Buffer): LogEntry {
  const space = line.indexOf(32)
  const time = line.toString("latin1", 0, Math.max(space, 0))
  const at = Date.parse(time)
  if (Number.isNaN(at)) return { stream, at: 0, data: line.toString("latin1") }
  return { stream, at, time, data: line.toString("latin1", space + 1) }
}

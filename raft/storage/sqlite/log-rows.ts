import { decodeEntries, encodeEntries } from "../../codec/index.ts"
import type { Entry, Index } from "../../types.ts"
import type { Database } from "./better-sqlite3.ts"
import { closed, opened, type Sealing } from "./sealing.ts"

/** A row's entries cannot be read. */
export class DamagedRow extends Error {
  override readonly name = "DamagedRow"
}

/** What can be done to the log's rows, within a transaction. */
export interface LogRows {
  /** Consecutive, and after those that are there. */
  append(entries: ReadonlyArray<Entry>): void
  /** Drops the entries from `from` on. */
  truncate(from: Index): void
  /** Drops rows of entries up to `to`. Some of them may stay, in a row with later ones. */
  compact(to: Index): void
}

/** No row holds more, but for a single entry: a cut through one has to write it anew. */
const row_bytes_max = 256 * 1024

export function logRowsOf(database: Database, sealing: Sealing | undefined): LogRows {
  const insert = database.prepare<[Index, Index, Uint8Array]>("INSERT INTO raft_log VALUES (?, ?, ?)")
  const update = database.prepare<[Index, Uint8Array, Index]>(
    "UPDATE raft_log SET last_index = ?, entries = ? WHERE first_index = ?",
  )
  const dropFrom = database.prepare<[Index]>("DELETE FROM raft_log WHERE first_index >= ?")
  const dropTo = database.prepare<[Index, Index]>("DELETE FROM raft_log WHERE first_index <= ? AND last_index <= ?")
  const last = database.prepare("SELECT last_index, entries FROM raft_log ORDER BY first_index DESC LIMIT 1").raw()

  return {
    append(entries) {
      for (const run of runsOf(entries)) {
        const first = run[0]?.index ?? 0
        insert.run(first, first + run.length - 1, closed(encodeEntries(run), sealing))
      }
    },
    truncate(from) {
      dropFrom.run(from)
      const row = last.get()
      const [lastIndex, stored]: unknown[] = Array.isArray(row) ? row : []
      if (typeof lastIndex !== "number" || lastIndex < from) return
      const entries = entriesOf(stored, sealing)
      if (typeof entries === "string") throw new DamagedRow(`entries up to ${lastIndex} of its log are ${entries}`)
      const kept = entries.filter(({ index }) => index < from)
      update.run(from - 1, closed(encodeEntries(kept), sealing), kept[0]?.index ?? 0)
    },
    compact: (to) => void dropTo.run(to, to),
  }
}

/** The entries of a row; what is wrong with them, in a word or two, if they cannot be read. */
export function entriesOf(stored: unknown, sealing: Sealing | undefined): ReadonlyArray<Entry> | string {
  const frame = stored instanceof Uint8Array ? opened(stored, sealing) : undefined
  if (frame === undefined) return "no frame, or cannot be unsealed"
  const decoded = decodeEntries(frame)
  return decoded.ok ? decoded.value : decoded.error
}

function* runsOf(entries: ReadonlyArray<Entry>): Iterable<ReadonlyArray<Entry>> {
  let start = 0
  let bytes = 0
  for (const [i, { data }] of entries.entries()) {
    bytes += data.length
    if (bytes <= row_bytes_max || i === start) continue
    yield entries.slice(start, i)
    start = i
    bytes = data.length
  }
  if (start < entries.length) yield start === 0 ? entries : entries.slice(start)
}

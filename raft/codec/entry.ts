import { InvariantViolation } from "../invariant.ts"
import type { Entry, EntryKind, Index } from "../types.ts"
import { type Decoded, decodeFrame, encodeFrame } from "./frame.ts"
import type { Reader } from "./reader.ts"
import { number_bytes_max, type Writer } from "./writer.ts"

/** One entry as a frame of its own: what a log on disk holds. */
export const encodeEntry = (entry: Entry): Uint8Array => encodeFrame(entry, writeIndexed)

/** Never throws. The entry's data is a view of `bytes`: whoever gives them must not write to them again. */
export const decodeEntry = (bytes: Uint8Array): Decoded<Entry> => decodeFrame(bytes, readIndexed)

/** Consecutive entries, at least one, as one frame: what is saved together lies together. */
export const encodeEntries = (entries: ReadonlyArray<Entry>): Uint8Array => encodeFrame(entries, writeRun)

/** Never throws. Data are views of `bytes`, as decodeEntry()'s are. */
export const decodeEntries = (bytes: Uint8Array): Decoded<ReadonlyArray<Entry>> => decodeFrame(bytes, readRun)

function writeRun(w: Writer, entries: ReadonlyArray<Entry>): void {
  const first = entries[0]?.index ?? 0
  w.uint(first)
  writeEntries(w, first - 1, entries)
}

function readRun(r: Reader): ReadonlyArray<Entry> {
  const first = r.uint()
  const entries = readEntries(r, first - 1)
  // There is no first entry without an index, and no frame without an entry.
  if (first === 0 || entries.length === 0) r.fail()
  return entries
}

function writeIndexed(w: Writer, entry: Entry): void {
  w.uint(entry.index)
  writeEntry(w, entry)
}

const readIndexed = (r: Reader): Entry => readEntry(r, r.uint())

/** Consecutive entries after `prev`: their number, then each without its index. */
export function writeEntries(w: Writer, prev: Index, entries: ReadonlyArray<Entry>): void {
  let bytes = number_bytes_max
  for (const { data } of entries) bytes += data.length + entry_overhead_max
  w.reserve(bytes)
  w.uint(entries.length)
  let expected = prev
  for (const entry of entries) {
    if (entry.index !== ++expected) throw new InvariantViolation("entries to send are not in order", { prev, expected })
    writeEntry(w, entry)
  }
}

export function readEntries(r: Reader, prev: Index): ReadonlyArray<Entry> {
  const count = r.count(entry_bytes_min)
  if (count === 0) return nothing
  const entries: Entry[] = []
  for (let i = 1; i <= count && !r.failed; i++) entries.push(readEntry(r, prev + i))
  return entries
}

// Positions stand for kinds in a frame: only ever add at the end.
const kinds: ReadonlyArray<EntryKind> = ["command", "configuration"]

/** Beyond its data: its kind, its term and the length of the data. */
const entry_overhead_max = 1 + 2 * number_bytes_max

/** An entry takes at least the bytes of its kind, its term and the length of its data. */
const entry_bytes_min = 3

function writeEntry(w: Writer, entry: Entry): void {
  w.byte(kinds.indexOf(entry.kind))
  w.uint(entry.term)
  w.bytes(entry.data)
}

function readEntry(r: Reader, index: Index): Entry {
  const kind = kinds[r.byte()]
  const term = r.uint()
  const data = r.bytes()
  if (kind !== undefined) return { index, term, kind, data }
  r.fail()
  return { index, term, kind: "command", data }
}

const nothing: ReadonlyArray<Entry> = []

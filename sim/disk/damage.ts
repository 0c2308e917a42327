import { isDeepStrictEqual } from "node:util"
import type { Random } from "../../core/random.ts"
import { decodeEntry, decodeSnapshotMetadata, encodeEntry, encodeSnapshotMetadata } from "../../raft/codec/index.ts"
import { checksum, type Entry, type Snapshot, type Stored } from "../../raft/index.ts"

/**
 * - flipped bit: one bit of one record reads as the other one.
 * - misdirected write: a record lies where another one should, and its own place has what was there before: nothing.
 */
export type Damage = "flipped bit" | "misdirected write"

export const damages: ReadonlyArray<Damage> = ["flipped bit", "misdirected write"]

/** Places on a disk, and the bytes that lie there. */
type Records = Map<string, Uint8Array>

/** Damages a copy of what is stored, and reads it as a storage does. Returns what is wrong if that gives something else than was written. */
export function unnoticed(stored: Stored, damage: Damage, random: Random): string | undefined {
  const records = write(stored)
  const place = spoil(records, damage, random)
  const found = read(records)
  if (found === "damaged" || isDeepStrictEqual(found, read(write(stored)))) return undefined
  return `a ${damage} at ${place} is read as if nothing had been`
}

function spoil(records: Records, damage: Damage, random: Random): string {
  const places = [...records.keys()]
  const place = random.pick(places) ?? "state"
  const bytes = records.get(place) ?? new Uint8Array(0)
  if (damage === "misdirected write") {
    records.delete(place)
    records.set(random.pick(places.filter((other) => other !== place)) ?? "nowhere", bytes)
  } else if (bytes.length > 0) {
    const flipped = Uint8Array.from(bytes)
    const at = random.int(bytes.length)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << random.int(8))
    records.set(place, flipped)
  }
  return place
}

/** As storages do it: what must be there stands in a record of its own; entries and snapshots carry where they belong, and checksums. */
function write({ hardState, snapshot, entries }: Stored): Records {
  const last = entries.at(-1)?.index ?? snapshot?.index ?? 0
  const first = entries[0]?.index ?? last + 1
  const state = JSON.stringify([hardState, first, last, snapshot?.index ?? 0])
  const records: Records = new Map([["state", summed("state", encoder.encode(state))]])
  if (snapshot !== undefined) {
    records.set("snapshot", encodeSnapshotMetadata(snapshot))
    records.set("snapshot's data", summed("snapshot's data", snapshot.data))
  }
  for (const entry of entries) records.set(`entry ${entry.index}`, encodeEntry(entry))
  return records
}

function read(records: Records): Stored | "damaged" {
  const state = unsummed("state", records)
  if (state === undefined) return "damaged"
  const [hardState, first, last, snapshotIndex] = JSON.parse(new TextDecoder().decode(state))
  const snapshot = readSnapshot(records)
  if (snapshot === "damaged" || (snapshot?.index ?? 0) !== snapshotIndex) return "damaged"
  const entries: Entry[] = []
  for (let index = first; index <= last; index++) {
    const entry = decodeEntry(records.get(`entry ${index}`) ?? new Uint8Array(0))
    if (!entry.ok || entry.value.index !== index) return "damaged"
    entries.push(entry.value)
  }
  return { hardState, snapshot, entries }
}

function readSnapshot(records: Records): Snapshot | "damaged" | undefined {
  const bytes = records.get("snapshot")
  if (bytes === undefined) return undefined
  const metadata = decodeSnapshotMetadata(bytes)
  const data = unsummed("snapshot's data", records)
  return metadata.ok && data !== undefined ? { ...metadata.value, data } : "damaged"
}

/** With a checksum of the bytes and of where they belong. */
function summed(place: string, bytes: Uint8Array): Uint8Array {
  const record = new Uint8Array(bytes.length + 4)
  record.set(bytes)
  new DataView(record.buffer).setUint32(bytes.length, checksum(Uint8Array.from([...encoder.encode(place), ...bytes])))
  return record
}

function unsummed(place: string, records: Records): Uint8Array | undefined {
  const record = records.get(place)
  if (record === undefined || record.length < 4) return undefined
  const bytes = record.slice(0, -4)
  return Buffer.compare(summed(place, bytes), record) === 0 ? bytes : undefined
}

const encoder = new TextEncoder()

import { xxh32 } from "../../checksum.ts"
import { decodeSnapshotMetadata } from "../../codec/index.ts"
import type { Entry, Snapshot } from "../../types.ts"
import type { Extent } from "../check-follows.ts"
import type { Stored } from "../log-storage.ts"
import type { Database } from "./better-sqlite3.ts"
import { entriesOf } from "./log-rows.ts"
import type { Sealing } from "./sealing.ts"
import type { StateRow } from "./state-row.ts"

/** Says in words what is not as it was saved. */
export interface Damage {
  readonly damage: string
}

/** Everything, compared with its checksums and with what the state says must be there. */
export function readStored(database: Database, state: StateRow, sealing: Sealing | undefined): Stored | Damage {
  const { hardState, extent } = state
  const snapshot = readSnapshot(database, sealing)
  if (snapshot !== undefined && "damage" in snapshot) return snapshot
  const snapshotIndex = snapshot?.index ?? 0
  if (snapshotIndex !== extent.snapshotIndex) {
    return { damage: `its snapshot is of index ${snapshotIndex} in place of ${extent.snapshotIndex}` }
  }
  const entries = readEntries(database, extent, sealing)
  if ("damage" in entries) return entries
  return { hardState, ...(snapshot && { snapshot }), entries }
}

function readEntries(
  database: Database,
  { firstIndex, lastIndex }: Extent,
  sealing: Sealing | undefined,
): Entry[] | Damage {
  const entries: Entry[] = []
  let expected = firstIndex
  const rows = database.prepare("SELECT first_index, last_index, entries FROM raft_log ORDER BY first_index").raw()
  for (const row of rows.iterate()) {
    const [first, last, stored]: unknown[] = Array.isArray(row) ? row : []
    const found = entriesOf(stored, sealing)
    if (typeof found === "string") return { damage: `entries ${first} to ${last} of its log are ${found}` }
    if (found[0]?.index !== first || found.at(-1)?.index !== last)
      return {
        damage: `entries ${first} to ${last} of its log are entries ${found[0]?.index} to ${found.at(-1)?.index}`,
      }
    for (const entry of found) {
      // Dropped, but in one row with what was not.
      if (entry.index < firstIndex) continue
      if (entry.index !== expected)
        return { damage: `its log has entry ${entry.index} where entry ${expected} must be` }
      entries.push(entry)
      expected++
    }
  }
  return expected === lastIndex + 1
    ? entries
    : { damage: `its log ends before entry ${expected}, not after ${lastIndex}` }
}

function readSnapshot(database: Database, sealing: Sealing | undefined): Snapshot | Damage | undefined {
  const row = database.prepare("SELECT metadata, data_checksum, sealed, data FROM raft_snapshot").raw().get()
  if (row === undefined) return undefined
  const [metadata, checksum, sealed, data]: unknown[] = Array.isArray(row) ? row : []
  if (!(metadata instanceof Uint8Array && data instanceof Uint8Array)) return { damage: "its snapshot is no blob" }
  const decoded = decodeSnapshotMetadata(metadata)
  if (!decoded.ok) return { damage: `its snapshot's metadata are ${decoded.error}` }
  if (xxh32(data, 0, data.length) !== checksum) return { damage: "its snapshot's data are corrupt" }
  // Not the Buffer that sqlite gives: what was saved was none.
  const plain = sealed === 0 ? data : sealing?.open(data)
  if (plain === undefined) return { damage: "its snapshot cannot be unsealed" }
  return { ...decoded.value, data: new Uint8Array(plain.buffer, plain.byteOffset, plain.length) }
}

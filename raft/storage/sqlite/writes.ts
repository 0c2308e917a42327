import { xxh32 } from "../../checksum.ts"
import { encodeEntry, encodeSnapshotMetadata } from "../../codec/index.ts"
import type { Index, Save } from "../../types.ts"
import type { Database } from "./better-sqlite3.ts"
import { closed, type Sealing } from "./sealing.ts"
import { type StateRow, stateWriter } from "./state-row.ts"

/** Another process wrote to the tables: it and this one run the same member. */
export class NotOurs extends Error {
  override readonly name = "NotOurs"
}

export type Transaction = (saves: ReadonlyArray<Save>, after: StateRow, also: (() => void) | undefined) => void

/** A function that writes saves, which leave the state `after`, and whatever `also` writes, in one transaction. */
export function transactionOn(database: Database, sealing: Sealing | undefined): Transaction {
  const append = database.prepare<[Index, Uint8Array]>("INSERT INTO raft_log VALUES (?, ?)")
  const truncate = database.prepare<[Index]>("DELETE FROM raft_log WHERE log_index >= ?")
  const compact = database.prepare<[Index]>("DELETE FROM raft_log WHERE log_index <= ?")
  const replaceSnapshot = database.prepare<[Uint8Array, number, number, Uint8Array]>(
    "INSERT OR REPLACE INTO raft_snapshot VALUES (1, ?, ?, ?, ?)",
  )
  const writeState = stateWriter(database)

  function write({ snapshot, compactTo, truncateFrom, entries }: Save): void {
    if (snapshot !== undefined) {
      const data = sealing?.seal(snapshot.data) ?? snapshot.data
      const checksum = xxh32(data, 0, data.length)
      replaceSnapshot.run(encodeSnapshotMetadata(snapshot), checksum, sealing ? 1 : 0, data)
    }
    if (compactTo !== undefined) compact.run(compactTo)
    if (truncateFrom !== undefined) truncate.run(truncateFrom)
    for (const entry of entries) append.run(entry.index, closed(encodeEntry(entry), sealing))
  }

  const transaction = database.transaction<Transaction>((saves, after, also) => {
    if (!writeState(after)) throw new NotOurs("another process has written to raft_state")
    for (const save of saves) write(save)
    also?.()
  })
  return transaction.immediate
}

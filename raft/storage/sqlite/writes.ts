import { checksum } from "../../checksum.ts"
import { encodeSnapshotMetadata } from "../../codec/index.ts"
import type { Entry, Save } from "../../types.ts"
import type { Database } from "./better-sqlite3.ts"
import { logRowsOf } from "./log-rows.ts"
import type { Sealing } from "./sealing.ts"
import { type StateRow, stateWriter } from "./state-row.ts"

/** Another process wrote to the tables: it and this one run the same member. */
export class NotOurs extends Error {
  override readonly name = "NotOurs"
}

export type Transaction = (saves: ReadonlyArray<Save>, after: StateRow, also: (() => void) | undefined) => void

/** A function that writes saves, which leave the state `after`, and whatever `also` writes, in one transaction. */
export function transactionOn(database: Database, sealing: Sealing | undefined): Transaction {
  const log = logRowsOf(database, sealing)
  const replaceSnapshot = database.prepare<[Uint8Array, number, number, Uint8Array]>(
    "INSERT OR REPLACE INTO raft_snapshot VALUES (1, ?, ?, ?, ?)",
  )
  const writeState = stateWriter(database)

  function write({ snapshot, compactTo, truncateFrom }: Save): void {
    if (snapshot !== undefined) {
      const data = sealing?.seal(snapshot.data) ?? snapshot.data
      replaceSnapshot.run(encodeSnapshotMetadata(snapshot), checksum(data), sealing ? 1 : 0, data)
    }
    if (compactTo !== undefined) log.compact(compactTo)
    if (truncateFrom !== undefined) log.truncate(truncateFrom)
  }

  /** Entries of several saves, with nothing between them but entries, are appended as one. */
  function writeAll(saves: ReadonlyArray<Save>): void {
    let entries: ReadonlyArray<Entry> = []
    for (const save of saves) {
      if (entries.length > 0 && (save.compactTo !== undefined || save.truncateFrom !== undefined)) {
        log.append(entries)
        entries = []
      }
      write(save)
      entries = entries.length === 0 ? save.entries : [...entries, ...save.entries]
    }
    log.append(entries)
  }

  const transaction = database.transaction<Transaction>((saves, after, also) => {
    if (!writeState(after)) throw new NotOurs("another process has written to raft_state")
    writeAll(saves)
    also?.()
  })
  return transaction.immediate
}

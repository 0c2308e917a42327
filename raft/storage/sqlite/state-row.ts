import { xxh32 } from "../../checksum.ts"
import { type HardState, type Index, initialHardState } from "../../types.ts"
import type { Extent } from "../check-follows.ts"
import type { Database } from "./better-sqlite3.ts"

/** The row of raft_state: all that a save decides but the entries and the snapshot themselves. */
export interface StateRow {
  /** Transactions so far. */
  readonly saves: number
  readonly hardState: HardState
  readonly extent: Extent
  /** The application's tables hold what the entries up to here did; 0 when it has never said so. */
  readonly applied: Index
}

export const initialStateRow: StateRow = {
  saves: 0,
  hardState: initialHardState,
  extent: { firstIndex: 1, lastIndex: 0, snapshotIndex: 0 },
  applied: 0,
}

type Columns = [
  saves: number,
  term: number,
  vote: number,
  commit: number,
  firstIndex: number,
  lastIndex: number,
  snapshotIndex: number,
  applied: number,
]

const columnsOf = ({ saves, hardState, extent, applied }: StateRow): Columns => [
  saves,
  hardState.term,
  hardState.vote,
  hardState.commit,
  extent.firstIndex,
  extent.lastIndex,
  extent.snapshotIndex,
  applied,
]

function checksumOf(columns: Columns): number {
  const bytes = new TextEncoder().encode(columns.join(" "))
  return xxh32(bytes, 0, bytes.length)
}

/** The initial row when there is none; "damaged" when it is not as it was written. */
export function readState(database: Database): StateRow | "damaged" {
  const row = database.prepare("SELECT * FROM raft_state").raw().get()
  if (row === undefined) return initialStateRow
  if (!isRow(row)) return "damaged"
  const [, saves, term, vote, commit, firstIndex, lastIndex, snapshotIndex, applied, checksum] = row
  const extent = { firstIndex, lastIndex, snapshotIndex }
  const state = { saves, hardState: { term, vote, commit }, extent, applied }
  return checksumOf(columnsOf(state)) === checksum ? state : "damaged"
}

const isRow = (row: unknown): row is [id: number, ...columns: Columns, checksum: number] =>
  Array.isArray(row) && row.length === 10 && row.every((value) => typeof value === "number")

/** A function that replaces the row, if the one before it is there as this process wrote or read it; returns whether it was. */
export function stateWriter(database: Database): (after: StateRow) => boolean {
  const insert = database.prepare<[...Columns, number]>("INSERT INTO raft_state VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
  const update = database.prepare<[...Columns, number, number]>(
    `UPDATE raft_state SET saves = ?, term = ?, vote = ?, commit_index = ?, first_index = ?, last_index = ?,
       snapshot_index = ?, applied_index = ?, checksum = ? WHERE saves = ?`,
  )
  return (after) => {
    const columns = columnsOf(after)
    const checksum = checksumOf(columns)
    const before = after.saves - 1
    return (before === 0 ? insert.run(...columns, checksum) : update.run(...columns, checksum, before)).changes === 1
  }
}

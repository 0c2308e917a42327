import type { Database } from "./better-sqlite3.ts"

/** Kept in the database's user_version. */
export const schemaVersion = 1

// raft_state: one row, checksummed over all its columns, with what must hold of the other tables. `saves` counts transactions;
// `applied_index` is up to where the application's own tables go.
// raft_log: entries that were saved together are one row: a frame of the codec, with their indexes, terms and a checksum in it; or such a frame
// sealed (sealing.ts). Entries before first_index of raft_state, in a row with later ones, count for nothing.
// raft_snapshot: at most one row; the metadata are a frame, the checksum of the data as they are stored stands beside them.
// raft_seal: one row once anything is sealed: a known text, sealed, which tells a wrong key from damage.
const tables = `
  CREATE TABLE raft_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    saves INTEGER NOT NULL,
    term INTEGER NOT NULL,
    vote INTEGER NOT NULL,
    commit_index INTEGER NOT NULL,
    first_index INTEGER NOT NULL,
    last_index INTEGER NOT NULL,
    snapshot_index INTEGER NOT NULL,
    applied_index INTEGER NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE raft_log (
    first_index INTEGER PRIMARY KEY, last_index INTEGER NOT NULL, entries BLOB NOT NULL
  ) STRICT;
  CREATE TABLE raft_snapshot (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    metadata BLOB NOT NULL,
    data_checksum INTEGER NOT NULL,
    sealed INTEGER NOT NULL,
    data BLOB NOT NULL
  ) STRICT;
  CREATE TABLE raft_seal (id INTEGER PRIMARY KEY CHECK (id = 1), box BLOB NOT NULL) STRICT;
`

/** The version that was found before; 0 for a new database, which has the tables now. */
export function migrate(database: Database): number {
  // Also when there is nothing to do, this asks for the right to write: better refused now than at the first vote.
  return database
    .transaction(() => {
      const found = Number(database.pragma("user_version", { simple: true }))
      if (found === 0) {
        database.exec(tables)
        database.pragma(`user_version = ${schemaVersion}`)
      }
      return found
    })
    .immediate()
}

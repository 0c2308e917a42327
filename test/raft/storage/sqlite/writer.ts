// A process that saves step after step until it is killed, and says on its standard output which steps are durable. The table `applied`,
// written along with each save, tells the next process where to go on.
import { writeSync } from "node:fs"
import { SqliteLogStorage } from "../../../../raft/storage/sqlite.ts"
import { modelOf, saveOf } from "./workload.ts"

const storage = new SqliteLogStorage(process.argv[2] ?? "")
const { database } = storage
database.exec("CREATE TABLE IF NOT EXISTS applied (step INTEGER NOT NULL)")
// Often enough that kills fall into checkpoints, too.
database.pragma("wal_autocheckpoint = 30")
const model = modelOf(storage.load())
const insert = database.prepare<[number]>("INSERT INTO applied VALUES (?)")
const first = Number(database.prepare("SELECT coalesce(max(step), 0) FROM applied").pluck().get()) + 1
for (let step = first; ; step++) {
  const save = saveOf(step, model)
  storage.saveAll([save], { write: () => insert.run(step) })
  model.save(save)
  writeSync(1, `${step}\n`)
}

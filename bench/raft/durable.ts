import { mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads"
import { Sqlite } from "../../raft/storage/sqlite/better-sqlite3.ts"
import type { Done, MemberData } from "./member.ts"

export interface DurableWork {
  readonly clients: number
  readonly payload: number
  readonly entries: number
  /** Where the databases are made: the disk that is measured. */
  readonly folder: string
}

export interface Durable {
  /** Entries per second, committed by three members. */
  readonly perSecond: number
  /** Entries per second that better-sqlite3 alone writes to one table of one database, in transactions of the same sizes. */
  readonly alonePerSecond: number
  /** Mean entries of a transaction. */
  readonly batch: number
}

const voters = [1, 2, 3]

/** Three members, each in a thread and with a database of its own; then sqlite alone, on the same disk. */
export async function durable(work: DurableWork): Promise<Durable> {
  const folder = mkdtempSync(join(work.folder, "bench-raft-"))
  try {
    const { took_ms, batches } = await commit(work, folder)
    const alone_ms = insert(work, join(folder, "alone.db"), batches)
    const total = batches.reduce((sum, size) => sum + size, 0)
    return {
      perSecond: (work.entries * 1000) / took_ms,
      alonePerSecond: (total * 1000) / alone_ms,
      batch: total / batches.length,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function commit({ clients, payload, entries }: DurableWork, folder: string): Promise<Done> {
  const ports = new Map(voters.map((id) => [id, new Map<number, MessagePort>()]))
  for (const a of voters) {
    for (const b of voters.filter((id) => id > a)) {
      const { port1, port2 } = new MessageChannel()
      ports.get(a)?.set(b, port1)
      ports.get(b)?.set(a, port2)
    }
  }
  const here = new URL(import.meta.url)
  const file = new URL(here.pathname.endsWith(".ts") ? "member.ts" : "member.js", here)
  const workers = voters.map((id) => {
    const own = ports.get(id) ?? new Map()
    const data: MemberData = { id, path: join(folder, `${id}.db`), voters, ports: own, clients, payload, entries }
    return new Worker(file, { workerData: data, transferList: [...own.values()] })
  })
  try {
    return await new Promise<Done>((resolve, reject) => {
      for (const worker of workers) {
        worker.on("message", resolve)
        worker.on("error", reject)
      }
      // The first one's election time runs out.
      workers[0]?.postMessage("wake")
    })
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** Milliseconds. */
function insert({ payload }: DurableWork, path: string, batches: ReadonlyArray<number>): number {
  const database = new Sqlite(path)
  database.pragma("journal_mode = WAL")
  database.pragma("synchronous = FULL")
  database.exec("CREATE TABLE entries (log_index INTEGER PRIMARY KEY, entry BLOB NOT NULL)")
  const statement = database.prepare("INSERT INTO entries VALUES (?, ?)")
  let index = 0
  const write = database.transaction((size: number) => {
    for (let i = 0; i < size; i++) statement.run(++index, new Uint8Array(payload).fill(index))
  })
  const before = performance.now()
  for (const size of batches) write.immediate(size)
  const took = performance.now() - before
  database.close()
  return took
}

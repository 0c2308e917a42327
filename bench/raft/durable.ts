import { mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads"
import type { AloneData } from "./alone.ts"
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
  /** The same in three threads at once, each with a database of its own: what the members together ask of disk and processors. Of one thread. */
  readonly threePerSecond: number
  /** Mean entries of a transaction. */
  readonly batch: number
}

const voters = [1, 2, 3]

/** Three members, each in a thread and with a database of its own; then sqlite alone, on the same disk. */
export async function durable(work: DurableWork): Promise<Durable> {
  const folder = mkdtempSync(join(work.folder, "bench-raft-"))
  try {
    const { took_ms, batches } = await commit(work, folder)
    const data = (name: string): AloneData => ({ path: join(folder, name), payload: work.payload, batches })
    const alone_ms = await inThread<number>("alone", data("alone.db"))
    const three_ms = await Promise.all(voters.map((id) => inThread<number>("alone", data(`alone-${id}.db`))))
    const total = batches.reduce((sum, size) => sum + size, 0)
    return {
      perSecond: (work.entries * 1000) / took_ms,
      alonePerSecond: (total * 1000) / alone_ms,
      threePerSecond: (total * 1000) / Math.max(...three_ms),
      batch: total / batches.length,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The file of this name beside this one, compiled or not as this one is. */
function beside(name: string): URL {
  const here = new URL(import.meta.url)
  return new URL(`${name}.${here.pathname.endsWith(".ts") ? "ts" : "js"}`, here)
}

/** What the thread of this name says when it has done its work. */
const inThread = <Result>(name: string, workerData: unknown): Promise<Result> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(beside(name), { workerData })
    worker.once("message", resolve)
    worker.once("error", reject)
  })

async function commit({ clients, payload, entries }: DurableWork, folder: string): Promise<Done> {
  const ports = new Map(voters.map((id) => [id, new Map<number, MessagePort>()]))
  for (const a of voters) {
    for (const b of voters.filter((id) => id > a)) {
      const { port1, port2 } = new MessageChannel()
      ports.get(a)?.set(b, port1)
      ports.get(b)?.set(a, port2)
    }
  }
  const workers = voters.map((id) => {
    const own = ports.get(id) ?? new Map()
    const data: MemberData = { id, path: join(folder, `${id}.db`), voters, ports: own, clients, payload, entries }
    return new Worker(beside("member"), { workerData: data, transferList: [...own.values()] })
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

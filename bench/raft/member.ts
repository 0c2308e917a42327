// One durable member in a thread of its own, with its database on the disk. The leader also plays the clients: each waits until its entry is
// committed, and proposes the next.
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads"
import { decodeMessage, encodeMessage } from "../../raft/codec/index.ts"
import { Raft, type RaftOutput, type SaveOutput } from "../../raft/index.ts"
import { SqliteLogStorage } from "../../raft/storage/sqlite.ts"
import { packed, unpacked } from "./parcel.ts"

export interface MemberData {
  readonly id: number
  readonly path: string
  readonly voters: ReadonlyArray<number>
  /** To the other members. */
  readonly ports: ReadonlyMap<number, MessagePort>
  readonly clients: number
  readonly payload: number
  readonly entries: number
}

/** What the leader says when every entry is committed. */
export interface Done {
  readonly took_ms: number
  /** Entries of each of the leader's transactions. */
  readonly batches: ReadonlyArray<number>
}

const { id, path, voters, ports, clients, payload, entries: wanted }: MemberData = workerData
const storage = new SqliteLogStorage(path)
const raft = new Raft({ id, voters, random: () => 0.5, now: 0, restored: storage.load() })
const noData = new Uint8Array(0)
const mail = new Map<number, Uint8Array[]>(voters.map((voter) => [voter, []]))
const batches: number[] = []
let saves: SaveOutput[] = []
let leads = false
let started = 0
let proposed = 0
let committed = 0

function carryOut(outputs: ReadonlyArray<RaftOutput>): void {
  for (const output of outputs) {
    if (output.type === "send") mail.get(output.to)?.push(encodeMessage(output.message))
    else if (output.type === "save") saves.push(output)
    else if (output.type === "role") leads = output.role === "leader"
    else if (output.type === "snapshot-due")
      carryOut(raft.step(0, { type: "snapshot", index: output.index, data: noData }))
    else if (output.type === "committed") for (const { data } of output.entries) if (data.length > 0) committed++
  }
}

function receive(from: number, bytes: Uint8Array): void {
  const decoded = decodeMessage(bytes)
  if (!decoded.ok) throw new Error(decoded.error)
  carryOut(raft.step(0, { type: "message", from, message: decoded.value }))
}

function proposeForIdleClients(): void {
  if (started === 0) started = performance.now()
  const datas: Array<Uint8Array> = []
  for (; proposed - committed < clients && proposed < wanted; proposed++) {
    datas.push(new Uint8Array(payload).fill(proposed))
  }
  if (datas.length === 0) return
  const result = raft.proposeAll(0, datas)
  if (!result.accepted) throw new Error(result.error)
  carryOut(result.outputs)
}

function post(): void {
  for (const [to, letters] of mail) {
    if (letters.length === 0) continue
    const parcel = packed(letters.splice(0))
    ports.get(to)?.postMessage(parcel, [parcel])
  }
}

function save(): void {
  const batch = saves
  const last = batch[batch.length - 1]
  if (last === undefined) return
  saves = []
  storage.saveAll(batch)
  batches.push(batch.reduce((sum, { entries }) => sum + entries.length, 0))
  carryOut(raft.step(0, { type: "saved", ticket: last.ticket }))
}

/** Everything that has arrived, then one transaction for all that it asks for. */
function turn(): void {
  for (const [from, port] of ports) {
    for (let letters = receiveMessageOnPort(port); letters !== undefined; letters = receiveMessageOnPort(port)) {
      for (const bytes of unpacked(letters.message)) receive(from, bytes)
    }
  }
  if (leads) proposeForIdleClients()
  // Sent while the own disk writes; what must wait for the disk waits in the machine.
  post()
  save()
  post()
  if (leads && committed >= wanted && started > 0) {
    const done: Done = { took_ms: performance.now() - started, batches }
    parentPort?.postMessage(done)
    started = Number.NaN
  }
}

for (const [from, port] of ports) {
  port.on("message", (parcel: ArrayBuffer) => {
    for (const bytes of unpacked(parcel)) receive(from, bytes)
    turn()
  })
}
parentPort?.on("message", () => {
  carryOut(raft.step(raft.nextWake() ?? 0, { type: "wake" }))
  turn()
})

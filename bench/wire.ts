// What the wire costs: envelopes between two managers over a link (mutual TLS, checksums, lanes), against the same bytes as plain WebSocket
// messages over TCP. Loopback, both ends in this process.
//   --seconds N  (2)     of each run
//   --runs N     (3)     runs of each; the median counts
import { randomBytes } from "node:crypto"
import type { Envelope } from "../nodes/envelope.ts"
import { encodeEnvelope } from "../nodes/wire/codec/envelope.ts"
import { linkedChannel } from "./wire/linked.ts"
import { perSecond, roundTrips, streamed } from "./wire/measure.ts"
import { plainChannel } from "./wire/plain.ts"

function flag(name: string, otherwise: string): number {
  const at = process.argv.indexOf(`--${name}`)
  return Number(process.argv[at < 0 ? -1 : at + 1] ?? otherwise)
}
const seconds = flag("seconds", "2")
const runs = flag("runs", "3")

const thousands = (n: number): string => Math.round(n).toLocaleString("en-US")
const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

async function median(one: () => Promise<number>): Promise<number> {
  const values: number[] = []
  for (let i = 0; i < runs; i++) values.push(await one())
  return middle(values)
}

const heartbeat = (n: number): Envelope => ({
  kind: "raft",
  member: 1,
  message: { type: "heartbeat", term: 3, commit: n, round: n },
})
const reply = (n: number): Envelope => ({
  kind: "raft",
  member: 2,
  message: { type: "heartbeat-reply", term: 3, round: n },
})
const append = (bytes: number): ((n: number) => Envelope) => {
  const data = new Uint8Array(randomBytes(bytes))
  const entries = [{ index: 2, term: 3, kind: "command", data }] as const
  return () => ({
    kind: "raft",
    member: 1,
    message: { type: "append", term: 3, prevIndex: 1, prevTerm: 3, entries, commit: 1 },
  })
}

const cases = [
  { what: "heartbeats", envelope: heartbeat, window: 1000 },
  { what: "entries of 1 KiB", envelope: append(1024), window: 1000 },
  { what: "entries of 64 KiB", envelope: append(64 * 1024), window: 64 },
  { what: "entries of 1 MiB", envelope: append(1024 * 1024), window: 8 },
]
console.log("one way, per CPU second of both ends: a link, plain ws, the link's share of it")
for (const { what, envelope, window } of cases) {
  const payload = encodeEnvelope(envelope(1))
  const linked = await linkedChannel(envelope)
  const plain = await plainChannel(payload, false)
  const ours = await median(() => perSecond(linked, seconds, window))
  const theirs = await median(() => perSecond(plain, seconds, window))
  await linked.close()
  await plain.close()
  const rate = (n: number) => `${thousands(n)} (${((n * payload.length) / 1e6).toFixed(1)} MB)`.padStart(22)
  console.log(`  ${what.padEnd(20)}${rate(ours)}${rate(theirs)}${((100 * ours) / theirs).toFixed(0).padStart(6)}%`)
}

const linked = await linkedChannel(heartbeat, reply)
const plain = await plainChannel(encodeEnvelope(heartbeat(1)), true)
const count = Math.max(200, Math.round(seconds * 1000))
console.log("a heartbeat and its reply, one at a time, ms: median, 99th of a hundred")
for (const [what, channel] of [
  ["a link", linked],
  ["plain ws", plain],
] as const) {
  const { median: half, p99 } = await roundTrips(channel, count)
  console.log(`  ${what.padEnd(20)}${half.toFixed(3).padStart(8)}${p99.toFixed(3).padStart(8)}`)
}
const through = await median(() => streamed(linked.links, seconds * 64 * 1024 * 1024))
console.log(`a stream there and back: ${(through / 1e6).toFixed(0)} MB a CPU second of both ends`)
await linked.close()
await plain.close()

import { deflateRawSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import type { WebSocket } from "ws"
import type { Envelope } from "../../../../nodes/envelope.ts"
import { encodeEnvelope } from "../../../../nodes/wire/codec/envelope.ts"
import { encodeFrame } from "../../../../nodes/wire/codec/frame.ts"
import { wireLimits } from "../../../../nodes/wire/limits.ts"
import { credentials } from "../authority.ts"
import { eventually } from "../eventually.ts"
import { besieged, ends, reportFrame } from "./besieged.ts"

const siege = besieged()
const { as, tls, webSocket } = siege

describe("A worker's certificate in bad hands", () => {
  const envelope = (value: Envelope) => encodeFrame({ type: "envelope", body: encodeEnvelope(value) })
  const json = (text: string) =>
    encodeFrame({ type: "envelope", body: Buffer.concat([Buffer.of(4, 0), Buffer.from(text)]) })
  const part = (first: boolean, last: boolean, length = 65_526) =>
    encodeFrame({ type: "part", lane: "bulk", first, last, body: Buffer.alloc(length) })

  it.each<[string, () => (Uint8Array | string)[]]>([
    ["garbage", () => [Buffer.alloc(100, 9)]],
    ["nothing in a frame", () => [Buffer.alloc(0)]],
    ["text", () => ["hello"]],
    ["a frame that was changed", () => [reportFrame().fill(1, 8, 9)]],
    ["a frame of another version", () => [reportFrame().fill(2, 0, 1)]],
    ["a frame that is too large", () => [Buffer.alloc(wireLimits.frame_bytes + 1)]],
    ["an envelope of an unknown kind", () => [encodeFrame({ type: "envelope", body: Buffer.of(99, 0, 1) })]],
    ["an envelope without content", () => [encodeFrame({ type: "envelope", body: Buffer.of(4) })]],
    ["broken JSON", () => [json("{")]],
    ["JSON that no agent says", () => [json('{"type":"statuses","session":"s","batch":1,"statuses":7}')]],
    ["JSON that would be a prototype", () => [json('{"type":"__proto__"}')]],
    ["deflated bytes that are none", () => [encodeFrame({ type: "envelope", body: Buffer.of(4, 1, 1, 2, 3) })]],
    [
      "a small frame that inflates to too much",
      () => {
        const bomb = deflateRawSync(Buffer.alloc(wireLimits.workerEnvelope_bytes + 1, 32), { level: 9 })
        return [encodeFrame({ type: "envelope", body: Buffer.concat([Buffer.of(4, 1), bomb]) })]
      },
    ],
    ["a part without a beginning", () => [part(false, false)]],
    ["a beginning twice", () => [part(true, false), part(true, false)]],
    ["parts of next to nothing", () => [part(true, false, 1)]],
    ["parts without an end", () => [part(true, false), ...Array.from({ length: 130 }, () => part(false, false))]],
    ["a stream with the manager's number", () => [encodeFrame({ type: "open", stream: 2, body: Buffer.from("{}") })]],
    ["a stream whose header is no object", () => [encodeFrame({ type: "open", stream: 1, body: Buffer.from("[]") })]],
    [
      "a stream whose header is too large",
      () => [encodeFrame({ type: "open", stream: 1, body: Buffer.from(`{"x":"${"y".repeat(5_000)}"}`) })],
    ],
    ["bytes of a stream that never was", () => [encodeFrame({ type: "data", stream: 5, body: Buffer.of(1) })]],
    [
      "more on a stream than its window",
      () => [
        encodeFrame({ type: "open", stream: 1, body: Buffer.from("{}") }),
        ...Array.from({ length: 6 }, () => encodeFrame({ type: "data", stream: 1, body: Buffer.alloc(60_000) })),
      ],
    ],
    [
      "a window wider than there is",
      () => [
        encodeFrame({ type: "open", stream: 1, body: Buffer.from("{}") }),
        encodeFrame({ type: "window", stream: 1, bytes: 1 }),
      ],
    ],
  ])("gets the link closed that sends %s, and nothing of it is passed on", async (_, frames) => {
    const ws = await as("w2")
    const end = ends(ws)
    for (const frame of frames()) ws.send(frame)
    ws.send(reportFrame())
    await end
    expect(siege.node.seen.envelopes.filter(({ from }) => from.id === "w2")).toEqual([])
    await eventually("the manager lets go of it", () => siege.node.links.peers().every(({ id }) => id !== "w2"))
  })

  it("speaks for its own node alone, and never of consensus or control", async () => {
    for (const forged of [
      { kind: "raft", member: 1, message: { type: "timeout-now", term: 9 } },
      { kind: "forward", id: "1", request: { op: "service.remove", name: "web" } },
      { kind: "forwarded", id: "1", outcome: { type: "undone" } },
    ] as const satisfies ReadonlyArray<Envelope>) {
      const ws = await as("w2")
      const end = ends(ws)
      ws.send(envelope(forged))
      await end
    }
    expect(siege.node.links.metrics().violations).toEqual({ malformed: 0, forbidden: 3 })
    expect(siege.node.seen.envelopes.length).toBe(1)
    const ws = await as("w2")
    ws.send(reportFrame())
    await eventually("it is heard as itself", () => siege.node.seen.envelopes.length === 2)
    expect(siege.node.seen.envelopes[1]?.from).toEqual({ id: "w2", role: "worker" })
  })

  it("is read no faster than a worker has to say, and its link stays", async () => {
    const ws = await as("w2")
    const frame = reportFrame()
    const begin = performance.now()
    const many = wireLimits.workerEnvelopes_burst + 20_000
    for (let i = 0; i < many; i++) ws.send(frame)
    await eventually("the burst is there", () => siege.node.seen.envelopes.length > wireLimits.workerEnvelopes_burst)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const earned = ((performance.now() - begin) / 1000) * wireLimits.workerEnvelopes_perSecond
    // And what had been read already when it was told to wait.
    const read = Math.ceil((64 * 1024) / frame.length)
    expect(siege.node.seen.envelopes.length).toBeLessThan(wireLimits.workerEnvelopes_burst + earned + 2 * read)
    expect(siege.node.links.peers().some(({ id }) => id === "w2")).toBe(true)
  })

  it("pays for what it makes a manager inflate, and cannot leave its debt behind with its link", async () => {
    const spaces = Buffer.alloc(wireLimits.workerEnvelope_bytes - 1_000, 32)
    const text = Buffer.from('{"type":"heartbeat","session":"s"}')
    const bomb = encodeFrame({
      type: "envelope",
      body: Buffer.concat([Buffer.of(4, 1), deflateRawSync(Buffer.concat([spaces, text]), { level: 9 })]),
    })
    const from = () => siege.node.seen.envelopes.filter((seen) => seen.from.id === "w2").length
    const begin = performance.now()
    const first = await as("w2")
    for (let i = 0; i < 40; i++) first.send(bomb)
    await eventually("some are taken", () => from() > 0)
    first.terminate()
    const second = await as("w2")
    for (let i = 0; i < 40; i++) second.send(bomb)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    const cost = wireLimits.workerEnvelope_bytes / wireLimits.workerEnvelope_unit_bytes
    const seconds = (performance.now() - begin) / 1000
    const earned = wireLimits.workerEnvelopes_burst + seconds * wireLimits.workerEnvelopes_perSecond
    // Each link may have read on for a moment when it was told to wait.
    expect(from()).toBeLessThanOrEqual(earned / cost + 2 * Math.ceil((64 * 1024) / bomb.length))
    expect(from()).toBeLessThan(40)
  })

  it("opens no more links than a node needs", async () => {
    const own = await credentials(siege.root, "w2", { role: "worker" })
    let refused = ""
    for (let i = 0; i < 150 && refused === ""; i++) {
      await webSocket(own).catch((error) => {
        refused = String(error)
      })
    }
    expect(refused).toContain("429")
  })

  it("holds no more connections than a node needs: a new link takes the place of the former one", async () => {
    const sockets: WebSocket[] = []
    for (let i = 0; i < 5; i++) sockets.push(await as("w2"))
    await eventually("one is left", () => sockets.filter((ws) => ws.readyState === ws.OPEN).length === 1)
    const own = await credentials(siege.root, "w3", { role: "worker" })
    const requests = await Promise.all(Array.from({ length: wireLimits.connectionsPerNode_max + 4 }, () => tls(own)))
    for (const socket of requests) socket.write("POST /certificate HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
    await eventually("the rest is refused", () => (siege.node.port?.metrics().refused.perNode ?? 0) === 4)
  })

  it("is not answered for ever when it pings and reads nothing", async () => {
    const ws = await as("w2")
    ws.pause()
    // More than the kernel keeps for both ends.
    for (let i = 0; i < 15 && ws.readyState === ws.OPEN; i++) {
      for (let n = 0; n < 10_000; n++) ws.ping(Buffer.alloc(125))
      await eventually("they are taken", () => ws.bufferedAmount === 0 || ws.readyState !== ws.OPEN)
    }
    const queued = siege.node.links.metrics().links.find(({ peer }) => peer === "w2")?.queued_bytes ?? 0
    expect(queued).toBeLessThanOrEqual(wireLimits.buffered_bytes + 1_000)
  })
})

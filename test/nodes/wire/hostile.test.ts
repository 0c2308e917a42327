import { once } from "node:events"
import { connect as connectTcp, type Socket } from "node:net"
import { connect as connectTls, type TLSSocket } from "node:tls"
import { deflateRawSync } from "node:zlib"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { hours } from "../../../core/instant.ts"
import type { Envelope } from "../../../nodes/envelope.ts"
import type { RootCA } from "../../../nodes/wire/ca/root-ca.ts"
import { encodeEnvelope } from "../../../nodes/wire/codec/envelope.ts"
import { encodeFrame } from "../../../nodes/wire/codec/frame.ts"
import type { Credentials } from "../../../nodes/wire/credentials.ts"
import { wireLimits } from "../../../nodes/wire/limits.ts"
import { type Certified, credentials, newRoot } from "./authority.ts"
import { eventually } from "./eventually.ts"
import { type LiveNode, liveNode } from "./live-node.ts"

const report: Envelope = { kind: "agent", message: { type: "heartbeat", session: "s" } }
const life = "0123456789abcdef"

let root: RootCA
let node: LiveNode
/** An honest worker, who must notice nothing of what others do. */
let honest: LiveNode
const removed = new Set<string>()
const open: { destroy(): void }[] = []

beforeEach(async () => {
  root = await newRoot()
  removed.clear()
  node = await liveNode({
    id: "m1",
    role: "manager",
    credentials: await credentials(root, "m1"),
    removed: (id) => removed.has(id),
    rootCertificate: root.CACert,
  })
  honest = await liveNode({ id: "w1", role: "worker", credentials: await credentials(root, "w1", { role: "worker" }) })
  honest.links.know("m1", node.address)
  honest.links.send("m1", report)
  await eventually("the honest one is linked", () => node.seen.envelopes.length === 1)
})
afterEach(async () => {
  // Whatever happened: it was never cut, and it still gets through.
  node.seen.envelopes.length = 0
  honest.links.send("m1", report)
  await eventually("the honest one is heard", () => node.seen.envelopes.some(({ from }) => from.id === "w1"))
  expect(node.seen.changes.filter((change) => change.includes("w1"))).toEqual(["up w1 worker"])
  for (const socket of open.splice(0)) socket.destroy()
  await honest.stop()
  await node.stop()
})

const port = () => node.port?.port ?? 0
const tcp = async (): Promise<Socket> => {
  const socket = connectTcp(port(), "127.0.0.1")
  socket.on("error", () => {})
  open.push(socket)
  await once(socket, "connect")
  return socket
}
const tls = async (own?: Credentials): Promise<TLSSocket> => {
  const socket = connectTls({
    port: port(),
    host: "127.0.0.1",
    rejectUnauthorized: false,
    ...(own ? { cert: own.certificate, key: own.key } : {}),
  })
  socket.on("error", () => {})
  open.push(socket)
  await once(socket, "secureConnect")
  return socket
}
const closed = async (socket: Socket): Promise<void> => {
  if (!socket.closed) await once(socket.resume(), "close")
}

/** Opens a link by hand. Rejects with the status when the upgrade is refused. */
const webSocket = (
  own: Credentials | undefined,
  headers: Record<string, string> = { "x-drydock-life": life },
  protocol = "drydock.1",
): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const ws = new WebSocket(`wss://127.0.0.1:${port()}/link`, protocol, {
      rejectUnauthorized: false,
      headers,
      perMessageDeflate: false,
      ...(own ? { cert: own.certificate, key: own.key } : {}),
    })
    open.push({ destroy: () => ws.terminate() })
    ws.on("open", () => resolve(ws))
    ws.on("error", reject)
  })
const as = async (id: string, options: Certified = {}): Promise<WebSocket> =>
  webSocket(await credentials(root, id, { role: "worker", ...options }))
const ends = (ws: WebSocket): Promise<unknown> => once(ws, "close")

describe("Strangers", () => {
  it.each([
    ["no certificate", async () => undefined],
    ["a certificate of another cluster's root", async () => credentials(await newRoot(), "w2")],
    ["a certificate that names another cluster", async () => credentials(root, "w2", { clusterId: "cluster2" })],
    [
      "a certificate that has expired",
      async () => credentials(root, "w2", { expiry_ms: hours(1), ago_ms: hours(1) + 1000 }),
    ],
    ["a certificate that is not valid yet", async () => credentials(root, "w2", { ago_ms: -hours(2) })],
  ])("get no link with %s", async (_, own) => {
    await expect(own().then(webSocket)).rejects.toThrow("403")
    expect(node.seen.changes).toEqual(["up w1 worker"])
  })

  it("get no link as a node that was removed", async () => {
    removed.add("w2")
    await expect(as("w2")).rejects.toThrow("403")
  })

  it("get no link in the name of the manager itself", async () => {
    const ws = await as("m1")
    await ends(ws)
    expect(node.seen.changes).toEqual(["up w1 worker"])
  })

  it("are strangers with a session that a node has left behind", async () => {
    const own = await credentials(root, "w2", { role: "worker" })
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      const options = { port: port(), host: "127.0.0.1", rejectUnauthorized: false, maxVersion }
      const first = connectTls({ ...options, cert: own.certificate, key: own.key })
      open.push(first)
      let session: Buffer | undefined
      first.on("session", (left) => {
        session = left
      })
      first.write("GET /ca HTTP/1.1\r\nHost: x\r\n\r\n")
      await closed(first)
      expect(session).toBeDefined()
      const second = connectTls({ ...options, ...(session ? { session } : {}) })
      open.push(second)
      let answer = ""
      let reused = false
      second.on("secureConnect", () => {
        reused = second.isSessionReused()
      })
      second.on("data", (data: Buffer) => {
        answer += data
      })
      const upgrade = [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        `Sec-WebSocket-Key: ${"A".repeat(22)}==`,
      ]
      const rest = ["Sec-WebSocket-Protocol: drydock.1", `x-drydock-life: ${life}`, "", ""]
      second.write(["GET /link HTTP/1.1", "Host: x", ...upgrade, ...rest].join("\r\n"))
      await eventually("it is answered", () => answer.includes("\r\n"))
      second.end()
      await closed(second)
      expect(reused).toBe(true)
      expect(answer).toContain("403 Forbidden")
    }
  })

  it("get no link without telling which life they are in, or in another protocol", async () => {
    const own = await credentials(root, "w2")
    await expect(webSocket(own, {})).rejects.toThrow("403")
    await expect(webSocket(own, { "x-drydock-life": "x" })).rejects.toThrow("403")
    await expect(webSocket(own, undefined, "drydock.99")).rejects.toThrow()
  })

  it("are cut when they say nothing, speak no TLS, or offer a TLS that is too old", async () => {
    const silent = await tcp()
    const garbage = await tcp()
    garbage.write(Buffer.alloc(1000, 7))
    await closed(garbage)
    await closed(silent)
    expect(node.port?.metrics().late).toBe(1)
  }, 20_000)

  it("are cut when their request takes too long, however they spread it", async () => {
    const headers = await tls()
    const body = await tls()
    body.write("POST /certificate HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
    const nothing = await tls()
    const drip = setInterval(() => {
      headers.write("x")
      body.write("x")
    }, 200)
    headers.write("GET /ca HTTP/1.1\r\nx: ")
    await Promise.all([headers, body, nothing].map(closed))
    clearInterval(drip)
    expect(node.port?.metrics().late).toBe(3)
  }, 20_000)

  it("are cut when their headers or body are too large, or are no HTTP", async () => {
    const large = await tls()
    large.write(`GET /ca HTTP/1.1\r\nx: ${"y".repeat(20_000)}\r\n\r\n`)
    await closed(large)
    const none = await tls()
    none.write("\u0000\u0001 no HTTP at all\r\n\r\n")
    await closed(none)
  })

  it("give way to newer ones when there are too many, so that nobody is kept out", async () => {
    const many = await Promise.all(Array.from({ length: wireLimits.strangersPerAddress_max + 20 }, tcp))
    // At once, and not when their time is up.
    await eventually("the oldest gave way", () => (node.port?.metrics().displaced ?? 0) >= 20, 4_000)
    expect(node.port?.metrics().strangers).toBeLessThanOrEqual(wireLimits.strangersPerAddress_max)
    expect(many.length).toBe(wireLimits.strangersPerAddress_max + 20)
    const late = await as("w2")
    late.send(encodeFrame({ type: "envelope", body: encodeEnvelope(report) }))
    await eventually("one who comes now gets through", () => node.seen.envelopes.some(({ from }) => from.id === "w2"))
  })

  it("cannot open connections faster than an address may", async () => {
    const before = node.port?.metrics().refused.rate ?? 0
    for (let i = 0; i < wireLimits.connectsPerAddress_burst + 50; i++) {
      const socket = connectTcp(port(), "127.0.0.1")
      socket.on("error", () => {})
      open.push(socket)
    }
    await eventually("some are refused", () => (node.port?.metrics().refused.rate ?? 0) > before)
  })
})

describe("A worker's certificate in bad hands", () => {
  const good = (): Buffer => Buffer.from(encodeFrame({ type: "envelope", body: encodeEnvelope(report) }))
  const envelope = (value: Envelope) => encodeFrame({ type: "envelope", body: encodeEnvelope(value) })
  const json = (text: string) =>
    encodeFrame({ type: "envelope", body: Buffer.concat([Buffer.of(4, 0), Buffer.from(text)]) })
  const part = (first: boolean, last: boolean, length = 65_526) =>
    encodeFrame({ type: "part", lane: "bulk", first, last, body: Buffer.alloc(length) })

  it.each<[string, () => (Uint8Array | string)[]]>([
    ["garbage", () => [Buffer.alloc(100, 9)]],
    ["nothing in a frame", () => [Buffer.alloc(0)]],
    ["text", () => ["hello"]],
    ["a frame that was changed", () => [good().fill(1, 8, 9)]],
    ["a frame of another version", () => [good().fill(2, 0, 1)]],
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
    ws.send(good())
    await end
    expect(node.seen.envelopes.filter(({ from }) => from.id === "w2")).toEqual([])
    await eventually("the manager lets go of it", () => node.links.peers().every(({ id }) => id !== "w2"))
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
    expect(node.links.metrics().violations).toEqual({ malformed: 0, forbidden: 3 })
    expect(node.seen.envelopes.length).toBe(1)
    const ws = await as("w2")
    ws.send(good())
    await eventually("it is heard as itself", () => node.seen.envelopes.length === 2)
    expect(node.seen.envelopes[1]?.from).toEqual({ id: "w2", role: "worker" })
  })

  it("is read no faster than a worker has to say, and its link stays", async () => {
    const ws = await as("w2")
    const frame = good()
    const begin = performance.now()
    const many = wireLimits.workerEnvelopes_burst + 20_000
    for (let i = 0; i < many; i++) ws.send(frame)
    await eventually("the burst is there", () => node.seen.envelopes.length > wireLimits.workerEnvelopes_burst)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const earned = ((performance.now() - begin) / 1000) * wireLimits.workerEnvelopes_perSecond
    // And what had been read already when it was told to wait.
    const read = Math.ceil((64 * 1024) / frame.length)
    expect(node.seen.envelopes.length).toBeLessThan(wireLimits.workerEnvelopes_burst + earned + 2 * read)
    expect(node.links.peers().some(({ id }) => id === "w2")).toBe(true)
  })

  it("pays for what it makes a manager inflate, and cannot leave its debt behind with its link", async () => {
    const spaces = Buffer.alloc(wireLimits.workerEnvelope_bytes - 1_000, 32)
    const text = Buffer.from('{"type":"heartbeat","session":"s"}')
    const bomb = encodeFrame({
      type: "envelope",
      body: Buffer.concat([Buffer.of(4, 1), deflateRawSync(Buffer.concat([spaces, text]), { level: 9 })]),
    })
    const from = () => node.seen.envelopes.filter((seen) => seen.from.id === "w2").length
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
    const own = await credentials(root, "w2", { role: "worker" })
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
    const own = await credentials(root, "w3", { role: "worker" })
    const requests = await Promise.all(Array.from({ length: wireLimits.connectionsPerNode_max + 4 }, () => tls(own)))
    for (const socket of requests) socket.write("POST /certificate HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
    await eventually("the rest is refused", () => (node.port?.metrics().refused.perNode ?? 0) === 4)
  })

  it("is not answered for ever when it pings and reads nothing", async () => {
    const ws = await as("w2")
    ws.pause()
    // More than the kernel keeps for both ends.
    for (let i = 0; i < 15 && ws.readyState === ws.OPEN; i++) {
      for (let n = 0; n < 10_000; n++) ws.ping(Buffer.alloc(125))
      await eventually("they are taken", () => ws.bufferedAmount === 0 || ws.readyState !== ws.OPEN)
    }
    const queued = node.links.metrics().links.find(({ peer }) => peer === "w2")?.queued_bytes ?? 0
    expect(queued).toBeLessThanOrEqual(wireLimits.buffered_bytes + 1_000)
  })
})

describe("Links that die", () => {
  it("are found by their silence", async () => {
    const timing = { ping_ms: 50, silence_ms: 200 }
    const quick = await liveNode({ id: "m2", role: "manager", credentials: await credentials(root, "m2"), timing })
    open.push({ destroy: () => void quick.stop() })
    const ws = new WebSocket(`wss://${quick.address}/link`, "drydock.1", {
      rejectUnauthorized: false,
      autoPong: false,
      headers: { "x-drydock-life": life },
      ...(await credentials(root, "w2", { role: "worker" }).then(({ certificate, key }) => ({
        cert: certificate,
        key,
      }))),
    })
    await once(ws, "open")
    await once(ws, "close")
    expect(quick.seen.changes).toEqual(["up w2 worker", "down w2"])
    await quick.stop()
  })

  it("are not given up because this process itself stood still", async () => {
    const timing = { ping_ms: 50, silence_ms: 200 }
    const quick = await liveNode({ id: "m2", role: "manager", credentials: await credentials(root, "m2"), timing })
    const own = await credentials(root, "w2", { role: "worker" })
    const worker = await liveNode({ id: "w2", role: "worker", credentials: own, timing })
    worker.links.know("m2", quick.address)
    worker.links.send("m2", report)
    await eventually("it is up", () => quick.seen.changes.length === 1 && worker.seen.changes.length === 1)
    const end = performance.now() + 600
    while (performance.now() < end) {}
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect([quick.seen.changes, worker.seen.changes]).toEqual([["up w2 worker"], ["up m2 manager"]])
    await worker.stop()
    await quick.stop()
  })

  it("end when the other end's certificate expires", async () => {
    const timing = { ping_ms: 100, silence_ms: 60_000 }
    const quick = await liveNode({ id: "m2", role: "manager", credentials: await credentials(root, "m2"), timing })
    const brief = await credentials(root, "w2", { role: "worker", expiry_ms: hours(1), ago_ms: hours(1) - 8_000 })
    const worker = await liveNode({ id: "w2", role: "worker", credentials: brief })
    worker.links.know("m2", quick.address)
    worker.links.send("m2", report)
    await eventually("it is up", () => quick.seen.changes.length === 1)
    await eventually("it ends", () => quick.seen.changes.length === 2, 15_000)
    await worker.stop()
    await quick.stop()
    expect(quick.seen.changes).toEqual(["up w2 worker", "down w2"])
  })
})

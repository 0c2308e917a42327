import { connect as connectTcp } from "node:net"
import { connect as connectTls } from "node:tls"
import { describe, expect, it } from "vitest"
import { hours } from "../../../../core/instant.ts"
import { wireLimits } from "../../../../nodes/wire/limits.ts"
import { credentials, newRoot } from "../authority.ts"
import { eventually } from "../eventually.ts"
import { besieged, closed, ends, life, reportFrame } from "./besieged.ts"

const siege = besieged()
const { as, open, port, removed, tcp, tls, webSocket } = siege

describe("Strangers", () => {
  it.each([
    ["no certificate", async () => undefined],
    ["a certificate of another cluster's root", async () => credentials(await newRoot(), "w2")],
    ["a certificate that names another cluster", async () => credentials(siege.root, "w2", { clusterId: "cluster2" })],
    [
      "a certificate that has expired",
      async () => credentials(siege.root, "w2", { expiry_ms: hours(1), ago_ms: hours(1) + 1000 }),
    ],
    ["a certificate that is not valid yet", async () => credentials(siege.root, "w2", { ago_ms: -hours(2) })],
  ])("get no link with %s", async (_, own) => {
    await expect(own().then(webSocket)).rejects.toThrow("403")
    expect(siege.node.seen.changes).toEqual(["up w1 worker"])
  })

  it("get no link as a node that was removed", async () => {
    removed.add("w2")
    await expect(as("w2")).rejects.toThrow("403")
  })

  it("get no link in the name of the manager itself", async () => {
    const ws = await as("m1")
    await ends(ws)
    expect(siege.node.seen.changes).toEqual(["up w1 worker"])
  })

  it("are strangers with a session that a node has left behind", async () => {
    const own = await credentials(siege.root, "w2", { role: "worker" })
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
    const own = await credentials(siege.root, "w2")
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
    expect(siege.node.port?.metrics().late).toBe(1)
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
    expect(siege.node.port?.metrics().late).toBe(3)
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
    await eventually("the oldest gave way", () => (siege.node.port?.metrics().displaced ?? 0) >= 20, 4_000)
    expect(siege.node.port?.metrics().strangers).toBeLessThanOrEqual(wireLimits.strangersPerAddress_max)
    expect(many.length).toBe(wireLimits.strangersPerAddress_max + 20)
    const late = await as("w2")
    late.send(reportFrame())
    await eventually("one who comes now gets through", () =>
      siege.node.seen.envelopes.some(({ from }) => from.id === "w2"),
    )
  })

  it("cannot open connections faster than an address may", async () => {
    const before = siege.node.port?.metrics().refused.rate ?? 0
    for (let i = 0; i < wireLimits.connectsPerAddress_burst + 50; i++) {
      const socket = connectTcp(port(), "127.0.0.1")
      socket.on("error", () => {})
      open.push(socket)
    }
    await eventually("some are refused", () => (siege.node.port?.metrics().refused.rate ?? 0) > before)
  })
})

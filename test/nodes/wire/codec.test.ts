import { randomBytes } from "node:crypto"
import { once } from "node:events"
import * as Result from "effect/Result"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { apiError } from "../../../core/errors.ts"
import type { Envelope } from "../../../nodes/envelope.ts"
import { decodeEnvelope, encodeEnvelope } from "../../../nodes/wire/codec/envelope.ts"
import { decodeFrame, encodeFrame, type Frame, lanes } from "../../../nodes/wire/codec/frame.ts"
import { Incoming, Outgoing } from "../../../nodes/wire/codec/parts.ts"
import { wireLimits } from "../../../nodes/wire/limits.ts"
import { Backoff } from "../../../nodes/wire/links/backoff.ts"
import { MemoryNetwork } from "../../../nodes/wire/links/memory-network.ts"
import { newOneStays, simultaneous_ms } from "../../../nodes/wire/links/prefer.ts"
import { message } from "../../raft/codec/arbitraries.ts"
import { clusterId } from "./authority.ts"
import { eventually } from "./eventually.ts"
import { Recorder } from "./recorder.ts"

const limit = wireLimits.managerEnvelope_bytes
const text = fc.oneof(fc.string(), fc.string({ minLength: 7_000, maxLength: 10_000, unit: fc.constantFrom("a", "b") }))
// As JSON has it: -0 is written as 0.
const json = fc.jsonValue({ noUnicodeString: false }).map((value): unknown => JSON.parse(JSON.stringify(value)))
const member = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const answer = fc.oneof(
  json.map((value) => Result.succeed(value)),
  fc
    .record({ status: fc.integer({ min: 400, max: 599 }), message: text })
    .map(({ status, message }) => Result.fail(apiError(status, message))),
)
const place = fc.record({
  nodeId: fc.string({ minLength: 1, maxLength: 25, unit: fc.constantFrom("0", "a", "z") }),
  addr: fc.constantFrom("10.0.0.1:2377", "[fe80::1]:1", "255.255.255.255:65535"),
})
const envelope: fc.Arbitrary<Envelope> = fc.oneof(
  fc.record({ member, message }).map((rest): Envelope => ({ kind: "raft", ...rest })),
  fc
    .record({ id: text, name: text })
    .map(({ id, name }): Envelope => ({ kind: "forward", id, request: { op: "task.inspect", name } })),
  fc
    .record({ id: text, answer })
    .map(({ id, answer }): Envelope => ({ kind: "forwarded", id, outcome: { type: "answered", answer } })),
  text.map((id): Envelope => ({ kind: "forwarded", id, outcome: { type: "undone" } })),
  text.map((session): Envelope => ({ kind: "agent", message: { type: "heartbeat", session } })),
  fc.record({ session: text, batch: fc.nat(), taskId: text, Err: text }).map(
    ({ session, batch, taskId, Err }): Envelope => ({
      kind: "agent",
      message: {
        type: "statuses",
        session,
        batch,
        statuses: [{ taskId, status: { Timestamp: "t", State: "failed", Err } }],
      },
    }),
  ),
  fc.record({ leader: text, managers: fc.array(place) }).map((way): Envelope => ({ kind: "way", way })),
  text.map((session): Envelope => ({ kind: "dispatch", message: { type: "session-lost", session } })),
)
const number = fc.nat(2 ** 32 - 1)
const body = fc.uint8Array({ maxLength: 300 })
const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ type: fc.constant("envelope" as const), body }),
  fc.record({
    type: fc.constant("part" as const),
    lane: fc.constantFrom(...lanes),
    first: fc.boolean(),
    last: fc.boolean(),
    body,
  }),
  fc.record({ type: fc.constantFrom("open" as const, "data" as const), stream: number, body }),
  fc.record({ type: fc.constant("window" as const), stream: number, bytes: number }),
  fc.record({ type: fc.constantFrom("end" as const, "reset" as const), stream: number }),
)

describe("Envelopes as bytes", () => {
  it("read back as what was written", () => {
    fc.assert(
      fc.property(envelope, (value) => {
        expect(decodeEnvelope(encodeEnvelope(value), limit)).toEqual(value)
      }),
      { numRuns: 500 },
    )
  })

  it("hold no managers that could be more than a node at an address", () => {
    const good = { nodeId: "m1", addr: "10.0.0.1:2377" }
    const bad = [
      { nodeId: "m1", addr: "10.0.0.1:2377/x?" },
      { nodeId: "m1", addr: "user@10.0.0.1:2377" },
      { nodeId: "m1", addr: "example.com:2377" },
      { nodeId: "m 1", addr: "10.0.0.1:2377" },
      { nodeId: "", addr: "10.0.0.1:2377" },
    ]
    const sent = encodeEnvelope({ kind: "way", way: { leader: "m1", managers: [...bad, good] } })
    expect(decodeEnvelope(sent, limit)).toEqual({ kind: "way", way: { leader: "m1", managers: [good] } })
  })

  it("are deflated only where it pays", () => {
    const one = (session: string) => encodeEnvelope({ kind: "agent", message: { type: "heartbeat", session } })
    expect(one("x".repeat(100)).length).toBeGreaterThan(100)
    expect(one("x".repeat(10_000)).length).toBeLessThan(200)
    const noise = randomBytes(30_000).toString("base64")
    expect([one("x".repeat(100))[1], one("x".repeat(10_000))[1], one(noise)[1]]).toEqual([0, 1, 0])
    const task = {
      ID: "dpcz3bvp8kk9",
      Status: { State: "running", Timestamp: "2026-11-25T10:00:00Z" },
      Labels: { tier: "web" },
    }
    const tasks = JSON.stringify(Array.from({ length: 200 }, (_, i) => ({ ...task, ID: `${task.ID}${i}` })))
    expect(one(tasks).length).toBeLessThan(tasks.length / 4)
  })

  it("are none when they are larger than they may be, deflated or not", () => {
    const large = encodeEnvelope({ kind: "agent", message: { type: "heartbeat", session: "x".repeat(10_000) } })
    expect(decodeEnvelope(large, 9_000)).toBeUndefined()
    expect(decodeEnvelope(large, 11_000)).toBeDefined()
  })

  it("are none, and no error either, when they are any other bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(6), fc.nat(2), (bytes, tag, flag) => {
        decodeEnvelope(bytes, limit)
        const kind = decodeEnvelope(Buffer.concat([Buffer.of(tag, flag), bytes]), limit)?.kind
        // Random bytes are no message of consensus: that has a checksum of its own.
        expect(kind).not.toBe("raft")
      }),
      { numRuns: 1_000 },
    )
  })
})

describe("Frames", () => {
  it("read back as what was written", () => {
    fc.assert(
      fc.property(frame, (value) => {
        const read = decodeFrame(encodeFrame(value))
        expect(read && { ...read, ...("body" in read ? { body: Uint8Array.from(read.body) } : {}) }).toEqual(value)
      }),
    )
  })

  it("are none when any of their bytes was changed, or some are missing", () => {
    fc.assert(
      fc.property(frame, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, change) => {
        const bytes = encodeFrame(value)
        const at = place % bytes.length
        const changed = Uint8Array.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ change
        expect(decodeFrame(changed)).toBeUndefined()
        expect(decodeFrame(bytes.subarray(0, at))).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })
})

describe("Large envelopes", () => {
  const frames = (bytes: Uint8Array): Frame[] => {
    const outgoing = new Outgoing("bulk", bytes)
    const all: Frame[] = []
    while (!outgoing.done) {
      const encoded = outgoing.next()
      expect(encoded.length).toBeLessThanOrEqual(wireLimits.frame_bytes)
      const decoded = decodeFrame(encoded)
      if (decoded) all.push(decoded)
    }
    return all
  }

  it("are put together again from their parts, to the byte", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300_000 }), fc.nat(255), (length, seed) => {
        const bytes = Uint8Array.from({ length }, (_, i) => (i * 13 + seed) & 255)
        const parts = frames(bytes)
        if (parts.length === 1) {
          expect(parts[0]?.type).toBe("envelope")
          return
        }
        const incoming = new Incoming(length)
        const results = parts.map((part) => part.type === "part" && incoming.take(part))
        expect(results.slice(0, -1).every((result) => result === "more")).toBe(true)
        const whole = results.at(-1)
        expect(whole instanceof Uint8Array && Buffer.compare(whole, bytes)).toBe(0)
        const tooSmall = new Incoming(length - 1)
        expect(parts.map((part) => part.type === "part" && tooSmall.take(part)).at(-1)).toBeUndefined()
      }),
      { numRuns: 50 },
    )
  })
})

describe("Streams in memory", () => {
  it("bring every byte once and in order, however they are cut and read", async () => {
    const writes = fc.array(fc.integer({ min: 0, max: 70_000 }), { minLength: 1, maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(writes, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 50_000 }),
        async (streams, take) => {
          const network = new MemoryNetwork()
          const [near, far] = [new Recorder(), new Recorder()]
          const identity = (id: string) =>
            ({ id, role: "manager", clusterId, notBefore: 0, notAfter: 2 ** 52 }) as const
          const a = network.node({ identity: identity("a"), handlers: near })
          const b = network.node({ identity: identity("b"), handlers: far, address: "b:1" })
          a.know("b", "b:1")
          a.send("b", { kind: "agent", message: { type: "heartbeat", session: "" } })
          await eventually("the link is up", () => a.peers().length === 1)
          const heard = new Map<unknown, Buffer[]>()
          far.onStream = (header, stream) => {
            const chunks: Buffer[] = []
            heard.set(header.number, chunks)
            // Reads in bites of its own.
            stream.on("readable", () => {
              for (;;) {
                const bite: Buffer | null = stream.read(Math.min(take, stream.readableLength))
                if (bite === null) break
                chunks.push(bite)
              }
            })
            stream.on("end", () => stream.end())
          }
          const all = streams.map(async (lengths, number) => {
            const stream = a.openStream("b", { number })
            const sent: Buffer[] = []
            let next = number
            for (const length of lengths) {
              const bytes = Buffer.from(Uint8Array.from({ length }, () => next++ & 255))
              sent.push(bytes)
              if (!stream.write(bytes)) await once(stream, "drain")
            }
            stream.end()
            stream.resume()
            await once(stream, "close")
            expect(Buffer.compare(Buffer.concat(heard.get(number) ?? []), Buffer.concat(sent))).toBe(0)
          })
          await Promise.all(all)
          a.close()
          b.close()
        },
      ),
      { numRuns: 15 },
    )
  })
})

describe("Which link stays", () => {
  const rival = fc.record({
    dialledBy: fc.constantFrom("a", "b"),
    life: fc.constant("x"),
    age_ms: fc.nat(simultaneous_ms),
  })
  it("is the same to both ends when they dialled at once, in whichever order each saw the two", () => {
    fc.assert(
      fc.property(rival, rival, (one, other) => {
        fc.pre(one.dialledBy !== other.dialledBy)
        const first = newOneStays(one, other) ? other : one
        const second = newOneStays(other, one) ? one : other
        expect(first.dialledBy).toBe("a")
        expect(second.dialledBy).toBe("a")
      }),
    )
  })

  it("is the new one when the peer was started anew, dials again, or dials long after", () => {
    const present = { dialledBy: "a", life: "x", age_ms: 5 }
    expect(newOneStays(present, { dialledBy: "b", life: "x", age_ms: 0 })).toBe(false)
    expect(newOneStays(present, { dialledBy: "b", life: "y", age_ms: 0 })).toBe(true)
    expect(newOneStays(present, { dialledBy: "a", life: "x", age_ms: 0 })).toBe(true)
    expect(newOneStays({ ...present, age_ms: simultaneous_ms + 1 }, { dialledBy: "b", life: "x", age_ms: 0 })).toBe(
      true,
    )
  })
})

describe("Waits between tries", () => {
  it("double up to a bound, each between half and the whole, and begin anew after a good link", () => {
    const least = new Backoff(() => 0)
    const most = new Backoff(() => 0.999999)
    const waits = Array.from({ length: 8 }, () => [Math.round(least.next()), Math.round(most.next())])
    expect(waits.slice(0, 3)).toEqual([
      [50, 100],
      [100, 200],
      [200, 400],
    ])
    expect(waits.at(-1)).toEqual([wireLimits.backoff_ms_max / 2, wireLimits.backoff_ms_max])
    least.reset()
    expect(least.next()).toBe(50)
  })
})

import { once } from "node:events"
import type { Duplex } from "node:stream"
import { afterEach, describe, expect, it } from "vitest"
import type { Role } from "../../../core/model/node.ts"
import type { Envelope } from "../../../nodes/envelope.ts"
import { relay } from "../../../nodes/wire/link/relay.ts"
import type { Links } from "../../../nodes/wire/links/links.ts"
import { eventually } from "./eventually.ts"
import type { Recorder } from "./recorder.ts"

export interface TestNode {
  readonly id: string
  /** Where it listens; workers do not. */
  readonly address: string
  readonly links: Links
  readonly seen: Recorder
  /** The process ends: its links end with it. */
  stop(): Promise<void>
}

/** A kind of links under test: nodes of one cluster that can reach each other. */
export interface Setting {
  node(id: string, role: Role): Promise<TestNode>
  /** The node is removed from the cluster: the others are told. */
  remove(id: string): void
  end(): Promise<void>
}

const beat = (n: number): Envelope => ({
  kind: "raft",
  member: 1,
  message: { type: "heartbeat", term: 1, commit: n, round: n },
})
const report = (n: number): Envelope => ({ kind: "agent", message: { type: "heartbeat", session: `${n}` } })

/** All that comes on a stream. (To iterate over it would end its other direction too.) */
async function contents(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = []
  stream.on("data", (chunk: Buffer) => chunks.push(chunk))
  await once(stream, "end")
  return Buffer.concat(chunks)
}

/** Bytes that tell when any of them is missing or out of place. */
function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) * 17 + (i >> 16)) & 255
  return bytes
}

/** What any kind of links must do. */
export function linksContract(name: string, begin: () => Promise<Setting>): void {
  describe(`Links ${name}`, () => {
    let setting: Setting | undefined
    const nodes = async (...roles: Role[]): Promise<TestNode[]> => {
      setting = await begin()
      const all: TestNode[] = []
      for (const [i, role] of roles.entries()) all.push(await setting.node(`n${i + 1}`, role))
      return all
    }
    const pair = async (...roles: [Role, Role]): Promise<[TestNode, TestNode]> => {
      const [a, b] = await nodes(...roles)
      if (!a || !b) throw new Error("two nodes were wanted")
      return [a, b]
    }
    const linked = async (...roles: [Role, Role]): Promise<[TestNode, TestNode]> => {
      const [a, b] = await pair(...roles)
      a.links.know(b.id, b.address)
      a.links.send(b.id, report(0))
      await eventually(
        "the link is up at both ends",
        () => b.seen.envelopes.length === 1 && a.links.peers().length === 1,
      )
      return [a, b]
    }
    afterEach(async () => {
      await setting?.end()
      setting = undefined
    })

    it("carry envelopes both ways once one end knows where the other listens, and say who sent them", async () => {
      const [a, b] = await pair("worker", "manager")
      a.links.know(b.id, b.address)
      expect(a.links.send(b.id, report(1))).toBe(true)
      await eventually("the report arrives", () => b.seen.envelopes.length === 1)
      expect(b.seen.envelopes).toEqual([{ from: { id: "n1", role: "worker" }, envelope: report(1) }])
      expect(b.links.send(a.id, { kind: "dispatch", message: { type: "session-lost", session: "s" } })).toBe(true)
      await eventually("the answer arrives", () => a.seen.envelopes.length === 1)
      expect(a.seen.envelopes[0]?.from).toEqual({ id: "n2", role: "manager" })
      expect([a.seen.changes, b.seen.changes]).toEqual([["up n2 manager"], ["up n1 worker"]])
      expect(a.links.peers()).toEqual([{ id: "n2", role: "manager" }])
    })

    it("drop and count what is for nobody they can reach", async () => {
      const [a] = await pair("manager", "manager")
      expect(a.links.send("nobody", beat(1))).toBe(false)
      expect(a.links.metrics().dropped.noLink).toBe(1)
      const stream = a.links.openStream("nobody", {})
      expect(stream.destroyed).toBe(true)
      await expect(once(stream, "close")).rejects.toThrow("no link")
    })

    it("bring a node's messages to itself", async () => {
      const [a] = await pair("manager", "manager")
      expect(a.links.send(a.id, report(7))).toBe(true)
      expect(a.seen.envelopes).toEqual([])
      await eventually("it arrives", () => a.seen.envelopes.length === 1)
      expect(a.seen.envelopes[0]?.from).toEqual({ id: "n1", role: "manager" })
    })

    it("keep the order of a lane and change nothing, whatever the sizes", async () => {
      const [a, b] = await linked("manager", "manager")
      b.seen.envelopes.length = 0
      const sizes = [1, 1_000, 65_000, 65_536, 200_000, 3_000_000, 10, 70_000]
      const sent = sizes.flatMap((size, i): Envelope[] => {
        // One that deflates well, and one that does not.
        const session = i % 2 === 0 ? "x".repeat(size) : pattern(size).toString("base64")
        return [{ kind: "agent", message: { type: "heartbeat", session } }, report(i)]
      })
      for (const envelope of sent) expect(a.links.send(b.id, envelope)).toBe(true)
      await eventually("all arrive", () => b.seen.envelopes.length === sent.length)
      expect(b.seen.envelopes.map(({ envelope }) => envelope)).toEqual(sent)
    })

    it("let heartbeats overtake what is large", async () => {
      const [a, b] = await linked("manager", "manager")
      b.seen.envelopes.length = 0
      const session = pattern(8_000_000).toString("base64")
      a.links.send(b.id, { kind: "agent", message: { type: "heartbeat", session } })
      a.links.send(b.id, beat(1))
      await eventually("both arrive", () => b.seen.envelopes.length === 2)
      expect(b.seen.envelopes.map(({ envelope }) => envelope.kind)).toEqual(["raft", "agent"])
    })

    it("come down to one link when two nodes dial each other at once, and lose no sight of each other", async () => {
      const [a, b] = await pair("manager", "manager")
      a.links.know(b.id, b.address)
      b.links.know(a.id, a.address)
      a.links.send(b.id, report(1))
      b.links.send(a.id, report(2))
      await eventually("both are up", () => a.links.peers().length === 1 && b.links.peers().length === 1)
      for (let i = 0; i < 20; i++) {
        a.links.send(b.id, report(i))
        b.links.send(a.id, report(i))
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      await eventually("they talk", () => a.seen.envelopes.length >= 19 && b.seen.envelopes.length >= 19)
      expect([a.seen.changes, b.seen.changes]).toEqual([["up n2 manager"], ["up n1 manager"]])
    })

    it("are dialled again when they are lost, and count it", async () => {
      const [a, b] = await linked("manager", "manager")
      b.links.cut(a.id, "test")
      await eventually("both ends notice", () => a.seen.changes.length >= 2 && b.seen.changes.length >= 2)
      await eventually("it is up again", () => a.seen.changes.length === 3 && b.seen.changes.length === 3)
      expect(a.seen.changes).toEqual(["up n2 manager", "down n2", "up n2 manager"])
      expect(a.links.metrics().reconnects).toBe(1)
    })

    it("find a peer again that was started anew", async () => {
      const [a, b] = await linked("manager", "manager")
      await b.stop()
      await eventually("it is missed", () => a.seen.changes.includes("down n2"))
      const again = await setting?.node(b.id, "manager")
      a.links.know(b.id, again?.address ?? "")
      await eventually("it is back", () => {
        a.links.send(b.id, report(1))
        return (again?.seen.envelopes.length ?? 0) > 0
      })
    })

    it("cut the link of a node that was removed, and let it have no other", async () => {
      const [a, b] = await linked("worker", "manager")
      setting?.remove(a.id)
      await eventually("it is cut", () => b.links.peers().length === 0)
      await new Promise((resolve) => setTimeout(resolve, 300))
      a.links.send(b.id, report(1))
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(b.links.peers()).toEqual([])
      expect(b.seen.envelopes.length).toBe(1)
    })

    it.each([
      ["consensus", beat(1)],
      ["a client's request", { kind: "forward", id: "x", request: { op: "swarm.inspect" } }],
      ["an answer to one", { kind: "forwarded", id: "x", outcome: { type: "undone" } }],
      ["a dispatcher's orders", { kind: "dispatch", message: { type: "session-lost", session: "s" } }],
    ] as const satisfies ReadonlyArray<readonly [string, Envelope]>)(
      "close the link of a worker that sends %s, and pass nothing on",
      async (_, envelope) => {
        const [a, b] = await linked("worker", "manager")
        a.links.send(b.id, envelope)
        await eventually("it is closed", () => b.seen.changes.includes("down n1"))
        expect(b.links.metrics().violations).toEqual({ malformed: 0, forbidden: 1 })
        expect(b.seen.envelopes.map((seen) => seen.envelope)).toEqual([report(0)])
      },
    )

    it("measure how long a round trip takes", async () => {
      const [a] = await linked("manager", "manager")
      await eventually("a ping is answered", () => a.links.metrics().links[0]?.rtt_ms !== undefined)
      expect(a.links.metrics().links[0]).toMatchObject({ peer: "n2", queued_bytes: 0, streams: 0 })
    })

    it("carry streams, each end of which closes by itself", async () => {
      const [a, b] = await linked("worker", "manager")
      b.seen.onStream = (_, stream) => {
        // Answers only when it has heard all.
        contents(stream).then((bytes) => stream.end(Buffer.concat([Buffer.from("heard "), bytes])))
      }
      const stream = a.links.openStream(b.id, { port: 80, to: "task" })
      stream.end("hello")
      expect((await contents(stream)).toString()).toBe("heard hello")
      expect(b.seen.streams.map(({ from, header }) => ({ from, header }))).toEqual([
        { from: { id: "n1", role: "worker" }, header: { port: 80, to: "task" } },
      ])
      await eventually(
        "nothing is left of it",
        () => a.links.metrics().links[0]?.streams === 0 && b.links.metrics().links[0]?.streams === 0,
      )
    })

    it("carry many large streams at once, both ways, without loss or disorder", async () => {
      const [a, b] = await linked("manager", "manager")
      b.seen.onStream = (_, stream) => stream.pipe(stream)
      const results = await Promise.all(
        [1, 100_000, 1_000_000, 2_000_003, 300_000].map(async (length) => {
          const bytes = pattern(length)
          const stream = a.links.openStream(b.id, {})
          stream.end(bytes)
          return Buffer.compare(await contents(stream), bytes)
        }),
      )
      expect(results).toEqual([0, 0, 0, 0, 0])
    })

    it("make a stream wait for its reader, while envelopes and other streams pass", async () => {
      const [a, b] = await linked("manager", "manager")
      const stuck = a.links.openStream(b.id, { slow: true })
      let taken = 0
      const fill = () => {
        while (taken < 100 && stuck.write(Buffer.alloc(64 * 1024), () => taken++)) {}
      }
      stuck.on("drain", fill)
      fill()
      b.seen.onStream = (header, stream) => {
        if (header.slow !== true) stream.pipe(stream)
      }
      await eventually("the slow one is open", () => b.seen.streams.length === 1)
      const quick = a.links.openStream(b.id, {})
      quick.end("quick")
      expect((await contents(quick)).toString()).toBe("quick")
      a.links.send(b.id, report(9))
      await eventually("the envelope passes", () => b.seen.envelopes.length === 2)
      // A window, and what the two ends keep for themselves.
      expect(taken).toBeLessThanOrEqual(8)
      b.seen.streams[0]?.stream.resume()
      await eventually("it goes on once it is read", () => taken >= 30)
      stuck.destroy()
    })

    it("tell the other end when a stream is broken off, and when the link is lost", async () => {
      const [a, b] = await linked("manager", "manager")
      const errors: string[] = []
      b.seen.onStream = (_, stream) => {
        stream.resume()
        stream.on("error", ({ message }) => errors.push(message))
      }
      const first = a.links.openStream(b.id, {})
      first.write("x")
      await eventually("it is open", () => b.seen.streams.length === 1)
      first.destroy()
      await eventually("the other end knows", () => errors.length === 1)
      expect(errors[0]).toBe("the stream was reset by the other end")
      const second = a.links.openStream(b.id, {})
      second.on("error", ({ message }) => errors.push(message))
      await eventually("another is open", () => b.seen.streams.length === 2)
      b.links.cut(a.id, "test")
      await eventually("both ends know", () => errors.length === 3)
      expect(errors[2]).toContain("the link was lost")
    })

    it("refuse more streams than a peer may have, without harm to those it has", async () => {
      const [a, b] = await linked("manager", "manager")
      b.seen.onStream = (_, stream) => stream.pipe(stream)
      const streams = Array.from({ length: 256 }, () => a.links.openStream(b.id, {}))
      await eventually("all are open", () => b.links.metrics().links[0]?.streams === 256)
      expect(a.links.openStream(b.id, {}).destroyed).toBe(true)
      const [first] = streams
      first?.end("still here")
      expect(first && (await contents(first)).toString()).toBe("still here")
      for (const stream of streams) stream.destroy()
      await eventually("all are gone", () => b.links.metrics().links[0]?.streams === 0)
      expect(a.links.openStream(b.id, {}).destroyed).toBe(false)
    })

    it("join two streams through a node between two that do not see each other", async () => {
      const [a, b, c] = await nodes("worker", "manager", "worker")
      if (!a || !b || !c) throw new Error("three nodes were wanted")
      for (const end of [a, c]) {
        end.links.know(b.id, b.address)
        end.links.send(b.id, report(0))
      }
      await eventually("both see the one between", () => b.links.peers().length === 2)
      b.seen.onStream = (header, stream) => relay(stream, b.links.openStream(String(header.to), header))
      c.seen.onStream = (_, stream) => stream.pipe(stream)
      const stream = a.links.openStream(b.id, { to: c.id })
      const bytes = pattern(500_000)
      stream.end(bytes)
      expect(Buffer.compare(await contents(stream), bytes)).toBe(0)
      const broken = a.links.openStream(b.id, { to: c.id })
      broken.on("error", () => {})
      await eventually("another is through", () => c.seen.streams.length === 2)
      c.seen.streams[1]?.stream.destroy()
      await eventually("it breaks at the far end too", () => broken.destroyed)
    })
  })
}

import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { hours } from "../../../../core/instant.ts"
import { credentials } from "../authority.ts"
import { eventually } from "../eventually.ts"
import { type LiveNodeOptions, liveNode } from "../live-node.ts"
import { besieged, life, report } from "./besieged.ts"

const siege = besieged()
const { open } = siege

/** One more manager, with its own patience. */
const manager = async (timing: Required<LiveNodeOptions>["timing"]) =>
  liveNode({ id: "m2", role: "manager", credentials: await credentials(siege.root, "m2"), timing })

describe("Links that die", () => {
  it("are found by their silence", async () => {
    const timing = { ping_ms: 50, silence_ms: 200 }
    const quick = await manager(timing)
    open.push({ destroy: () => void quick.stop() })
    const ws = new WebSocket(`wss://${quick.address}/link`, "drydock.1", {
      rejectUnauthorized: false,
      autoPong: false,
      headers: { "x-drydock-life": life },
      ...(await credentials(siege.root, "w2", { role: "worker" }).then(({ certificate, key }) => ({
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
    const quick = await manager(timing)
    const own = await credentials(siege.root, "w2", { role: "worker" })
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
    const quick = await manager(timing)
    const brief = await credentials(siege.root, "w2", { role: "worker", expiry_ms: hours(1), ago_ms: hours(1) - 8_000 })
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

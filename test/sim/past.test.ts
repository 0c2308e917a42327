import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { SimulatedPast } from "../../nodes/api/gateway.ts"
import type { ClusterStatus } from "../../nodes/status.ts"
import { defaultStart } from "../../sim/cluster/world.ts"
import { PacedCluster } from "../../sim/interactive/paced.ts"
import { Servers } from "../../sim/interactive/servers.ts"
import { LiveSession } from "../../sim/session/live-session.ts"
import { SessionLog } from "../../sim/session/session-log.ts"
import { http } from "../nodes/api/http.ts"

/** Time stands still but for the steps that are asked for. */
async function simulation(log?: SessionLog) {
  const scope = Effect.runSync(Scope.make())
  const session = new LiveSession({ seed: "past", managers: 3, workers: 2, start: defaultStart, ...(log && { log }) })
  session.cluster.converge()
  const paced = new PacedCluster(session, 1)
  await Effect.runPromise(paced.pause)
  const servers = await Effect.runPromise(Servers.start(paced, { port: 0 }).pipe(Scope.provide(scope)))
  const host = session.cluster.world.host("manager1")
  const url = (host && servers.hostOf(host))?.replace("tcp:", "http:") ?? ""
  const post = (path: string, body?: unknown) => http(url, "POST", path, { body })
  return {
    url,
    post,
    step: (Step: number | "event") => post("/drydock/time", { Step }),
    status: async (): Promise<ClusterStatus> => JSON.parse((await http(url, "GET", "/drydock/status")).text),
    past: async (query: string) => {
      const { status, text } = await http(url, "GET", `/drydock/sim/history?${query}`)
      return { status, body: JSON.parse(text) as SimulatedPast & { message?: string } }
    },
    close: () => Effect.runPromise(Scope.close(scope, Exit.void)),
  }
}

const withoutEvents = ({ events: _, ...status }: ClusterStatus) => status

describe("the past of a simulated cluster", () => {
  let sim: Awaited<ReturnType<typeof simulation>>
  /** What it told of itself while it happened. */
  const told: ClusterStatus[] = []
  beforeAll(async () => {
    sim = await simulation()
    const { post, step, status } = sim
    // What is shown of an instant is all that was due in it, and all that came in: so neither may come after it was told.
    const tell = async () => {
      await step(1)
      told.push(await status())
      await step(1)
    }
    const spec = {
      Name: "web",
      TaskTemplate: { ContainerSpec: { Image: "nginx" } },
      Mode: { Replicated: { Replicas: 4 } },
    }
    await tell()
    const created = post("/services/create", spec)
    await step(50)
    await tell()
    await step(3_000)
    expect((await created).status).toBe(201)
    await tell()
    await post("/drydock/machines/manager2/crash")
    await post("/drydock/network/cut", { A: "worker1" })
    await tell()
    for (let i = 0; i < 30; i++) await step("event")
    await tell()
    await post("/drydock/machines", { Name: "spare" })
    await step(20_000)
    await tell()
    await post("/drydock/network/heal")
    await post("/drydock/machines/manager2/start")
    await step(10_000)
    await tell()
  })
  afterAll(() => sim.close())

  it("is what was, at whichever moment, in whichever order one looks", async () => {
    for (const i of [6, 3, 0, 5, 1, 4, 2, 6]) {
      const then = told[i]
      if (then === undefined) throw new Error("nothing told")
      const { body } = await sim.past(`at=${then.now}`)
      expect(withoutEvents(body.Status)).toEqual(withoutEvents(then))
      expect(body).toMatchObject({ At: then.now, End: { At: (told[6]?.now ?? 0) + 1 } })
      expect(body.Status.events.slice(-100)).toEqual(expect.arrayContaining([...then.events.slice(0, 5)]))
    }
  })

  it("is the same event by event, forth and back", async () => {
    const first = told[2]?.simulation?.event ?? 0
    const looks = new Map<number, SimulatedPast>()
    for (let event = first; event < first + 100; event += 7) looks.set(event, (await sim.past(`event=${event}`)).body)
    for (const [event, look] of [...looks].reverse()) {
      expect(look.Event).toBe(event)
      expect((await sim.past(`event=${event}`)).body).toEqual(look)
    }
  })

  it("begins before the first leader was elected, and has its first election", async () => {
    const { body } = await sim.past("event=0")
    expect(body.At).toBe(defaultStart)
    expect(body.Status.managers.map(({ role }) => role)).toEqual(["follower", "follower", "follower"])
    expect(body.Status.nodes).toEqual([])
    const seen = new Set<string>()
    for (let event = 0; event < 200; event++) {
      for (const { type } of (await sim.past(`event=${event}`)).body.Status.messages ?? []) seen.add(type)
    }
    expect([...seen]).toEqual(expect.arrayContaining(["pre-vote", "vote", "vote-reply", "append", "append-reply"]))
  })

  it("does not touch what is now", async () => {
    const before = await sim.status()
    await sim.past(`at=${defaultStart + 5_000}`)
    expect(await sim.status()).toEqual(before)
  })

  it("has neither what is still to come nor what was before the beginning", async () => {
    const { now, simulation: { event = 0 } = {} } = await sim.status()
    expect(await sim.past(`at=${now + 1}`)).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/^that is still to come: the clock shows 2026-01-01T09:00:/) },
    })
    expect((await sim.past(`event=${event + 1}`)).body.message).toBe(
      `that is still to come: ${event} events have happened`,
    )
    expect((await sim.past(`at=${defaultStart - 1}`)).body.message).toBe("the session began at 2026-01-01T09:00:00Z")
  })
})

describe("a past of which too much came in to be remembered", () => {
  it("is known up to there, and what is now goes on", async () => {
    const sim = await simulation(new SessionLog(70))
    for (let i = 0; i < 3; i++) {
      await sim.post("/drydock/machines/worker1/crash")
      await sim.step(1_000)
      await sim.post("/drydock/machines/worker1/start")
      await sim.step(1_000)
    }
    const { now } = await sim.status()
    expect(await sim.past(`at=${now}`)).toMatchObject({
      status: 410,
      body: {
        message: expect.stringMatching(
          /^too much has come in since 2026-01-01T09:00:\S+ to be remembered: only what was before/,
        ),
      },
    })
    expect((await sim.past(`at=${now - 4_500}`)).status).toBe(200)
    await sim.close()
  })
})

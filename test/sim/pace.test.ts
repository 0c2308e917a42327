import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { afterAll, beforeAll, expect, test } from "vitest"
import { defaultStart } from "../../sim/cluster/world.ts"
import { PacedCluster } from "../../sim/interactive/paced.ts"
import { Servers } from "../../sim/interactive/servers.ts"
import { LiveSession } from "../../sim/session/live-session.ts"
import { http } from "../nodes/api/http.ts"

/** Nobody pumps: time moves when it is asked to, or with the wall clock at a request. */
const scope = Effect.runSync(Scope.make())
const session = new LiveSession({ seed: "pace", managers: 3, workers: 1, start: defaultStart })
const { cluster } = session
cluster.converge()
const paced = new PacedCluster(session, 1)
let url = ""

beforeAll(async () => {
  const servers = await Effect.runPromise(Servers.start(paced, { port: 0 }).pipe(Scope.provide(scope)))
  const first = cluster.world.host("manager1")
  url = (first && servers.hostOf(first))?.replace("tcp:", "http:") ?? ""
})
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

const time = (body?: unknown) => http(url, body === undefined ? "GET" : "POST", "/drydock/time", { body })

test("time that was paused stands still until it is stepped", async () => {
  expect((await time({ Paused: true })).body).toMatchObject({ Paused: true, Speed: 0, Seed: "pace" })
  const stood = cluster.now
  await Effect.runPromise(paced.catchUp)
  expect(cluster.now).toBe(stood)
  expect((await time({ Step: 250 })).body).toMatchObject({ Now: stood + 250, Paused: true })
  const next = cluster.world.queue.nextAt
  expect((await time({ Step: "event" })).body).toMatchObject({ Now: next })
  const status = await http(url, "GET", "/drydock/status")
  expect(status.body).toMatchObject({ now: next, simulation: { speed: 0 } })
})

test("it goes on at the speed it had, or at another", async () => {
  expect((await time({ Paused: true })).body).toMatchObject({ Speed: 0 })
  expect((await time({ Paused: false })).body).toMatchObject({ Paused: false, Speed: 1 })
  expect((await time({ Paused: true })).body).toMatchObject({ Speed: 0 })
  expect((await time({ Speed: 100 })).body).toMatchObject({ Paused: false, Speed: 100 })
  expect((await time({ Paused: true, Speed: 10 })).body).toMatchObject({ Paused: true })
  expect((await time({ Paused: false })).body).toMatchObject({ Speed: 10 })
})

test("a step of time that goes on, and a speed that is none, are refused", async () => {
  await time({ Paused: false })
  expect(await time({ Step: 100 })).toMatchObject({
    status: 409,
    body: { message: "time goes on: pause it first, then step" },
  })
  for (const Speed of [0, -1, 1001]) expect((await time({ Speed })).status).toBe(400)
  for (const Step of [0, 60_001]) expect((await time({ Paused: true, Step })).status).toBe(400)
})

test("the status tells each member's last entries, and what the leader knows of the others", async () => {
  await time({ Paused: true })
  const { managers } = JSON.parse((await http(url, "GET", "/drydock/status")).text)
  expect(managers).toHaveLength(3)
  for (const { log, lastIndex } of managers) expect(log.at(-1)).toMatchObject({ index: lastIndex, term: 1 })
  const leading = managers.filter(({ followers }: { followers?: unknown }) => followers !== undefined)
  expect(leading).toHaveLength(1)
  expect(leading[0].followers).toHaveLength(2)
})

test("a machine is cut off from all others when none is named", async () => {
  await time({ Paused: true })
  const leader = cluster.leader() ?? ""
  expect((await http(url, "POST", "/drydock/network/cut", { body: { A: leader } })).status).toBe(204)
  await time({ Step: 5_000 })
  expect(cluster.leader()).not.toBe(leader)
  await http(url, "POST", "/drydock/network/heal")
})

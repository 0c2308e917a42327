import * as Effect from "effect/Effect"
import { afterAll, beforeAll, expect, test } from "vitest"
import { apiError } from "../../../core/errors.ts"
import type { Simulation } from "../../../nodes/api/gateway.ts"
import { http } from "./http.ts"
import { type Served, serve } from "./served.ts"

const done: Array<string> = []
const note = (text: string) =>
  Effect.sync(() => {
    done.push(text)
  })

const clock = { Now: 5, Started: 1, Seed: "x", Paused: true, Speed: 0 }

const then = { now: 1, managers: [], nodes: [], services: [], tasks: [], events: [], index: 7 }
const past = { Event: 3, At: 4, End: { Event: 5, At: 6 }, Status: then }

const simulation: Simulation = {
  status: () => then,
  machines: () => [{ Name: "manager1", Role: "manager", State: "running", Port: 1, Leader: true }],
  stop: (name) => note(`stop ${name}`),
  crash: (name) => (name === "nosuch" ? Effect.fail(apiError(404, "machine nosuch not found")) : note(`crash ${name}`)),
  start: (name) => note(`start ${name}`),
  cut: (a, b) => note(b === undefined ? `isolate ${a}` : `cut ${a} ${b}`),
  heal: () => note("heal"),
  time: () => clock,
  setTime: (change) => Effect.as(note(`time ${JSON.stringify(change)}`), clock),
  past: (moment) =>
    "at" in moment && moment.at > 5
      ? Effect.fail(apiError(400, "that is still to come"))
      : Effect.as(note(`past ${JSON.stringify(moment)}`), past),
  create: ({ name, ...size }) =>
    Effect.as(note(`create ${name} ${JSON.stringify(size)}`), { Name: name, Role: "", State: "running" }),
  remove: (name) => note(`remove ${name}`),
}

let served: Served
beforeAll(async () => {
  served = await serve({ simulation })
})
afterAll(() => served.close())

const ask = (method: string, path: string, body?: unknown) => http(served.url, method, path, { body })

test("shows the cluster and its machines", async () => {
  expect(await ask("GET", "/drydock/status")).toMatchObject({ status: 200, body: { index: 7 } })
  expect(await ask("GET", "/drydock/machines")).toMatchObject({ status: 200, body: [{ Name: "manager1", Port: 1 }] })
})

test("crashes, stops, starts, cuts and heals with 204", async () => {
  const statuses = [
    await ask("POST", "/drydock/machines/manager1/crash"),
    await ask("POST", "/drydock/machines/manager1/stop"),
    await ask("POST", "/drydock/machines/manager1/start"),
    await ask("POST", "/drydock/network/cut", { A: "manager1", B: "worker1" }),
    await ask("POST", "/drydock/network/heal"),
  ].map((response) => response.status)
  expect(statuses).toEqual([204, 204, 204, 204, 204])
  expect(done).toEqual(["crash manager1", "stop manager1", "start manager1", "cut manager1 worker1", "heal"])
})

test("makes machines and takes them away", async () => {
  done.length = 0
  const body = { Name: "node9", NanoCPUs: 2e9, Labels: { disk: "ssd" } }
  expect(await ask("POST", "/drydock/machines", body)).toMatchObject({ status: 201, body: { Name: "node9", Role: "" } })
  expect(await ask("DELETE", "/drydock/machines/node9")).toMatchObject({ status: 204 })
  expect(done).toEqual(['create node9 {"NanoCPUs":2000000000,"labels":{"disk":"ssd"}}', "remove node9"])
  expect(await ask("POST", "/drydock/machines", {})).toMatchObject({ status: 400 })
})

test("cuts a machine off from all others when none is named", async () => {
  done.length = 0
  expect((await ask("POST", "/drydock/network/cut", { A: "manager1" })).status).toBe(204)
  expect(done).toEqual(["isolate manager1"])
})

test("tells the time and sets its pace", async () => {
  done.length = 0
  expect(await ask("GET", "/drydock/time")).toMatchObject({ status: 200, body: clock })
  for (const body of [{ Paused: true }, { Speed: 10 }, { Step: "event" }, { Step: 100 }]) {
    expect(await ask("POST", "/drydock/time", body)).toMatchObject({ status: 200, body: clock })
  }
  expect(done).toEqual(['time {"paused":true}', 'time {"speed":10}', 'time {"step":"event"}', 'time {"step":100}'])
})

test("tells what was at a moment that is named by its time or by a number of events", async () => {
  done.length = 0
  expect(await ask("GET", "/drydock/sim/history?at=4")).toMatchObject({ status: 200, body: past })
  expect((await ask("GET", "/drydock/sim/history?event=3")).status).toBe(200)
  expect(done).toEqual(['past {"at":4}', 'past {"event":3}'])
  const refused = async (query: string) => await ask("GET", `/drydock/sim/history${query}`)
  expect(await refused("")).toMatchObject({ status: 400, body: { message: "say either at or event" } })
  expect(await refused("?at=1&event=1")).toMatchObject({ status: 400 })
  expect(await refused("?event=-1")).toMatchObject({ body: { message: "event must be a number of events" } })
  expect(await refused("?at=soon")).toMatchObject({ body: { message: "at must be milliseconds since 1970" } })
  expect(await refused("?at=7")).toMatchObject({ status: 400, body: { message: "that is still to come" } })
})

test("says what is wrong", async () => {
  expect(await ask("POST", "/drydock/machines/nosuch/crash")).toMatchObject({
    status: 404,
    body: { message: "machine nosuch not found" },
  })
  expect((await ask("POST", "/drydock/network/cut", { B: "manager1" })).status).toBe(400)
  expect((await ask("POST", "/drydock/time", { Step: "leap" })).status).toBe(400)
})

test("is not there on a cluster that is not simulated", async () => {
  const real = await serve()
  const response = await http(real.url, "GET", "/drydock/machines")
  await real.close()
  expect(response.status).toBe(404)
})

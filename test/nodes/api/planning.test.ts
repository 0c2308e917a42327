import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { command as capacity } from "../../../cli/planning/capacity.ts"
import { recording } from "../../../cli/planning/recording.ts"
import { renderPlan } from "../../../cli/planning/show.ts"
import { http } from "./http.ts"
import { type Served, serve } from "./served.ts"

let served: Served
beforeAll(async () => {
  served = await serve()
})
afterAll(() => served.close())

const ask = (method: string, path: string, body?: unknown) => http(served.url, method, path, { body })

const spec = (Name: string, Replicas = 2) => ({
  Name,
  TaskTemplate: { ContainerSpec: { Image: "busybox" } },
  Mode: { Replicated: { Replicas } },
})

const create = (Body: unknown) => ({ Method: "POST", Path: "/services/create", Body })

describe("POST /drydock/plan", () => {
  it("tells which tasks would start, and leaves the cluster as it is", async () => {
    const { status, body } = await ask("POST", "/drydock/plan", { Changes: [create(spec("web"))] })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      Services: [{ Name: "web", Change: "is created" }],
      Steps: [
        { Action: "start", Service: "web", Slot: 1 },
        { Action: "start", Service: "web", Slot: 2 },
      ],
      Unplaced: [],
    })
    expect((await ask("GET", "/services")).body).toEqual([])
  })

  it("takes several changes, later ones naming what earlier ones make", async () => {
    const secret = { Method: "POST", Path: "/secrets/create", Body: { Name: "password", Data: "c2VjcmV0" } }
    const File = { Name: "password", UID: "0", GID: "0", Mode: 292 }
    const Secrets = [{ File, SecretID: "planned-0", SecretName: "password" }]
    const web = { ...spec("web", 1), TaskTemplate: { ContainerSpec: { Image: "busybox", Secrets } } }
    const { status, body } = await ask("POST", "/drydock/plan", { Changes: [secret, create(web)] })
    expect({ status, body }).toMatchObject({ status: 200, body: { Steps: [{ Action: "start", Service: "web" }] } })
  })

  it("refuses what would be refused, in the same words", async () => {
    const wanted = spec("-bad-")
    const real = await ask("POST", "/services/create", wanted)
    const planned = await ask("POST", "/drydock/plan", { Changes: [create(wanted)] })
    expect(real.status).toBeGreaterThanOrEqual(400)
    expect(planned).toMatchObject({ status: real.status, body: real.body as object })
  })

  it("refuses what it cannot plan", async () => {
    const answer = await ask("POST", "/drydock/plan", { Changes: [{ Method: "POST", Path: "/swarm/leave" }] })
    expect(answer).toMatchObject({ status: 400, body: { message: "POST /swarm/leave cannot be planned" } })
    expect((await ask("POST", "/drydock/plan", { Changes: "all" })).status).toBe(400)
  })
})

describe("GET /drydock/explain, capacity and POST rebalance", () => {
  it("refuse names that nothing has", async () => {
    expect((await ask("GET", "/drydock/explain/nosuch")).body).toEqual({ message: "no such service or task: nosuch" })
    expect((await ask("GET", "/drydock/capacity?service=nosuch")).status).toBe(404)
    expect((await ask("POST", "/drydock/rebalance?moves=0")).status).toBe(400)
  })

  it("answer for every node, and find nothing to move where nothing is", async () => {
    const { body } = await ask("GET", "/drydock/capacity")
    expect(body).toMatchObject({ Nodes: [{ Hostname: "host-m1", ReservedNanoCPUs: 0 }, { Hostname: "host-w1" }] })
    expect((await ask("POST", "/drydock/rebalance?dryRun=1")).body).toMatchObject({ Moves: [] })
  })
})

describe("a recording", () => {
  it("remembers writes in place of making them, and knows what it would have made", async () => {
    const engine = {
      apiVersion: "1.41",
      get: async <A>() => [] as A,
      post: () => Promise.reject(new Error("written")),
      delete: () => Promise.reject(new Error("written")),
    }
    const cli = { engine, env: {}, out: () => {}, err: () => {} }
    const plan = recording(cli as unknown as Parameters<typeof capacity.run>[0])
    expect(await plan.cli.engine.post("/configs/create", { body: { Name: "c" } })).toMatchObject({ ID: "planned-0" })
    await plan.cli.engine.delete("/services/web")
    expect(await plan.cli.engine.get("/configs")).toEqual([{ ID: "planned-0", Spec: { Name: "c" } }])
    expect(plan.changes.map(({ Method, Path }) => `${Method} ${Path}`)).toEqual([
      "POST /configs/create",
      "DELETE /services/web",
    ])
  })

  it("is shown step by step", () => {
    const step = { Service: "web", Slot: 1, At_ms: 1_500 }
    const text = renderPlan({
      Steps: [
        { ...step, Action: "stop", Node: "a" },
        { ...step, Action: "start", Node: "b" },
      ],
      Unplaced: [{ Service: "web", Slot: 2, Reason: "no suitable node" }],
      Services: [],
      Duration_ms: 1_500,
    })
    expect(text).toContain("+1.5s  stop   web.1  from a\n")
    expect(text).toContain("+1.5s  start  web.1  on b\n")
    expect(text).toContain("does not fit: web.2: no suitable node\n1 task would start, 1 stop, 1 would find no node\n")
  })
})

import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { http, type Send } from "./http.ts"
import { type Served, serve } from "./served.ts"

let served: Served
beforeAll(async () => {
  served = await serve()
})
afterAll(() => served.close())

const ask = (method: string, path: string, send?: Send) => http(served.url, method, `/v1.41${path}`, send)
const message = (text: string) => ({ message: text })
const post = (path: string, body: unknown) => ask("POST", path, { body })
const filtered = (path: string, filters: unknown) =>
  ask("GET", `${path}?filters=${encodeURIComponent(JSON.stringify(filters))}`)

describe("a service's life over HTTP", () => {
  test("it is created, listed, inspected, updated, rolled back and removed", async () => {
    const created = await post("/services/create", {
      Name: "life",
      Labels: null,
      bogus: { a: 1 },
      TaskTemplate: { ContainerSpec: { Image: "nginx", Env: null, Unknown: 1 }, Networks: null },
      Mode: { Replicated: {} },
      EndpointSpec: { Mode: "", Ports: [{ Protocol: "TCP", TargetPort: 80, PublishMode: "bogus" }] },
    })
    expect(created).toMatchObject({ status: 201, body: { ID: expect.stringMatching(/^[0-9a-z]{25}$/) } })
    const inspected = await ask("GET", "/services/life?insertDefaults=false")
    expect(inspected.body).toMatchObject({
      Spec: {
        Name: "life",
        Labels: {},
        TaskTemplate: { ContainerSpec: { Image: "nginx", Isolation: "default" }, Runtime: "container" },
        EndpointSpec: { Mode: "vip", Ports: [{ Protocol: "tcp", TargetPort: 80, PublishMode: "ingress" }] },
      },
    })
    const { Version, Spec } = inspected.body as { Version: { Index: number }; Spec: object }
    const updated = await post(`/services/life/update?version=${Version.Index}`, { ...Spec, Labels: { a: "b" } })
    expect(updated).toMatchObject({ status: 200, body: { Warnings: null } })
    const now = (await ask("GET", "/services/life")).body as { Version: { Index: number } }
    const back = await post(`/services/life/update?version=${now.Version.Index}&rollback=previous`, Spec)
    expect(back.status).toBe(200)
    expect((await ask("GET", "/services/life")).body).toMatchObject({ UpdateStatus: { State: "rollback_started" } })
    expect(await ask("DELETE", "/services/life")).toMatchObject({ status: 200, text: "" })
    expect((await ask("GET", "/services/life")).status).toBe(404)
  })

  test.each<[string, unknown, string]>([
    ["mount type", { ContainerSpec: { Mounts: [{ Type: "bogus" }] } }, 'invalid MountType: "bogus"'],
    [
      "mount propagation",
      { ContainerSpec: { Mounts: [{ BindOptions: { Propagation: "up" } }] } },
      'invalid MountPropagation: "up"',
    ],
    ["restart condition", { RestartPolicy: { Condition: "bogus" } }, 'invalid RestartCondition: "bogus"'],
  ])("a wrong %s is refused in Docker's words", async (_, TaskTemplate, text) => {
    expect(await post("/services/create", { TaskTemplate })).toMatchObject({ status: 400, body: message(text) })
  })

  test.each<[string, object, string]>([
    ["failure action", { UpdateConfig: { FailureAction: "bogus" } }, "unrecognized update failure action bogus"],
    ["update order", { RollbackConfig: { Order: "bogus" } }, "unrecognized update order bogus"],
    ["endpoint mode", { EndpointSpec: { Mode: "bogus" } }, 'invalid resolution mode: "bogus"'],
  ])("a wrong %s is refused in Docker's words", async (_, spec, text) => {
    expect(await post("/services/create", spec)).toMatchObject({ status: 400, body: message(text) })
  })

  test.each([
    ["", `invalid service version '': strconv.ParseUint: parsing "": invalid syntax`],
    ["abc", `invalid service version 'abc': strconv.ParseUint: parsing "abc": invalid syntax`],
    ["-1", `invalid service version '-1': strconv.ParseUint: parsing "-1": invalid syntax`],
    [
      "99999999999999999999",
      `invalid service version '99999999999999999999': strconv.ParseUint: parsing "99999999999999999999": value out of range`,
    ],
  ])("the version '%s' is no version", async (version, text) => {
    expect(await post(`/services/x/update?version=${version}`, {})).toMatchObject({ status: 400, body: message(text) })
  })

  test("an unknown way to roll back is refused", async () => {
    expect(await post("/services/x/update?version=1&rollback=bogus", {})).toMatchObject({
      status: 500,
      body: message("unrecognized rollback option bogus"),
    })
  })

  test("the predefined networks of the engine go by their names, others of its own cannot be used", async () => {
    const on = (Target: string) => ({ TaskTemplate: { ContainerSpec: { Image: "nginx" }, Networks: [{ Target }] } })
    const { body } = await post("/services/create", on("b".repeat(64)))
    const { ID } = body as { ID: string }
    expect((await ask("GET", `/services/${ID}`)).body).toMatchObject({
      Spec: { TaskTemplate: { Networks: [{ Target: "bridge" }] } },
    })
    expect((await post("/services/create", on("docker_gwbridge"))).status).toBe(403)
  })
})

describe("filters", () => {
  test.each([{ name: { "host-m": true } }, { name: ["host-m"] }, { name: { "host-m": true, nosuch: false } }])(
    "are read from %j",
    async (filters) => {
      expect((await filtered("/nodes", filters)).body).toMatchObject([{ ID: "m1" }])
    },
  )

  test("that are no JSON are refused in Go's words: 400 for services, 500 for networks", async () => {
    const text = message("invalid character 'b' looking for beginning of object key string")
    expect(await ask("GET", "/services?filters={bad")).toMatchObject({ status: 400, body: text })
    expect(await ask("GET", "/networks?filters={bad")).toMatchObject({ status: 500, body: text })
  })

  test.each([{ name: 1 }, { name: [1] }, [1], "text"])("of another shape, %j, are refused", async (filters) => {
    expect((await filtered("/nodes", filters)).status).toBe(500)
    expect((await filtered("/services", filters)).status).toBe(400)
  })

  test.each(["/nodes", "/services", "/tasks", "/networks", "/secrets", "/configs"])(
    "that %s does not know are refused",
    async (path) => {
      for (const key of ["bogus", "__proto__"]) {
        const filters = encodeURIComponent(`{${JSON.stringify(key)}:["1"]}`)
        expect(await ask("GET", `${path}?filters=${filters}`)).toMatchObject({
          status: 400,
          body: message(`Invalid filter '${key}'`),
        })
      }
    },
  )
})

describe("nodes", () => {
  test("words may be written in any case, wrong ones are refused", async () => {
    const version = () => served.world.store.get("nodes", "w1")?.Version.Index
    const update = (body: object) => post(`/nodes/w1/update?version=${version()}`, body)
    expect(await update({ Role: "worker", Availability: "PAUSE" })).toMatchObject({ status: 200, text: "" })
    expect((await ask("GET", "/nodes/w1")).body).toMatchObject({ Spec: { Labels: {}, Availability: "pause" } })
    expect((await update({ Availability: "bogus" })).body).toEqual(message('invalid Availability: "bogus"'))
    expect((await update({ Role: "bogus" })).body).toEqual(message('invalid Role: "bogus"'))
  })

  test("removing needs force while the node is up", async () => {
    served.world.addNode("w9", "worker")
    expect((await ask("DELETE", "/nodes/w9")).status).toBe(400)
    expect((await ask("DELETE", "/nodes/w9?force=False")).status).toBe(400)
    expect(await ask("DELETE", "/nodes/w9?force=1")).toMatchObject({ status: 200, text: "" })
  })
})

describe.each(["secret", "config"])("%ss over HTTP", (kind) => {
  test("are created, updated and removed", async () => {
    expect((await post(`/${kind}s/create`, { Name: "d1", Data: "eA==" })).status).toBe(201)
    const { body } = await ask("GET", `/${kind}s/d1`)
    const { Version } = body as { Version: { Index: number } }
    const updated = await post(`/${kind}s/d1/update?version=${Version.Index}`, { Name: "d1", Labels: { a: "b" } })
    expect(updated).toMatchObject({ status: 200, text: "" })
    expect(await ask("DELETE", `/${kind}s/d1`)).toMatchObject({ status: 204, text: "" })
    expect((await ask("DELETE", `/${kind}s/d1`)).body).toEqual(message(`${kind} d1 not found`))
  })

  test("an empty body is refused for want of a name", async () => {
    expect((await post(`/${kind}s/create`, {})).body).toEqual(
      message("rpc error: code = InvalidArgument desc = name must be provided"),
    )
  })
})

describe("networks", () => {
  const names = async (path: string) =>
    ((await ask("GET", path)).body as ReadonlyArray<{ Name: string }>).map((n) => n.Name)

  test("those of the swarm and of the engine are listed together", async () => {
    expect(await names("/networks")).toEqual(["ingress", "bridge", "docker_gwbridge", "host", "none"])
    expect(await names('/networks?filters={"scope":{"swarm":true}}')).toEqual(["ingress"])
    expect(await names('/networks?filters={"driver":["bridge"]}')).toEqual(["bridge", "docker_gwbridge"])
  })

  test("are created and removed in the swarm", async () => {
    const created = await post("/networks/create", {
      Name: "ov",
      Driver: "overlay",
      CheckDuplicate: true,
      ConfigFrom: null,
    })
    expect(created).toMatchObject({ status: 201, body: { Id: expect.stringMatching(/^[0-9a-z]{25}$/), Warning: "" } })
    expect((await post("/networks/create", { Name: "ov", Driver: "overlay" })).status).toBe(409)
    expect(await ask("DELETE", "/networks/ov")).toMatchObject({ status: 204, text: "" })
    expect((await ask("GET", "/networks/ov")).body).toEqual(message("network ov not found"))
  })

  test("a network is found by ID, name and beginning of its ID, in the scope that is asked for", async () => {
    expect((await ask("GET", `/networks/${"b".repeat(64)}`)).body).toMatchObject({ Name: "bridge", Scope: "local" })
    expect((await ask("GET", "/networks/bbb")).body).toMatchObject({ Name: "bridge" })
    expect((await ask("GET", "/networks/bridge?scope=swarm")).body).toMatchObject({ Name: "bridge", Scope: "swarm" })
    expect((await ask("GET", "/networks/ingress")).body).toMatchObject({ Name: "ingress", Scope: "swarm" })
    expect((await ask("GET", "/networks/ingress?scope=local")).status).toBe(404)
    expect((await ask("GET", "/networks/docker_gwbridge?scope=swarm")).status).toBe(404)
  })

  test.each([
    ["an unknown driver", { Name: "n", Driver: "bogus" }, 404, 'plugin "bogus" not found'],
    [
      "a name that the engine has taken",
      { Name: "docker_gwbridge", Driver: "overlay" },
      409,
      "network with name docker_gwbridge already exists",
    ],
    [
      "a predefined name",
      { Name: "host", Driver: "overlay" },
      403,
      "operation is not permitted on predefined host network ",
    ],
    [
      "a network of this engine alone",
      { Name: "n" },
      501,
      "networks of a single engine cannot be created here: use --driver overlay",
    ],
  ])("%s is refused", async (_, body, status, text) => {
    expect(await post("/networks/create", body)).toMatchObject({ status, body: message(text) })
  })

  test("predefined ones cannot be removed", async () => {
    expect(await ask("DELETE", "/networks/bridge")).toMatchObject({
      status: 403,
      body: message("bridge is a pre-defined network and cannot be removed"),
    })
  })
})

describe("images in a registry", () => {
  test("cannot be asked for when there is none", async () => {
    expect((await ask("GET", "/distribution/library/busybox:latest/json")).status).toBe(500)
  })

  test("are named as such", async () => {
    expect(await ask("GET", "/distribution/BADIMAGE:x/json")).toMatchObject({
      status: 400,
      body: message("invalid reference format: repository name must be lowercase"),
    })
  })

  test("have the digest that the gateway's registry knows", async () => {
    const { Effect } = await import("effect")
    const other = await serve({ gateway: { digest: (image) => Effect.succeed(`sha256:${image}`) } })
    const { body } = await http(other.url, "GET", "/distribution/a/b:1/json")
    await other.close()
    expect(body).toMatchObject({ Descriptor: { Digest: "sha256:a/b:1" } })
  })
})

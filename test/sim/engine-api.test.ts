import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { afterAll, beforeAll, expect, test } from "vitest"
import { defaultStart } from "../../sim/cluster/world.ts"
import { PacedCluster } from "../../sim/interactive/paced.ts"
import { Servers } from "../../sim/interactive/servers.ts"
import { LiveSession } from "../../sim/session/live-session.ts"
import { http } from "../nodes/api/http.ts"

/** The APIs of simulated machines, a hundred times as fast as the clock on the wall. */
const scope = Effect.runSync(Scope.make())
const session = new LiveSession({ seed: "engine api", managers: 1, workers: 1, start: defaultStart })
const { cluster } = session
cluster.converge()
const urls = new Map<string, string>()

beforeAll(async () => {
  const paced = new PacedCluster(session, 100)
  const servers = await Effect.runPromise(Servers.start(paced, { port: 0 }).pipe(Scope.provide(scope)))
  Effect.runFork(Effect.forkIn(paced.pump, scope))
  for (const host of cluster.world.hosts) urls.set(host.name, (servers.hostOf(host) ?? "").replace("tcp:", "http:"))
  cluster.createService({
    Name: "pet",
    TaskTemplate: {
      ContainerSpec: { Image: "busybox", Command: ["sh", "-c", "echo hello; exec sleep 1d"], StopGracePeriod: 1e9 },
      Placement: { Constraints: ["node.role==worker"] },
      RestartPolicy: { Delay: 1e9 },
    },
    Mode: { Replicated: { Replicas: 1 } },
  })
  cluster.converge()
})
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

const ask = (method: string, path: string, machine = "worker1") => http(urls.get(machine) ?? "", method, path)

/** The containers that run at a machine. */
async function running(machine = "worker1"): Promise<ReadonlyArray<{ readonly Id: string; readonly Names: string[] }>> {
  const { text } = await ask("GET", "/containers/json", machine)
  return JSON.parse(text)
}

async function only(): Promise<string> {
  for (let turn = 0; turn < 300; turn++) {
    const [first] = await running()
    if (first) return first.Id
  }
  return expect.unreachable("no container came to run")
}

test("each machine shows its own containers, and looks into them", async () => {
  const id = await only()
  expect(await running("manager1")).toEqual([])
  const { text } = await ask("GET", `/containers/${id.slice(0, 12)}/json`)
  expect(JSON.parse(text)).toMatchObject({
    Id: id,
    State: { Status: "running", Running: true },
    Config: { Labels: { "com.docker.swarm.service.name": "pet" }, Tty: false },
  })
  expect((await ask("GET", `/containers/${id}/logs?stdout=1`)).text.slice(8)).toBe("hello\n")
})

test("a container that is killed by hand is replaced by another task", async () => {
  const before = await only()
  expect((await ask("POST", `/containers/${before}/kill`)).status).toBe(204)
  expect(await ask("POST", `/containers/${before}/kill`)).toMatchObject({
    status: 409,
    body: { message: `Cannot kill container: ${before}: Container ${before} is not running` },
  })
  expect(await only()).not.toBe(before)
  expect(cluster.tasks("pet").some((task) => task.Status.Err === "task: non-zero exit (137)")).toBe(true)
  const { text } = await ask("GET", "/containers/json?all=1")
  expect(JSON.parse(text)).toHaveLength(2)
})

test("one that runs is removed by force only", async () => {
  const id = await only()
  expect((await ask("DELETE", `/containers/${id}`)).status).toBe(409)
  expect((await ask("DELETE", `/containers/${id}?force=1`)).status).toBe(204)
  expect((await ask("GET", `/containers/${id}/json`)).status).toBe(404)
  expect(await only()).not.toBe(id)
})

test("its engine tells what happened to it", async () => {
  const id = await only()
  await ask("POST", `/containers/${id}/stop?t=1`)
  const filters = encodeURIComponent(JSON.stringify({ container: [id] }))
  const until = Math.ceil(cluster.now / 1_000) + 1
  const { text } = await ask("GET", `/events?since=1&until=${until}&filters=${filters}`)
  const actions = text.split("\n").flatMap((line) => (line === "" ? [] : JSON.parse(line).Action))
  expect(actions).toEqual(["create", "start", "kill", "die", "stop"])
})

test("what is not simulated says so", async () => {
  const id = await only()
  expect(await ask("POST", `/containers/${id}/exec`)).toMatchObject({
    status: 501,
    body: { message: expect.stringContaining("containers are simulated") },
  })
  expect((await ask("POST", "/containers/create")).status).toBe(501)
})

test("images and volumes are listed, and pulled or made by hand", async () => {
  expect((await ask("POST", "/images/create?fromImage=redis&tag=7")).text).toContain(
    "Downloaded newer image for redis:7",
  )
  expect((await ask("GET", "/images/redis:7/json")).body).toMatchObject({ RepoTags: ["redis:7"] })
  expect((await ask("POST", "/images/create?fromImage=nosuch/image&tag=1")).status).toBe(404)
  expect((await ask("GET", "/images/nosuch/json")).status).toBe(404)
  expect((await ask("GET", "/volumes")).body).toMatchObject({ Warnings: null })
  expect((await ask("GET", "/system/df")).body).toMatchObject({ BuildCache: [] })
})

interface Pruned {
  readonly ContainersDeleted?: ReadonlyArray<string> | null
  readonly ImagesDeleted?: ReadonlyArray<object> | null
  readonly VolumesDeleted?: ReadonlyArray<string>
  readonly NetworksDeleted?: ReadonlyArray<string> | null
  readonly SpaceReclaimed?: number
}

async function prune(what: string, filters: object = {}, machine = "worker1", level = ""): Promise<Pruned> {
  const query = `filters=${encodeURIComponent(JSON.stringify(filters))}`
  const { status, text } = await ask("POST", `${level}/${what}/prune?${query}`, machine)
  expect(status, text).toBe(200)
  return JSON.parse(text)
}
const make = async (path: string, body: object, machine = "worker1"): Promise<void> => {
  const { status, text } = await http(urls.get(machine) ?? "", "POST", path, { body })
  expect(status, text).toBe(201)
}

test("a prune takes the containers that have ended, as far as the filters let it, and none that runs", async () => {
  const ended = await only()
  await ask("POST", `/containers/${ended}/kill`)
  expect(await prune("containers", { until: ["1000h"] })).toEqual({ ContainersDeleted: null, SpaceReclaimed: 0 })
  expect((await prune("containers", { label: ["nobody=has"] })).ContainersDeleted).toBeNull()
  expect((await prune("containers", { "label!": ["com.docker.swarm.service.name=pet"] })).ContainersDeleted).toBeNull()
  const running = await only()
  const { ContainersDeleted } = await prune("containers", { label: ["com.docker.swarm.service.name=pet"] })
  expect(ContainersDeleted).toContain(ended)
  expect(ContainersDeleted).not.toContain(running)
  expect((await ask("GET", `/containers/${ended}/json`)).status).toBe(404)
  expect((await ask("GET", `/containers/${running}/json`)).status).toBe(200)
  expect(await ask("POST", '/containers/prune?filters={"until":["soon"]}')).toMatchObject({
    status: 500,
    body: { message: 'failed to parse value as time or duration: "soon"' },
  })
  expect(await ask("POST", '/containers/prune?filters={"until":["1h","2h"]}')).toMatchObject({ status: 500 })
  expect(await ask("POST", '/containers/prune?filters={"dangling":["1"]}')).toMatchObject({
    status: 400,
    body: { message: "Invalid filter 'dangling'" },
  })
})

test("a prune takes images that no container is made of, when it is asked for more than those without a name", async () => {
  await ask("POST", "/images/create?fromImage=redis&tag=7")
  expect(await prune("images")).toEqual({ ImagesDeleted: null, SpaceReclaimed: 0 })
  expect((await prune("images", { dangling: ["false"], until: ["1000h"] })).ImagesDeleted).toBeNull()
  const pruned = await prune("images", { dangling: ["false"] })
  expect(pruned.ImagesDeleted).toEqual([{ Untagged: "redis:7" }, { Deleted: expect.stringMatching(/^sha256:/) }])
  expect(pruned.SpaceReclaimed).toBe(117_000_000)
  expect((await ask("GET", "/images/redis:7/json")).status).toBe(404)
  expect((await ask("GET", "/images/busybox/json")).status).toBe(200)
})

test("a prune takes volumes without a name, by level or by wish those with one too, and none that has options", async () => {
  await make("/volumes/create", { Name: "plain" })
  await make("/volumes/create", { Name: "labelled", Labels: { keep: "1" } })
  await make("/volumes/create", { Name: "elsewhere", DriverOpts: { type: "nfs" } })
  await make("/volumes/create", {})
  expect((await prune("volumes")).VolumesDeleted).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
  expect(await prune("volumes")).toEqual({ VolumesDeleted: [], SpaceReclaimed: 0 })
  expect((await prune("volumes", { all: ["true"], "label!": ["keep"] })).VolumesDeleted).toEqual(["plain"])
  expect((await ask("POST", '/v1.41/volumes/prune?filters={"all":["1"]}')).status).toBe(400)
  expect((await prune("volumes", {}, "worker1", "/v1.41")).VolumesDeleted).toEqual(["labelled"])
  expect((await ask("GET", "/volumes/elsewhere")).status).toBe(200)
})

test("a prune on a manager takes the swarm's unused networks and the machine's own, on a worker the latter", async () => {
  for (const machine of ["manager1", "worker1"]) await make("/networks/create", { Name: `own-${machine}` }, machine)
  for (const Name of ["used", "unused"]) await make("/networks/create", { Name, Driver: "overlay" }, "manager1")
  const TaskTemplate = { ContainerSpec: { Image: "nginx" }, Networks: [{ Target: "used" }] }
  await make("/services/create", { Name: "joined", TaskTemplate }, "manager1")
  expect(await prune("networks")).toEqual({ NetworksDeleted: ["own-worker1"] })
  expect((await prune("networks", { until: ["1000h"] }, "manager1")).NetworksDeleted).toBeNull()
  expect(await prune("networks", {}, "manager1")).toEqual({ NetworksDeleted: ["unused", "own-manager1"] })
  expect(await prune("networks", {}, "manager1")).toEqual({ NetworksDeleted: null })
  const networks: ReadonlyArray<{ readonly Name: string }> = JSON.parse(
    (await ask("GET", "/networks", "manager1")).text,
  )
  const names = networks.map(({ Name }) => Name).sort()
  expect(names).toEqual(["bridge", "docker_gwbridge", "host", "ingress", "none", "used"])
})

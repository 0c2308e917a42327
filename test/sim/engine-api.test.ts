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

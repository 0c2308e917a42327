import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { calls, drydock, type Routes, type World } from "../helper.ts"

const directory = mkdtempSync(join(tmpdir(), "drydock-"))
afterAll(() => rmSync(directory, { recursive: true }))
const file = join(directory, "stack.yml")
writeFileSync(file, "services:\n  web: {image: nginx}\n")

const web = {
  ID: "web-id",
  Version: { Index: 7 },
  CreatedAt: "2026-01-01T00:00:00Z",
  UpdatedAt: "2026-01-01T00:00:00Z",
  Spec: {
    Name: "shop_web",
    TaskTemplate: { ContainerSpec: { Image: "nginx" } },
    Mode: { Replicated: { Replicas: 1 } },
  },
}

const task = (State: string, more: object = {}) => ({
  ID: "task-id",
  ServiceID: "web-id",
  Slot: 1,
  NodeID: "node-id",
  DesiredState: "running",
  Status: { State, Timestamp: "2026-01-01T00:00:00Z", ...more },
})

const node = { ID: "node-id", Status: { State: "ready" }, Description: { Hostname: "worker1" } }

const cluster = (service: object, tasks: ReadonlyArray<object>, more: Routes = {}): Routes => ({
  "GET /info": { body: { Swarm: { ControlAvailable: true } } },
  "GET /networks": { body: [{ Name: "shop_default" }] },
  "GET /services": { body: [] },
  "POST /services/create": { body: { ID: "web-id" } },
  "GET /services/web-id": { body: service },
  "GET /tasks": { body: tasks },
  "GET /nodes": { body: [node] },
  ...more,
})

const deploy = (routes: Routes, argv: ReadonlyArray<string> = [], world: World = {}) =>
  drydock(["stack", "deploy", "--resolve-image", "never", "-c", file, ...argv, "shop"], routes, world)

const failed = task("failed", { Err: "task: non-zero exit (3)", ContainerStatus: { ExitCode: 3 } })
const frame = (line: string): string => `\x01\0\0\0\0\0\0${String.fromCharCode(line.length)}${line}`

describe("a deploy that is waited for", () => {
  it("ends with converged when all runs and goes on running", async () => {
    const outcome = await deploy(cluster(web, [task("running")]))
    expect(outcome.exitCode).toBe(0)
    expect(outcome.stdout).toMatch(/shop_web: 1 out of 1 tasks\nshop_web: converged\nstack shop: converged \(1 of 1/)
  })

  it("is not waited for with --detach", async () => {
    expect(calls(await deploy(cluster(web, []), ["--detach"]))).not.toContain("GET /tasks")
  })

  it.each([
    ["paused", 3, "update paused due to failure"],
    ["rollback_completed", 4, "rollback completed"],
  ] as const)(
    "whose update ends %s exits with %i and tells of the task, its exit code and its last words",
    async (State, status, Message) => {
      const tasks =
        State === "rollback_completed" ? [task("running"), { ...failed, DesiredState: "shutdown" }] : [failed]
      const logs = { "GET /tasks/task-id/logs": { body: frame("cannot bind port 80\n") } }
      const outcome = await deploy(cluster({ ...web, UpdateStatus: { State, Message } }, tasks, logs))
      expect(outcome.exitCode).toBe(status)
      expect(outcome.stderr).toContain(Message)
      expect(outcome.stderr).toContain("task shop_web.1 on worker1: failed, exit code 3: task: non-zero exit (3)")
      expect(outcome.stderr).toContain("  | cannot bind port 80")
    },
  )

  it("times out when it does not get there, and says that there are no logs where none can be had", async () => {
    const outcome = await deploy(cluster(web, [failed]), ["--timeout", "5s"])
    expect(outcome.exitCode).toBe(5)
    expect(outcome.stdout).toContain("stack shop: timed out (0 of 1 services as wanted)")
    expect(outcome.stderr).toContain("  | (no logs)")
  })

  it("of a job is completed when its tasks are, and failed when they failed and none is started", async () => {
    const job = {
      ...web,
      Spec: { ...web.Spec, Mode: { ReplicatedJob: { TotalCompletions: 1 } } },
      JobStatus: { JobIteration: { Index: 1 } },
    }
    const done = { ...task("complete"), JobIteration: { Index: 1 }, DesiredState: "complete" }
    expect((await deploy(cluster(job, [done]))).stdout).toContain("stack shop: completed")
    const broken = { ...failed, JobIteration: { Index: 1 }, DesiredState: "complete" }
    const outcome = await deploy(cluster(job, [broken]))
    expect(outcome.exitCode).toBe(2)
    expect(outcome.stderr).toContain("failed: its tasks failed, and none is started again")
  })

  it("is left on SIGINT, and the cluster goes on", async () => {
    const onSleep = (count: number, interrupt: () => void) => {
      if (count === 2) interrupt()
    }
    const outcome = await deploy(cluster(web, [task("preparing")]), [], { onSleep })
    expect(outcome.exitCode).toBe(130)
    expect(outcome.stdout).toContain("drydock stack ps shop")
  })
})

describe("stack diff", () => {
  const diff = (present: object, more: Routes = {}) =>
    drydock(["stack", "diff", "-c", file, "shop"], {
      ...cluster(web, [task("running")]),
      "GET /services": { body: [present] },
      ...more,
    })

  const deployed = {
    ...web,
    Spec: {
      ...web.Spec,
      Labels: { "com.docker.stack.image": "nginx", "com.docker.stack.namespace": "shop" },
      EndpointSpec: { Mode: "vip" },
      TaskTemplate: {
        ForceUpdate: 2,
        Networks: [{ Target: "net-id", Aliases: ["web"] }],
        ContainerSpec: {
          Image: `nginx:latest@sha256:${"a".repeat(64)}`,
          Labels: { "com.docker.stack.namespace": "shop" },
          Isolation: "default",
        },
      },
    },
  }
  const networks = { "GET /networks": { body: [{ Name: "shop_default", Id: "net-id" }] } }

  it("says nothing of defaults, digests and IDs, and exits with 0", async () => {
    expect(await diff(deployed, networks)).toMatchObject({
      exitCode: 0,
      stdout: "stack shop: a deploy would change nothing\n",
    })
  })

  it("names each value that changes and the tasks that restart because of it, and exits with 1", async () => {
    const { ContainerSpec } = deployed.Spec.TaskTemplate
    const old = {
      ...deployed,
      Spec: {
        ...deployed.Spec,
        TaskTemplate: { ...deployed.Spec.TaskTemplate, ContainerSpec: { ...ContainerSpec, Env: ["A=1"] } },
      },
    }
    expect(await diff(old, networks)).toMatchObject({
      exitCode: 1,
      stdout:
        '~ service shop_web is updated\n    TaskTemplate.ContainerSpec.Env.A: "1" -> nothing\n' +
        "    restarts shop_web.1 on worker1, because of TaskTemplate.ContainerSpec.Env.A\n",
    })
  })

  it("tells what restarts nothing, and what is created", async () => {
    const scaled = { ...deployed, Spec: { ...deployed.Spec, Mode: { Replicated: { Replicas: 5 } } } }
    expect((await diff(scaled, networks)).stdout).toContain(
      "Mode.Replicated.Replicas: 5 -> 1\n    no task is restarted",
    )
    const nothing = await diff(
      { ...deployed, Spec: { ...deployed.Spec, Name: "shop_old" } },
      { "GET /networks": { body: [] } },
    )
    expect(nothing.stdout).toBe("+ network shop_default is created\n+ service shop_web is created\n")
    expect(nothing.stderr).toContain("service old is not in the files; it stays without --prune")
  })
})

describe("stack deploy --rotate", () => {
  const rotating = join(directory, "rotating.yml")
  writeFileSync(rotating, "services:\n  web: {image: nginx, configs: [c]}\nconfigs: {c: {file: ./c.txt}}\n")
  writeFileSync(join(directory, "c.txt"), "new")
  const config = (Name: string, text: string) => ({
    ID: `id-${Name}`,
    Version: { Index: 1 },
    Spec: { Name, Data: Buffer.from(text).toString("base64") },
  })
  const run = (routes: Routes) =>
    drydock(["stack", "deploy", "--resolve-image", "never", "--rotate", "-c", rotating, "shop"], {
      ...cluster(web, [task("running")]),
      ...routes,
    })

  it("creates a version named after its content, moves the service, and removes the old one at the end", async () => {
    let created: { Name?: string } = {}
    const outcome = await run({
      "GET /configs": () => ({
        body: [config("shop_c", "old"), ...(created.Name ? [config(created.Name, "new")] : [])],
      }),
      "POST /configs/create": ({ body }) => {
        created = Object(body)
        return { body: { ID: "new-id" } }
      },
      "DELETE /configs/id-shop_c": {},
    })
    expect(outcome.stderr).not.toContain("rror")
    expect(created.Name).toMatch(/^shop_c\.[0-9a-f]{12}$/)
    const service = outcome.seen.find((seen) => seen.path === "/services/create")?.body
    expect(service).toMatchObject({
      TaskTemplate: { ContainerSpec: { Configs: [{ ConfigName: created.Name, File: { Name: "c" } }] } },
    })
    expect(calls(outcome).at(-1)).toBe("DELETE /configs/id-shop_c")
  })

  it("leaves alone what holds the same", async () => {
    const outcome = await run({
      "GET /configs": { body: [config("shop_c", "new")] },
      "GET /configs/shop_c": { body: config("shop_c", "new") },
      "POST /configs/id-shop_c/update": {},
    })
    expect(outcome.exitCode).toBe(0)
    expect(calls(outcome)).not.toContain("POST /configs/create")
  })

  it("is named as the way out where a changed content was refused", async () => {
    const refused = {
      status: 400,
      body: { message: "rpc error: code = InvalidArgument desc = only updates to Labels are allowed" },
    }
    const outcome = await drydock(["stack", "deploy", "-d", "-c", rotating, "shop"], {
      ...cluster(web, []),
      "GET /configs/shop_c": { body: config("shop_c", "old") },
      "POST /configs/id-shop_c/update": refused,
    })
    expect(outcome.stderr).toContain("--rotate deploys it as a new version")
  })
})

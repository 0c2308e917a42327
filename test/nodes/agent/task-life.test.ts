import { describe, expect, test } from "vitest"
import { stateRank, type TaskStatus } from "../../../core/model/task.ts"
import type { TaskSpec } from "../../../core/model/task-spec.ts"
import { runs, SmallWorld, type WorldOptions } from "./small-world.ts"

const ms = 1_000_000

function world(options: WorldOptions = {}): SmallWorld {
  const made = new SmallWorld(options)
  made.addHost("w1", "worker")
  made.runUntil(() => made.nodeState("w1") === "ready")
  return made
}

/** Every status of a task that the agent passed through, as it saw it. */
const passed = (made: SmallWorld, taskId: string): ReadonlyArray<TaskStatus> =>
  made
    .host("w1")
    .agentDriver.outputs.flatMap((output) =>
      output.type === "task" && output.taskId === taskId ? [output.status] : [],
    )

interface End {
  readonly title: string
  readonly spec: TaskSpec
  readonly status: { readonly State: string; readonly Message: string; readonly Err?: string }
  readonly exitCode?: number
}

const unhealthy = { Test: ["CMD-SHELL", "exit 1"], Interval: 500 * ms, Retries: 2 }

const ends: ReadonlyArray<End> = [
  {
    title: "a container that exits with another code than 0 fails its task",
    spec: runs("busybox", ["sh", "-c", "sleep 2; exit 3"]),
    status: { State: "failed", Message: "started", Err: "task: non-zero exit (3)" },
    exitCode: 3,
  },
  {
    title: "a container that exits with 0 completes its task",
    spec: runs("busybox", ["true"]),
    status: { State: "complete", Message: "finished" },
    exitCode: 0,
  },
  {
    title: "an image that nobody has rejects the task",
    spec: runs("nosuch/image:1"),
    status: { State: "rejected", Message: "preparing", Err: "No such image: nosuch/image:1" },
  },
  {
    title: "a bind mount without its source rejects the task",
    spec: runs("busybox", ["sleep", "1d"], { Mounts: [{ Type: "bind", Source: "/no/such/dir", Target: "/data" }] }),
    status: {
      State: "rejected",
      Message: "preparing",
      Err: 'invalid mount config for type "bind": bind source path does not exist: /no/such/dir',
    },
  },
  {
    title: "a command that is not in the image fails the task",
    spec: runs("busybox", ["/no/such"]),
    status: {
      State: "failed",
      Message: "starting",
      Err: 'starting container failed: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/no/such": stat /no/such: no such file or directory: unknown',
    },
  },
  {
    title: "a container that never gets healthy is stopped and fails its task",
    spec: runs("busybox", ["sleep", "1d"], { Healthcheck: unhealthy, StopGracePeriod: 100 * ms }),
    status: {
      State: "failed",
      Message: "starting",
      Err: "task: non-zero exit (137): dockerexec: unhealthy container",
    },
    exitCode: 137,
  },
]

describe("the end of a task", () => {
  test.each(ends)("$title", ({ spec, status, exitCode }) => {
    const made = world()
    made.addTask("t1", "w1", spec)
    made.runFor(30_000)
    const { Timestamp: _, ContainerStatus, PortStatus: __, ...rest } = made.task("t1")?.Status ?? { Timestamp: "" }
    expect(rest).toEqual(status)
    if (exitCode !== undefined) expect(ContainerStatus?.ExitCode).toBe(exitCode)
    expect(made.differences()).toEqual([])
  })
})

test("a task's reports go forward only, with Swarm's messages, and skip where it did not rest", () => {
  const made = world()
  made.addTask("t1", "w1", runs("nginx"))
  made.runUntil(() => made.state("t1") === "running")
  made.desire("t1", "shutdown")
  made.runUntil(() => made.state("t1") === "shutdown")
  const seen = passed(made, "t1")
  expect(seen.map(({ State, Message }) => [State, Message])).toEqual([
    ["preparing", "preparing"],
    ["starting", "starting"],
    ["running", "started"],
    ["shutdown", "shutdown"],
  ])
  const ranks = seen.map(({ State }) => stateRank(State))
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b))
})

test("a task whose desired state is ready is prepared and then waits", () => {
  const made = world()
  made.addTask("t1", "w1", runs("nginx"), "ready")
  made.runFor(10_000)
  expect(made.task("t1")?.Status).toMatchObject({ State: "ready", Message: "prepared" })
  expect(made.container("w1", "t1")?.State.Status).toBe("created")
  made.desire("t1", "running")
  expect(made.runUntil(() => made.state("t1") === "running")).toBeLessThan(500)
})

test("a failed pull is no failure while the image is there", () => {
  const made = world({ engine: { cached: ["private/app:1"], images: [{ repository: "private/app", exists: false }] } })
  made.addTask("t1", "w1", runs("private/app:1"))
  made.runUntil(() => made.state("t1") === "running", 2_000)
})

test("a task stays starting until its first healthy probe", () => {
  const made = world()
  const Healthcheck = { Test: ["CMD", "true"], Interval: 3_000 * ms }
  made.addTask("t1", "w1", runs("nginx", [], { Healthcheck }))
  made.runUntil(() => made.state("t1") === "starting")
  const took = made.runUntil(() => made.state("t1") === "running")
  expect(took).toBeGreaterThan(2_900)
  expect(took).toBeLessThan(3_600)
})

test("a running container that turns unhealthy is stopped and its task fails", () => {
  const made = world()
  const Healthcheck = { Test: ["CMD", "true"], Interval: 1_000 * ms }
  made.addTask("t1", "w1", runs("postgres", ["sleep", "1d"], { Healthcheck, StopGracePeriod: 0 }))
  made.runUntil(() => made.state("t1") === "running")
  const containerId = made.container("w1", "t1")?.Id ?? ""
  made.host("w1").engineDriver.input({ type: "fault", fault: { kind: "health", containerId, health: "unhealthy" } })
  made.runUntil(() => made.state("t1") === "failed")
  expect(made.task("t1")?.Status).toMatchObject({
    Message: "started",
    Err: "task: non-zero exit (137): dockerexec: unhealthy container",
  })
})

test("sleep ignores the stop signal, so it costs the whole grace period and ends with 137", () => {
  const made = world()
  made.addTask("t1", "w1", runs("busybox", ["sleep", "1d"]))
  made.runUntil(() => made.state("t1") === "running")
  made.desire("t1", "shutdown")
  const took = made.runUntil(() => made.state("t1") === "shutdown")
  expect(took).toBeGreaterThan(9_990)
  expect(took).toBeLessThan(10_100)
  expect(made.task("t1")?.Status.ContainerStatus?.ExitCode).toBe(137)
})

test("on an overlay network the stop signal waits 2 s", () => {
  const made = world()
  const attached = { NetworksAttachments: [{ NetworkID: "n1", Addresses: ["10.0.1.2/24"] }] }
  made.addTask("t1", "w1", runs("nginx"), "running", attached)
  made.addTask("t2", "w1", runs("nginx"))
  made.runUntil(() => made.state("t1") === "running" && made.state("t2") === "running")
  made.desire("t1", "shutdown")
  made.desire("t2", "shutdown")
  expect(made.runUntil(() => made.state("t2") === "shutdown")).toBeLessThan(200)
  const took = made.runUntil(() => made.state("t1") === "shutdown")
  expect(took).toBeGreaterThan(1_800)
  expect(took).toBeLessThan(2_200)
})

test("a job's task runs to its end", () => {
  const made = world()
  made.addTask("t1", "w1", runs("busybox", ["sleep", "5"]), "complete")
  made.runUntil(() => made.state("t1") === "complete")
  expect(made.task("t1")?.Status.ContainerStatus?.ExitCode).toBe(0)
})

test("a task told to shut down during its pull does not wait for it", () => {
  const made = world({ engine: { latencies: { pull: [60_000, 60_000] } } })
  made.addTask("t1", "w1", runs("big/image"))
  made.runUntil(() => made.state("t1") === "preparing")
  made.desire("t1", "shutdown")
  expect(made.runUntil(() => made.state("t1") === "shutdown")).toBeLessThan(100)
  made.runFor(120_000)
  expect(made.container("w1", "t1")).toBeUndefined()
})

test("a task told to shut down while its container is being made or started leaves none running", () => {
  for (const state of ["preparing", "starting"] as const) {
    for (let wait = 0; wait < 300; wait += 20) {
      const made = world({ seed: `${state} ${wait}`, engine: { cached: ["nginx"] } })
      made.addTask("t1", "w1", runs("nginx"))
      made.runUntil(() => made.state("t1") === state)
      made.runFor(wait)
      made.desire("t1", "shutdown")
      made.runUntil(() => made.state("t1") === "shutdown")
      made.runFor(1_000)
      expect(made.differences()).toEqual([])
    }
  }
})

test("a deleted task loses its container, whatever it was doing", () => {
  for (let wait = 0; wait < 800; wait += 50) {
    const made = world({ seed: wait, engine: { cached: ["nginx"] } })
    made.addTask("t1", "w1", runs("nginx"))
    made.runFor(wait)
    made.deleteTask("t1")
    made.runFor(2_000)
    expect(made.host("w1").engine.containers()).toEqual([])
    expect(made.host("w1").agent.statuses().size).toBe(0)
  }
})

test("an engine that fails to stop or remove a container is asked again", () => {
  const made = world()
  made.addTask("t1", "w1", runs("nginx"))
  made.runUntil(() => made.state("t1") === "running")
  const { engineDriver } = made.host("w1")
  engineDriver.input({ type: "fault", fault: { kind: "fail-next", op: "stop", error: "context deadline exceeded" } })
  engineDriver.input({ type: "fault", fault: { kind: "fail-next", op: "remove", error: "device or resource busy" } })
  made.desire("t1", "shutdown")
  made.runUntil(() => made.state("t1") === "shutdown", 2_000)
  made.deleteTask("t1")
  made.runUntil(() => made.host("w1").engine.containers().length === 0, 2_000)
})

test("a container that is killed for want of memory fails its task with 137", () => {
  const made = world()
  made.addTask("t1", "w1", runs("nginx"))
  made.runUntil(() => made.state("t1") === "running")
  const containerId = made.container("w1", "t1")?.Id ?? ""
  made.host("w1").engineDriver.input({ type: "fault", fault: { kind: "out-of-memory", containerId } })
  made.runUntil(() => made.state("t1") === "failed")
  expect(made.task("t1")?.Status.Err).toBe("task: non-zero exit (137)")
  expect(made.container("w1", "t1")?.State.OOMKilled).toBe(true)
})

test("containers are named after service, slot and task, and carry Swarm's labels", () => {
  const made = world()
  made.addTask("t1", "w1", runs("nginx", [], { Labels: { tier: "front" } }), "running", { Slot: 7 })
  made.addTask("t2", "w1", runs("nginx"), "running", { Slot: 0 })
  made.runUntil(() => made.state("t1") === "running" && made.state("t2") === "running")
  expect(made.container("w1", "t1")?.Name).toBe("web.7.t1")
  expect(made.container("w1", "t2")?.Name).toBe("web.w1.t2")
  expect(made.container("w1", "t1")?.Request.labels).toEqual({
    tier: "front",
    "com.docker.swarm.node.id": "w1",
    "com.docker.swarm.service.id": "service-of-t1",
    "com.docker.swarm.service.name": "web",
    "com.docker.swarm.task": "",
    "com.docker.swarm.task.id": "t1",
    "com.docker.swarm.task.name": "web.7.t1",
  })
})

test("ports that are published in host mode are told once the task runs", () => {
  const made = world()
  const host = { Protocol: "tcp", TargetPort: 80, PublishedPort: 8080, PublishMode: "host" } as const
  const Ports = [host, { Protocol: "tcp", TargetPort: 81, PublishedPort: 8081, PublishMode: "ingress" } as const]
  made.change((tx) =>
    tx.create("specs", {
      ID: "service-of-t1.1",
      ServiceID: "service-of-t1",
      SpecVersion: { Index: 1 },
      ServiceName: "web",
      Spec: runs("nginx"),
      EndpointSpec: { Ports },
    }),
  )
  made.addTask("t1", "w1", runs("nginx"))
  made.runUntil(() => made.state("t1") === "running")
  // Once for each address family.
  expect(made.task("t1")?.Status.PortStatus).toEqual({ Ports: [host, host] })
  expect(made.container("w1", "t1")?.Request.ports).toEqual([host])
})

test("templates in host name, environment and mounts are filled in", () => {
  const made = world()
  const more = {
    Hostname: "{{.Service.Name}}-{{ .Task.Slot }}",
    Env: ["NODE={{.Node.Hostname}}", "OS={{with .Node.Platform}}{{.OS}}{{end}}"],
    Mounts: [{ Type: "volume", Source: "data-{{.Task.ID}}", Target: "/data" }],
  }
  made.addTask("t1", "w1", runs("nginx", [], more))
  made.runUntil(() => made.state("t1") === "running")
  const request = made.container("w1", "t1")?.Request
  expect(request?.hostname).toBe("web-1")
  expect(request?.spec.ContainerSpec?.Env).toEqual(["NODE=w1", "OS=linux"])
  expect(made.host("w1").engine.volumes()[0]?.Name).toBe("data-t1")
})

test("a template that cannot be filled in rejects the task, in Swarm's words", () => {
  const made = world()
  made.addTask("t1", "w1", runs("nginx", [], { Env: ["ODD={{.No.Such}}"] }))
  made.runUntil(() => made.state("t1") === "rejected")
  expect(made.task("t1")?.Status.Err).toBe(
    'expanding env failed: expanding env "ODD={{.No.Such}}": template: expansion:1:5: executing "expansion" at <.No.Such>: ' +
      "can't evaluate field No in type *template.Context",
  )
})

test("a task that a manager rejected is stopped", () => {
  const made = world()
  made.addTask("t1", "w1", runs("nginx"))
  made.runUntil(() => made.state("t1") === "running")
  made.change((tx) => {
    const task = tx.get("tasks", "t1")
    if (task) {
      const Status = { ...task.Status, State: "rejected", Err: "assigned node no longer meets constraints" } as const
      tx.update("tasks", { ...task, Status, DesiredState: "shutdown" })
    }
  })
  made.runFor(1_000)
  expect(made.state("t1")).toBe("rejected")
  expect(made.differences()).toEqual([])
})

test("a container that was unhealthy once is stopped even if it gets well again", () => {
  const made = world()
  const attached = { NetworksAttachments: [{ NetworkID: "n1", Addresses: ["10.0.1.2/24"] }] }
  const Healthcheck = { Test: ["CMD", "true"], Interval: 1_000 * ms }
  made.addTask("t1", "w1", runs("server", [], { Healthcheck }), "running", attached)
  made.runUntil(() => made.state("t1") === "running")
  const containerId = made.container("w1", "t1")?.Id ?? ""
  for (const health of ["unhealthy", "healthy"] as const)
    made.host("w1").engineDriver.input({ type: "fault", fault: { kind: "health", containerId, health } })
  made.runUntil(() => made.state("t1") === "failed", 3_000)
  expect(made.task("t1")?.Status.Err).toBe("task: non-zero exit (143): dockerexec: unhealthy container")
})

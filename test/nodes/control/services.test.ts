import * as Result from "effect/Result"
import { describe, expect, test } from "vitest"
import type { Service, ServiceSpec } from "../../../core/model/service.ts"
import { service, World } from "./world.ts"

const inspect = (world: World, name: string, insertDefaults = false) =>
  world.get<Service & { ServiceStatus?: unknown }>({ op: "service.inspect", name, insertDefaults })

const update = (world: World, name: string, spec: ServiceSpec, rollback = false) => {
  const version = inspect(world, name).Version.Index
  return world.get({ op: "service.update", name, version, spec, rollback })
}

const image = (name: string, Image: string): ServiceSpec =>
  service(name, { TaskTemplate: { ContainerSpec: { Image } } })

describe("service create", () => {
  test("keeps the spec in full form: isolation, runtime, mode and force-update are there", () => {
    const world = new World()
    world.createService(service("web", { EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 80 }] } }))
    expect(inspect(world, "web")).toMatchObject({
      Spec: {
        Name: "web",
        Labels: {},
        TaskTemplate: {
          ContainerSpec: { Image: "nginx:alpine", Isolation: "default" },
          ForceUpdate: 0,
          Runtime: "container",
        },
        Mode: { Replicated: { Replicas: 1 } },
        EndpointSpec: {
          Mode: "vip",
          Ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort: 80, PublishMode: "ingress" }],
        },
      },
      Endpoint: { Spec: {} },
    })
  })

  test("writes the service and nothing else", () => {
    const world = new World()
    world.createService(service("web"))
    expect(["services", "tasks", "specs"].map((table) => world.store.count(table as "services"))).toEqual([1, 0, 0])
    expect([...world.store.all("services")][0]).toMatchObject({ SpecVersion: { Index: 1 }, Endpoint: {} })
  })

  test("does not show the numbers that are its own business", () => {
    const world = new World()
    world.createService(service("web"))
    update(world, "web", image("web", "nginx:2"))
    expect(Object.keys(inspect(world, "web"))).not.toEqual(
      expect.arrayContaining([expect.stringMatching("SpecVersion")]),
    )
  })

  test("takes networks by name, and keeps their IDs", () => {
    const world = new World()
    const { Id } = world.get<{ Id: string }>({ op: "network.create", spec: { Name: "back" } })
    const Networks = [{ Target: "back", Aliases: ["a"] }, { Target: "bridge" }]
    world.createService(service("web", { TaskTemplate: { ContainerSpec: { Image: "nginx" }, Networks } }))
    expect(inspect(world, "web").Spec.TaskTemplate.Networks).toEqual([
      { Target: Id, Aliases: ["a"] },
      { Target: "bridge" },
    ])
    expect(world.store.find("services", "network", Id)).toHaveLength(1)
  })

  test("names a service that got no name", () => {
    const world = new World()
    const names = [1, 2, 3].map(() => {
      const id = world.createService(service(""))
      return inspect(world, id).Spec.Name
    })
    for (const name of names) expect(name).toMatch(/^[a-z]+_[a-z]+\d*$/)
    expect(new Set(names).size).toBe(3)
  })

  test("starts a job at iteration 0 with what Swarm assumes for its numbers", () => {
    const world = new World()
    world.createService(service("job", { Mode: { ReplicatedJob: { MaxConcurrent: 2 } } }))
    expect(inspect(world, "job")).toMatchObject({
      Spec: { Mode: { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 2 } } },
      JobStatus: { JobIteration: {}, LastExecution: expect.stringMatching(/^2026/) },
    })
  })

  test("fills in update settings as they will be carried out", () => {
    const world = new World()
    world.createService(service("web", { UpdateConfig: { Parallelism: 2 } }))
    expect(inspect(world, "web").Spec.UpdateConfig).toEqual({
      Parallelism: 2,
      FailureAction: "pause",
      MaxFailureRatio: 0,
      Order: "stop-first",
    })
  })
})

test("insertDefaults says what Swarm assumes, and leaves alone what was said", () => {
  const world = new World()
  const RestartPolicy = { Condition: "on-failure" as const, Delay: 1 }
  world.createService(service("web", { TaskTemplate: { ContainerSpec: { Image: "nginx" }, RestartPolicy } }))
  const update = {
    Parallelism: 1,
    FailureAction: "pause",
    Monitor: 5_000_000_000,
    MaxFailureRatio: 0,
    Order: "stop-first",
  }
  expect(inspect(world, "web", true).Spec).toMatchObject({
    TaskTemplate: {
      ContainerSpec: { StopGracePeriod: 10_000_000_000, DNSConfig: {} },
      RestartPolicy: { Condition: "on-failure", Delay: 1, MaxAttempts: 0 },
      Placement: {},
    },
    UpdateConfig: update,
    RollbackConfig: update,
    EndpointSpec: { Mode: "vip" },
  })
  expect(inspect(world, "web").Spec.UpdateConfig).toBeUndefined()
})

describe("service update", () => {
  test("keeps one previous spec and forgets how the last update went", () => {
    const world = new World()
    const id = world.createService(image("web", "nginx:1"))
    world.change((tx) => {
      const before = tx.get("services", id)
      if (before)
        tx.update("services", { ...before, UpdateStatus: { State: "completed", Message: "update completed" } })
    })
    update(world, "web", image("web", "nginx:2"))
    const after = inspect(world, "web")
    expect(after.Spec.TaskTemplate.ContainerSpec?.Image).toBe("nginx:2")
    expect(after.PreviousSpec?.TaskTemplate.ContainerSpec?.Image).toBe("nginx:1")
    expect(after.UpdateStatus).toBeUndefined()
  })

  test("gives tasks a new spec version only when what they are made from has changed", () => {
    const world = new World()
    const id = world.createService(image("web", "nginx:1"))
    const versions = [
      image("web", "nginx:1"),
      { ...image("web", "nginx:1"), Labels: { a: "b" } },
      { ...image("web", "nginx:1"), Mode: { Replicated: { Replicas: 5 } } },
      image("web", "nginx:2"),
    ].map((spec) => {
      update(world, "web", spec)
      return world.store.get("services", id)?.SpecVersion.Index
    })
    expect(versions).toEqual([1, 1, 1, 2])
  })

  test("rolls back by changing spec and previous spec over, twice being forward again", () => {
    const world = new World()
    world.createService(image("web", "nginx:1"))
    update(world, "web", image("web", "nginx:2"))
    const images = [1, 2].map(() => {
      update(world, "web", image("web", "anything"), true)
      const { Spec, PreviousSpec, UpdateStatus } = inspect(world, "web")
      expect(UpdateStatus).toMatchObject({ State: "rollback_started", Message: "manually requested rollback" })
      return [Spec, PreviousSpec].map((spec) => spec?.TaskTemplate.ContainerSpec?.Image)
    })
    expect(images).toEqual([
      ["nginx:1", "nginx:2"],
      ["nginx:2", "nginx:1"],
    ])
  })

  test("may keep its own published port", () => {
    const world = new World()
    const spec = service("web", { EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 8080 }] } })
    world.createService(spec)
    expect(update(world, "web", { ...spec, Labels: { a: "b" } })).toEqual({ Warnings: null })
  })

  test("runs a job anew", () => {
    const world = new World()
    world.createService(service("job", { Mode: { GlobalJob: {} } }))
    update(world, "job", service("job", { Mode: { GlobalJob: {} } }))
    expect(inspect(world, "job").JobStatus?.JobIteration).toEqual({ Index: 1 })
  })
})

test("service remove deletes the service; its tasks are the orchestrator's business", () => {
  const world = new World()
  const id = world.createService(service("web"))
  world.addTask(id)
  world.get({ op: "service.remove", name: "web" })
  expect([world.store.count("services"), world.store.count("tasks")]).toEqual([0, 1])
  expect(world.refusal({ op: "service.remove", name: "web" })).toMatchObject({ status: 404 })
})

describe("a client's credentials for the registry", () => {
  const withAuth = (RegistryAuth: string): ServiceSpec =>
    service("web", { TaskTemplate: { ContainerSpec: { Image: "app:1", PullOptions: { RegistryAuth } } } })
  const kept = (world: World) =>
    world.store.find("services", "name", "web")[0]?.Spec.TaskTemplate.ContainerSpec?.PullOptions

  test("are kept over updates that say nothing of them, replaced by new ones, and never shown", () => {
    const world = new World()
    world.createService(withAuth("first"))
    update(world, "web", image("web", "app:2"))
    expect(kept(world)).toEqual({ RegistryAuth: "first" })
    update(world, "web", withAuth("second"))
    expect(kept(world)).toEqual({ RegistryAuth: "second" })
    const version = inspect(world, "web").Version.Index
    const spec = image("web", "app:3")
    world.get({ op: "service.update", name: "web", version, spec, rollback: false, authFrom: "previous-spec" })
    expect(kept(world)).toEqual({ RegistryAuth: "first" })
    expect(JSON.stringify(inspect(world, "web"))).not.toMatch(/PullOptions|first|second/)
  })
})

describe("the status in a list of services", () => {
  const status = (world: World) =>
    world.get<ReadonlyArray<{ ServiceStatus?: unknown }>>({ op: "service.list", filters: {}, status: true })[0]
      ?.ServiceStatus
  const starting = { Timestamp: "2026-01-01T00:00:00Z", State: "starting" as const }

  test("a replicated service wants its replicas, whatever was made", () => {
    const world = new World()
    const id = world.createService(service("web", { Mode: { Replicated: { Replicas: 3 } } }))
    world.addTask(id)
    world.addTask(id, { Slot: 2, Status: starting })
    expect(status(world)).toEqual({ RunningTasks: 1, DesiredTasks: 3, CompletedTasks: 0 })
  })

  test("a global service wants the tasks that were made for it", () => {
    const world = new World()
    const id = world.createService(service("web", { Mode: { Global: {} } }))
    world.addTask(id, { NodeID: "a" })
    world.addTask(id, { NodeID: "b", Status: starting })
    world.addTask(id, { NodeID: "b", DesiredState: "shutdown", Status: starting })
    expect(status(world)).toEqual({ RunningTasks: 1, DesiredTasks: 2, CompletedTasks: 0 })
  })

  test("a job counts the tasks of its last run only", () => {
    const world = new World()
    const id = world.createService(
      service("job", { Mode: { ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 5 } } }),
    )
    const done = { Timestamp: "2026-01-01T00:00:00Z", State: "complete" as const }
    world.addTask(id, { JobIteration: { Index: 0 }, Status: done, DesiredState: "complete" })
    world.addTask(id, { Slot: 1, JobIteration: { Index: 7 }, Status: done, DesiredState: "complete" })
    expect(status(world)).toEqual({ RunningTasks: 0, DesiredTasks: 2, CompletedTasks: 1 })
  })

  test("is left out unless it is asked for", () => {
    const world = new World()
    world.createService(service("web"))
    const [listed] = world.get<ReadonlyArray<object>>({ op: "service.list", filters: {}, status: false })
    expect(listed).not.toHaveProperty("ServiceStatus")
  })
})

test("what was written in the same transaction is shown with a version that clients can read", () => {
  const world = new World()
  const [, listed] = world.together([
    { op: "service.create", spec: service("web") },
    { op: "service.list", filters: {}, status: false },
  ])
  expect(listed && Result.getOrThrow(listed)).toMatchObject([{ Spec: { Name: "web" }, Version: { Index: 0 } }])
})

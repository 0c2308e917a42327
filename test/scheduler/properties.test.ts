import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { jobSizeOf } from "../../core/model/defaults.ts"
import type { ServiceSpec } from "../../core/model/service.ts"
import { isTerminal, stateRank, type Task } from "../../core/model/task.ts"
import { specOf } from "../../core/store/reader.ts"
import { slotKey } from "../../core/store/tables.ts"
import { isOfIteration, isWanted } from "../../scheduler/tasks.ts"
import { globally, job, ms, replicas, World } from "./world.ts"

const nodeIds = ["node1", "node2", "node3", "node4"]
const names = ["a", "b", "s", "g", "h", "j"]
const cpusOfNode = 6

type Op =
  | { readonly op: "create" | "remove"; readonly name: string }
  | { readonly op: "scale"; readonly name: string; readonly replicas: number }
  | { readonly op: "image"; readonly name: string; readonly image: string }
  | { readonly op: "rollback"; readonly name: string }
  | { readonly op: "availability"; readonly node: string; readonly to: "active" | "pause" | "drain" }
  | { readonly op: "down" | "up" | "relabel"; readonly node: string }
  | { readonly op: "leader" }
  | { readonly op: "wait"; readonly duration: number }

const name = fc.constantFrom(...names)
const node = fc.constantFrom(...nodeIds)

const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ op: fc.constantFrom("create" as const, "create" as const, "remove" as const), name }),
  fc.record({ op: fc.constant("scale" as const), name, replicas: fc.integer({ min: 0, max: 6 }) }),
  fc.record({
    op: fc.constant("image" as const),
    name,
    image: fc.constantFrom("app:1", "app:2", "slow", "crash", "once"),
  }),
  fc.record({ op: fc.constant("rollback" as const), name }),
  fc.record({
    op: fc.constant("availability" as const),
    node,
    to: fc.constantFrom("active" as const, "pause" as const, "drain" as const),
  }),
  fc.record({ op: fc.constantFrom("down" as const, "up" as const, "relabel" as const), node }),
  fc.record({ op: fc.constant("leader" as const) }),
  fc.record({ op: fc.constant("wait" as const), duration: fc.integer({ min: 0, max: 8_000 }) }),
)

const specs: Readonly<Record<string, Partial<ServiceSpec>>> = {
  a: {
    ...replicas(3),
    TaskTemplate: {
      ContainerSpec: { Image: "app:1" },
      Resources: { Reservations: { NanoCPUs: 1e9 } },
      Networks: [{ Target: "net" }],
      RestartPolicy: { Delay: ms(500) },
    },
    EndpointSpec: { Ports: [{ TargetPort: 80 }] },
    UpdateConfig: { Parallelism: 2, Delay: ms(300), FailureAction: "rollback", Monitor: ms(1_000) },
  },
  b: {
    ...replicas(2),
    TaskTemplate: {
      ContainerSpec: { Image: "app:1" },
      Resources: { Reservations: { NanoCPUs: 2e9 } },
      Placement: { Constraints: ["node.labels.zone != west"] },
    },
    UpdateConfig: { Parallelism: 1, Monitor: ms(1_000) },
  },
  s: {
    ...replicas(2),
    TaskTemplate: { ContainerSpec: { Image: "app:1" }, RestartPolicy: { Delay: ms(500), MaxAttempts: 3 } },
    UpdateConfig: { Parallelism: 1, Order: "start-first", Monitor: ms(1_000) },
  },
  h: {
    ...replicas(3),
    TaskTemplate: {
      ContainerSpec: { Image: "app:1" },
      RestartPolicy: { Delay: ms(500) },
      Placement: { MaxReplicas: 1, Constraints: ["node.labels.zone!=west"] },
    },
    EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 80, PublishMode: "host" }] },
  },
  j: { ...job(5, 2), TaskTemplate: { ContainerSpec: { Image: "app:1" }, RestartPolicy: { Delay: ms(500) } } },
  g: {
    ...globally,
    TaskTemplate: {
      ContainerSpec: { Image: "app:1" },
      Networks: [{ Target: "net" }],
      RestartPolicy: { Delay: ms(500) },
    },
    UpdateConfig: { Parallelism: 0, Monitor: ms(1_000), FailureAction: "continue" },
  },
}

/** Runs the operations, checking after every commit what must always hold. */
class Run {
  readonly world = new World()
  readonly services = new Map<string, string>()
  #checked = 0

  constructor() {
    this.world.nodes(nodeIds.length, { cpus: cpusOfNode })
    this.world.network("net")
    this.world.behaviours.set("slow", { prepare: 2_000, start: 1_000, stop: 3_000 })
    this.world.behaviours.set("crash", { exit: { after: 400, code: 1 } })
    this.world.behaviours.set("once", { exit: { after: 900, code: 0 } })
  }

  apply(step: Op): void {
    const { world } = this
    const id = "name" in step ? this.services.get(step.name) : undefined
    switch (step.op) {
      case "create":
        if (!id) this.services.set(step.name, world.create(step.name, specs[step.name] ?? {}))
        break
      case "remove":
        if (id) world.remove(id)
        this.services.delete(step.name)
        break
      case "scale":
        if (id && step.name !== "g" && step.name !== "j") world.scale(id, step.replicas)
        break
      case "image":
        if (id)
          world.update(id, (s) => ({ ...s, TaskTemplate: { ...s.TaskTemplate, ContainerSpec: { Image: step.image } } }))
        break
      case "rollback":
        if (id && step.name !== "j") world.rollback(id)
        break
      case "availability":
        world.availability(step.node, step.to)
        break
      case "down":
        world.down(step.node)
        break
      case "up":
        world.up(step.node)
        break
      case "relabel":
        world.label(step.node, world.get(step.node).Spec.Labels.zone === "west" ? {} : { zone: "west" })
        break
      case "leader":
        world.changeLeader()
        break
      case "wait":
        world.run(step.duration)
    }
    this.check()
  }

  check(): void {
    for (const { task, before } of this.world.seen.slice(this.#checked)) {
      if (!before) continue
      expect(stateRank(task.Status.State), "observed state goes on").toBeGreaterThanOrEqual(
        stateRank(before.Status.State),
      )
      expect(stateRank(task.DesiredState), "desired state goes on").toBeGreaterThanOrEqual(
        stateRank(before.DesiredState),
      )
      if (before.NodeID) expect(task.NodeID, "a task keeps its node").toBe(before.NodeID)
    }
    this.#checked = this.world.seen.length
    this.#checkSlots()
    this.#checkJobs()
    this.#checkNodes()
    this.#checkAddresses()
  }

  #wanted(): ReadonlyArray<Task> {
    return [...this.world.store.all("tasks")].filter((t) => stateRank(t.DesiredState) <= stateRank("running"))
  }

  #checkSlots(): void {
    const startFirst = this.services.get("s")
    const slots = this.#wanted()
      .filter((task) => task.ServiceID !== startFirst)
      .map(slotKey)
    expect(new Set(slots).size, "one wanted task a slot").toBe(slots.length)
    for (const task of this.world.store.all("tasks"))
      expect(specOf(this.world.store, task), "every task has its spec").toBeDefined()
  }

  /** A job never has more under way than it may, nor more completed than it wants. */
  #checkJobs(): void {
    const id = this.services.get("j")
    const service = id && this.world.store.get("services", id)
    if (!service) return
    const { maxConcurrent, totalCompletions } = jobSizeOf(service.Spec)
    const tasks = this.world.tasks(id).filter((t) => isOfIteration(t, service))
    const underWay = tasks.filter((t) => t.Status.State !== "complete" && isWanted(t))
    const completed = tasks.filter((t) => t.Status.State === "complete")
    expect(underWay.length, "not too many under way").toBeLessThanOrEqual(maxConcurrent)
    expect(new Set(completed.map((t) => t.Slot)).size, "a slot completes once").toBe(completed.length)
    expect(completed.length + underWay.length, "not too many in all").toBeLessThanOrEqual(totalCompletions)
  }

  #checkNodes(): void {
    for (const nodeId of nodeIds) {
      const holding = this.world.store
        .find("tasks", "node", nodeId)
        .filter((t) => stateRank(t.Status.State) >= stateRank("assigned") && !isTerminal(t.Status.State))
      const reserved = holding.reduce(
        (sum, t) => sum + (specOf(this.world.store, t)?.Resources?.Reservations?.NanoCPUs ?? 0),
        0,
      )
      expect(reserved, "reservations fit").toBeLessThanOrEqual(cpusOfNode * 1e9)
      const withPort = holding.filter((t) => t.ServiceID === this.services.get("h"))
      expect(withPort.length, "one host port a node, one replica a node").toBeLessThanOrEqual(1)
    }
  }

  #checkAddresses(): void {
    const { store } = this.world
    const vips = [...store.all("services")].flatMap((s) => s.Endpoint.VirtualIPs?.map((vip) => vip.Addr) ?? [])
    const own = [...store.all("tasks")]
      .filter((t) => !isTerminal(t.Status.State))
      .flatMap((t) => t.NetworksAttachments?.flatMap((a) => a.Addresses) ?? [])
    expect(new Set([...vips, ...own]).size, "no address twice").toBe(vips.length + own.length)
  }

  /** Everything is well again; time passes until nothing is left to do. */
  quiet(): void {
    const jobId = this.services.get("j")
    if (jobId) this.world.remove(jobId)
    this.services.delete("j")
    for (const id of nodeIds) {
      this.world.up(id)
      this.world.availability(id, "active")
      this.world.label(id, {})
    }
    for (const [serviceName, id] of this.services) {
      this.world.update(id, (s) => ({
        ...s,
        TaskTemplate: {
          ...s.TaskTemplate,
          ContainerSpec: { Image: "app:1" },
          ForceUpdate: (s.TaskTemplate.ForceUpdate ?? 0) + 1,
        },
        ...(serviceName === "g" ? globally : replicas(Math.min(4, s.Mode?.Replicated?.Replicas ?? 1))),
      }))
    }
    this.world.run(180_000)
    this.check()
  }
}

describe("whatever happens to services and nodes", () => {
  it("states go on, slots hold one wanted task, reservations fit, addresses differ; and in quiet all runs that should", () => {
    fc.assert(
      fc.property(fc.array(op, { minLength: 1, maxLength: 30 }), (ops) => {
        const run = new Run()
        for (const step of ops) run.apply(step)
        run.quiet()
        const { world } = run
        for (const [serviceName, id] of run.services) {
          const wanted = serviceName === "g" ? nodeIds.length : (world.service(id).Spec.Mode?.Replicated?.Replicas ?? 1)
          expect(world.running(id), `${serviceName} runs`).toHaveLength(wanted)
          expect(world.service(id).UpdateStatus?.State ?? "completed").toBe("completed")
          expect(new Set(world.running(id).map((t) => t.SpecVersion.Index)).size).toBeLessThanOrEqual(1)
        }
        const alive = [...world.store.all("tasks")].filter((t) => !isTerminal(t.Status.State))
        expect(alive.every((t) => t.DesiredState === "running" && t.Status.State === "running")).toBe(true)
        for (const task of world.store.all("tasks")) expect([...run.services.values()]).toContain(task.ServiceID)
        for (const record of world.store.all("specs")) expect([...run.services.values()]).toContain(record.ServiceID)
        expect(world.nextWake).toBeUndefined()
      }),
      { numRuns: 60 },
    )
  })

  it("no task is given to a node that is paused, drained or down", () => {
    fc.assert(
      fc.property(fc.array(op, { minLength: 1, maxLength: 30 }), (ops) => {
        const run = new Run()
        for (const step of ops) {
          const from = run.world.seen.length
          const closed = () => new Set(nodeIds.filter((id) => !isOpen(run.world, id)))
          const before = closed()
          run.apply(step)
          const after = closed()
          for (const { task, before: was } of run.world.seen.slice(from)) {
            if (task.Status.State !== "assigned" || was?.Status.State === "assigned") continue
            expect(before.has(task.NodeID ?? "") && after.has(task.NodeID ?? ""), `${task.NodeID} is closed`).toBe(
              false,
            )
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  it("the same inputs lead to the same cluster", () => {
    fc.assert(
      fc.property(fc.array(op, { minLength: 1, maxLength: 15 }), (ops) => {
        const [one, other] = [new Run(), new Run()]
        for (const run of [one, other]) for (const step of ops) run.apply(step)
        expect(other.world.store.encode()).toEqual(one.world.store.encode())
      }),
      { numRuns: 20 },
    )
  })
})

function isOpen(world: World, id: string): boolean {
  const { Status, Spec } = world.get(id)
  return Status.State === "ready" && Spec.Availability === "active"
}

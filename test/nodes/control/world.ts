import * as Result from "effect/Result"
import type { Answer, ApiError } from "../../../core/errors.ts"
import { seconds } from "../../../core/instant.ts"
import { defaultClusterSpec } from "../../../core/model/cluster.ts"
import type { Node } from "../../../core/model/node.ts"
import type { ServiceSpec } from "../../../core/model/service.ts"
import type { SpecRecord, Task } from "../../../core/model/task.ts"
import { Random } from "../../../core/random.ts"
import { ClusterStore } from "../../../core/store/store.ts"
import type { Draft, Transaction } from "../../../core/store/transaction.ts"
import { answer } from "../../../nodes/manager/control/answer.ts"
import type { ControlRequest, Filters } from "../../../nodes/manager/control/request.ts"

export const start = Date.UTC(2026, 0, 1)

/** A store that answers requests one at a time, each in a transaction of its own that is committed when it wrote something. */
export class World {
  readonly store = new ClusterStore()
  readonly random = new Random("world")
  readonly reachable = new Set<string>()
  leader = "m1"
  now = start

  constructor() {
    this.change((tx) => {
      tx.create("clusters", {
        ID: "cluster",
        Spec: defaultClusterSpec,
        DefaultAddrPool: ["10.0.0.0/8"],
        SubnetSize: 24,
        DataPathPort: 4789,
        RootRotationInProgress: false,
      })
      tx.create("networks", {
        ID: "ingressnetwork",
        Spec: { Name: "ingress", Driver: "overlay", Ingress: true, Labels: {} },
        Allocation: {
          VNI: 4096,
          IPAM: { Driver: "default", Config: [{ Subnet: "10.0.0.0/24", Gateway: "10.0.0.1" }] },
        },
      })
    })
  }

  change<A>(write: (tx: Transaction) => A): A {
    this.now += seconds(1)
    const tx = this.store.begin(this.now)
    const result = write(tx)
    const changes = tx.changeSet()
    if (changes.length > 0) this.store.apply(changes, this.store.index + 1)
    return result
  }

  /** The answer, and that a refused request wrote nothing. */
  ask(request: ControlRequest): Answer<unknown> {
    return this.change((tx) => {
      const managers = { leader: this.leader, reachable: this.reachable }
      const result = answer({ tx, now: this.now, random: this.random, managers }, request)
      if (Result.isFailure(result) && tx.steps.length > 0) throw new Error("a refused request wrote something")
      return result
    })
  }

  /** The answers of requests that share a transaction. */
  together(requests: ReadonlyArray<ControlRequest>): ReadonlyArray<Answer<unknown>> {
    return this.change((tx) => {
      const context = {
        tx,
        now: this.now,
        random: this.random,
        managers: { leader: this.leader, reachable: this.reachable },
      }
      return requests.map((request) => answer(context, request))
    })
  }

  /** The answer of a request that must succeed, as JSON would bring it. */
  get<A>(request: ControlRequest): A {
    const result = this.ask(request)
    if (Result.isFailure(result)) throw new Error(`${result.failure.status} ${result.failure.message}`)
    return JSON.parse(JSON.stringify(result.success)) as A
  }

  /** What a request that must fail is told. */
  refusal(request: ControlRequest): ApiError {
    const result = this.ask(request)
    if (Result.isSuccess(result)) throw new Error(`was not refused: ${JSON.stringify(result.success)}`)
    return result.failure
  }

  addNode(id: string, role: "manager" | "worker", more: Partial<Draft<"nodes">> = {}): Node {
    if (role === "manager") this.reachable.add(id)
    return this.change((tx) => tx.create("nodes", { ...node(id, role), ...more }))
  }

  createService(spec: ServiceSpec): string {
    return this.get<{ ID: string }>({ op: "service.create", spec }).ID
  }

  /** A task as the control loops would make one. */
  addTask(serviceId: string, more: Partial<Draft<"tasks">> = {}): Task {
    return this.change((tx) => {
      const service = tx.get("services", serviceId)
      if (!service) throw new Error(`no service ${serviceId}`)
      const specId = `${serviceId}.${service.SpecVersion.Index}`
      const record: Draft<"specs"> = {
        ID: specId,
        ServiceID: serviceId,
        SpecVersion: service.SpecVersion,
        ServiceName: service.Spec.Name,
        Spec: service.Spec.TaskTemplate,
      } satisfies Omit<SpecRecord, "Version" | "CreatedAt" | "UpdatedAt">
      if (!tx.get("specs", specId)) tx.create("specs", record)
      return tx.create("tasks", {
        ID: `task${tx.count("tasks") + 1}`,
        ServiceID: serviceId,
        SpecVersion: service.SpecVersion,
        Slot: 1,
        Status: { Timestamp: "2026-01-01T00:00:00Z", State: "running", Message: "started" },
        DesiredState: "running",
        ...more,
      })
    })
  }

  /** IDs or names of a list. */
  list(op: ListOp, filters: Filters): ReadonlyArray<string> {
    const request = op === "service.list" ? { op, filters, status: false } : { op, filters }
    return this.get<ReadonlyArray<Listed>>(request).map(
      (one) => one.Name ?? one.Description?.Hostname ?? one.Spec?.Name ?? one.ID,
    )
  }
}

type ListOp = "node.list" | "service.list" | "task.list" | "network.list" | "secret.list" | "config.list"

interface Listed {
  readonly ID: string
  readonly Name?: string
  readonly Spec?: { readonly Name?: string }
  readonly Description?: { readonly Hostname: string }
}

export const node = (id: string, role: "manager" | "worker"): Draft<"nodes"> => ({
  ID: id,
  Spec: { Labels: {}, Role: role, Availability: "active" },
  Description: {
    Hostname: `host-${id}`,
    Platform: { Architecture: "x86_64", OS: "linux" },
    Resources: { NanoCPUs: 4e9, MemoryBytes: 8 * 2 ** 30 },
    Engine: { EngineVersion: "20.10.24", Plugins: [] },
  },
  Status: { State: "ready", Addr: "10.77.0.1" },
  ...(role === "manager" && {
    ManagerStatus: { Reachability: "reachable" as const, Addr: "10.77.0.1:2377", RaftID: 7 },
  }),
})

/** The spec of a service, as short as it can be. */
export const service = (name: string, more: Partial<ServiceSpec> = {}): ServiceSpec => ({
  Name: name,
  TaskTemplate: { ContainerSpec: { Image: "nginx:alpine" } },
  ...more,
})

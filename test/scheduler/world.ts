import { type Instant, millisToNanos, toRfc3339 } from "../../core/instant.ts"
import { defaultClusterSpec } from "../../core/model/cluster.ts"
import { isJobMode, modeOf } from "../../core/model/defaults.ts"
import type { Node } from "../../core/model/node.ts"
import type { GenericResource } from "../../core/model/resources.ts"
import type { JobStatus, Service, ServiceSpec } from "../../core/model/service.ts"
import { isTerminal, type Task, type TaskState } from "../../core/model/task.ts"
import { Random } from "../../core/random.ts"
import { type Applied, decodeChangeSet, encodeChangeSet } from "../../core/store/change.ts"
import { ClusterStore } from "../../core/store/store.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import { ControlPlane } from "../../scheduler/control-plane.ts"
import { firstSpecVersion, rolledBack, withNewSpec } from "../../scheduler/orchestrator/spec-versions.ts"
import { type Behaviour, ScriptedAgents } from "./scripted-agents.ts"

export interface Seen {
  /** Milliseconds since the world began. */
  readonly at: number
  readonly task: Task
  readonly before: Task | undefined
}

/** A leader's control plane over a store, with scripted agents, on virtual time. */
export class World {
  readonly start: Instant = Date.UTC(2030, 0, 1)
  now: Instant = this.start
  readonly store = new ClusterStore()
  /** Every task change that was committed. */
  readonly seen: Array<Seen> = []
  readonly #agents = new ScriptedAgents(this.store)
  /** Entries that were committed. */
  commits = 0
  /** Told of every entry. */
  onCommit: (entry: {
    readonly at: Instant
    readonly index: number
    readonly changes: ReadonlyArray<Applied>
  }) => void = () => {}
  #plane: ControlPlane
  #index = 0
  #leaders = 0
  #ids = 0

  constructor(options: { readonly ingress?: boolean; readonly historyLimit?: number } = {}) {
    this.#plane = this.#newLeader()
    this.commit((tx) => {
      tx.create("clusters", {
        ID: "cluster",
        Spec: {
          ...defaultClusterSpec,
          Orchestration: { TaskHistoryRetentionLimit: options.historyLimit ?? 5 },
        },
        DefaultAddrPool: ["10.0.0.0/8"],
        SubnetSize: 24,
        DataPathPort: 4789,
        RootRotationInProgress: false,
      })
      if (options.ingress === false) return
      tx.create("networks", { ID: "ingress", Spec: { Name: "ingress", Driver: "overlay", Ingress: true } })
    })
  }

  #newLeader(): ControlPlane {
    return new ControlPlane({ random: new Random(`leader ${++this.#leaders}`) })
  }

  /** Another leader takes over: all that the old one remembered is lost. */
  changeLeader(): void {
    this.#plane = this.#newLeader()
    this.commit()
  }

  /** One cycle with these writes, and those after it that it leads to at once. */
  commit(write: (tx: Transaction) => void = () => {}): void {
    this.#cycle(write)
    for (let cycles = 0; this.#plane.pending(); cycles++) {
      if (cycles > 20) throw new Error("the control loops do not come to rest")
      this.#cycle(() => {})
    }
  }

  /** One cycle, and nothing of what it leads to. Answers what was committed. */
  cycle(write: (tx: Transaction) => void = () => {}): ReadonlyArray<Applied> {
    return this.#cycle(write)
  }

  #cycle(write: (tx: Transaction) => void): ReadonlyArray<Applied> {
    const tx = this.store.begin(this.now)
    write(tx)
    this.#plane.turn(this.now, tx)
    const changes = tx.changeSet()
    if (changes.length === 0) return []
    this.commits++
    const applied = this.store.apply(decodeChangeSet(encodeChangeSet(changes)), ++this.#index)
    this.onCommit({ at: this.now, index: this.#index, changes: applied })
    for (const change of applied) {
      if (change.table !== "tasks" || !change.after) continue
      this.seen.push({ at: this.now - this.start, task: change.after, before: change.before })
      this.#agents.ask(this.now, change.after)
    }
    return applied
  }

  /** How containers behave, by image. */
  get behaviours(): Map<string, Behaviour> {
    return this.#agents.behaviours
  }

  get nextWake(): Instant | undefined {
    return this.#plane.nextWake()
  }

  /** Lets time pass, in milliseconds. */
  run(duration: number): void {
    const end = this.now + duration
    for (let events = 0; ; events++) {
      if (events > 200_000) throw new Error("time stands still")
      const next = Math.min(this.#plane.nextWake() ?? Infinity, this.#agents.next())
      if (next > end) break
      this.now = Math.max(this.now, next)
      const due = this.#agents.takeDue(this.now)
      this.commit((tx) => {
        for (const step of due) this.#agents.report(tx, this.now, step)
      })
    }
    this.now = end
  }

  // What clients do

  node(id: string, change: NodeChange = {}): Node {
    this.commit((tx) => {
      tx.create("nodes", {
        ID: id,
        Spec: { Labels: change.labels ?? {}, Role: change.role ?? "worker", Availability: "active" },
        Description: {
          Hostname: id,
          Platform: { OS: "linux", Architecture: "x86_64" },
          Resources: {
            NanoCPUs: (change.cpus ?? 8) * 1e9,
            MemoryBytes: change.memory ?? 16e9,
            ...(change.generic && { GenericResources: change.generic }),
          },
          Engine: {
            EngineVersion: "27.0.0",
            Labels: change.engineLabels ?? {},
            ...(change.plugins && { Plugins: change.plugins }),
          },
        },
        Status: { State: "ready", Addr: change.addr ?? "192.168.0.1" },
      })
    })
    return this.get(id)
  }

  nodes(count: number, change: NodeChange = {}): void {
    for (let i = 1; i <= count; i++) this.node(`node${i}`, change)
  }

  get(nodeId: string): Node {
    const node = this.store.get("nodes", nodeId)
    if (!node) throw new Error(`no node ${nodeId}`)
    return node
  }

  changeNode(id: string, change: (node: Node) => Node): void {
    this.commit((tx) => {
      const node = tx.get("nodes", id)
      if (node) tx.update("nodes", change(node))
    })
  }

  availability(id: string, Availability: Node["Spec"]["Availability"]): void {
    this.changeNode(id, (node) => ({ ...node, Spec: { ...node.Spec, Availability } }))
  }

  label(id: string, Labels: Record<string, string>): void {
    this.changeNode(id, (node) => ({ ...node, Spec: { ...node.Spec, Labels } }))
  }

  /** The node's agent falls silent and the manager notices at once. */
  down(id: string): void {
    this.#agents.fallSilent(id)
    this.changeNode(id, (node) => ({ ...node, Status: { ...node.Status, State: "down" } }))
  }

  /** The node comes back with what it still has. */
  up(id: string): void {
    this.#agents.answerAgain(id)
    this.changeNode(id, (node) => ({ ...node, Status: { ...node.Status, State: "ready" } }))
    for (const task of this.store.find("tasks", "node", id)) this.#agents.ask(this.now, task)
  }

  /** As `node rm --force`: its tasks are orphans from then on. */
  removeNode(id: string): void {
    this.#agents.fallSilent(id)
    this.commit((tx) => {
      for (const task of tx.find("tasks", "node", id)) {
        if (isTerminal(task.Status.State)) continue
        tx.update("tasks", { ...task, Status: { Timestamp: toRfc3339(this.now), State: "orphaned" } })
      }
      tx.delete("nodes", id)
    })
  }

  network(id: string, Subnet?: string, more: { readonly Ingress?: boolean } = {}): void {
    this.commit((tx) => {
      tx.create("networks", {
        ID: id,
        Spec: { Name: id, Driver: "overlay", ...more, ...(Subnet ? { IPAM: { Config: [{ Subnet }] } } : {}) },
      })
    })
  }

  create(name: string, spec: Partial<ServiceSpec> = {}): string {
    const id = `${name}-${++this.#ids}`
    this.commit((tx) => {
      const Spec = serviceSpec(name, spec)
      tx.create("services", {
        ID: id,
        Spec,
        SpecVersion: firstSpecVersion,
        Endpoint: {},
        ...(isJobMode(modeOf(Spec)) && { JobStatus: this.#iteration(0) }),
      })
    })
    return id
  }

  service(id: string): Service {
    const service = this.store.get("services", id)
    if (!service) throw new Error(`no service ${id}`)
    return service
  }

  update(id: string, change: (spec: ServiceSpec) => ServiceSpec): void {
    this.commit((tx) => {
      const service = tx.get("services", id)
      if (!service) return
      const after = withNewSpec(service, change(service.Spec))
      const iteration = service.JobStatus && this.#iteration(service.JobStatus.JobIteration.Index + 1)
      tx.update("services", { ...after, ...(iteration && { JobStatus: iteration }) })
    })
  }

  #iteration(Index: number): JobStatus {
    return { JobIteration: { Index }, LastExecution: toRfc3339(this.now) }
  }

  scale(id: string, Replicas: number): void {
    this.update(id, (spec) => ({ ...spec, Mode: { Replicated: { Replicas } } }))
  }

  image(id: string, Image: string): void {
    this.update(id, (spec) => ({ ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { Image } } }))
  }

  rollback(id: string): void {
    this.commit((tx) => {
      const service = tx.get("services", id)
      const back = service && rolledBack(service, this.now)
      if (back) tx.update("services", back)
    })
  }

  remove(id: string): void {
    this.commit((tx) => tx.delete("services", id))
  }

  // What one looks at

  /** By slot, then by age. */
  tasks(serviceId: string): ReadonlyArray<Task> {
    return this.store
      .find("tasks", "service", serviceId)
      .toSorted((a, b) => (a.Slot ?? 0) - (b.Slot ?? 0) || Date.parse(a.CreatedAt) - Date.parse(b.CreatedAt))
  }

  running(serviceId: string): ReadonlyArray<Task> {
    return this.tasks(serviceId).filter((t) => t.Status.State === "running" && t.DesiredState === "running")
  }

  /** When (ms since `since`) tasks of the service reached the state, in order. */
  times(serviceId: string, state: TaskState, since = 0): ReadonlyArray<number> {
    return this.seen
      .filter(
        ({ task, before }) =>
          task.ServiceID === serviceId && task.Status.State === state && before?.Status.State !== state,
      )
      .map(({ at }) => at - since)
      .filter((at) => at >= 0)
  }

  get elapsed(): number {
    return this.now - this.start
  }
}

export interface NodeChange {
  readonly labels?: Record<string, string>
  readonly engineLabels?: Record<string, string>
  readonly role?: "worker" | "manager"
  readonly cpus?: number
  readonly memory?: number
  readonly addr?: string
  readonly generic?: ReadonlyArray<GenericResource>
  readonly plugins?: ReadonlyArray<{ readonly Type: string; readonly Name: string }>
}

export const serviceSpec = (name: string, spec: Partial<ServiceSpec> = {}): ServiceSpec => ({
  Name: name,
  TaskTemplate: { ContainerSpec: { Image: "app:1" } },
  Mode: { Replicated: { Replicas: 1 } },
  ...spec,
})

export const replicas = (Replicas: number): Pick<ServiceSpec, "Mode"> => ({ Mode: { Replicated: { Replicas } } })

export const globally: Pick<ServiceSpec, "Mode"> = { Mode: { Global: {} } }

export const globallyOnce: Pick<ServiceSpec, "Mode"> = { Mode: { GlobalJob: {} } }

export const job = (TotalCompletions: number, MaxConcurrent = TotalCompletions): Pick<ServiceSpec, "Mode"> => ({
  Mode: { ReplicatedJob: { MaxConcurrent, TotalCompletions } },
})

export const ms = millisToNanos

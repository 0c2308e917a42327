import { type Instant, millisToNanos, toRfc3339 } from "../../core/instant.ts"
import { defaultClusterSpec } from "../../core/model/cluster.ts"
import { isJobMode, modeOf } from "../../core/model/defaults.ts"
import type { Node } from "../../core/model/node.ts"
import type { GenericResource } from "../../core/model/resources.ts"
import type { JobStatus, Service, ServiceSpec } from "../../core/model/service.ts"
import { isTerminal, stateRank, type Task, type TaskState } from "../../core/model/task.ts"
import { Random } from "../../core/random.ts"
import { type Applied, decodeChangeSet, encodeChangeSet } from "../../core/store/change.ts"
import { specOf } from "../../core/store/reader.ts"
import { ClusterStore } from "../../core/store/store.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import { ControlPlane } from "../../scheduler/control-plane.ts"
import { firstSpecVersion, rolledBack, withNewSpec } from "../../scheduler/orchestrator/spec-versions.ts"

/** How containers of an image behave, in milliseconds. `exit` ends them by themselves, `reject` refuses to prepare them. */
export interface Behaviour {
  readonly prepare?: number
  readonly start?: number
  readonly stop?: number
  readonly exit?: { readonly after: number; readonly code: number }
  readonly reject?: string
}

interface Step {
  readonly at: Instant
  readonly taskId: string
  readonly from: TaskState
  readonly to: TaskState
  readonly message: string
  readonly err?: string
}

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
  readonly behaviours = new Map<string, Behaviour>()
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
  /** What agents will report, by task. */
  readonly #steps = new Map<string, ReadonlyArray<Step>>()
  /** Nodes whose agents do not answer. */
  readonly #dead = new Set<string>()

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
      this.#ask(change.after)
    }
    return applied
  }

  get nextWake(): Instant | undefined {
    return this.#plane.nextWake()
  }

  /** Lets time pass, in milliseconds. */
  run(duration: number): void {
    const end = this.now + duration
    for (let events = 0; ; events++) {
      if (events > 200_000) throw new Error("time stands still")
      let next = this.#plane.nextWake() ?? Infinity
      for (const steps of this.#steps.values()) for (const { at } of steps) next = Math.min(next, at)
      if (next > end) break
      this.now = Math.max(this.now, next)
      const due = this.#takeDue()
      this.commit((tx) => {
        for (const step of due) this.#report(tx, step)
      })
    }
    this.now = end
  }

  // Agents

  #ask(task: Task): void {
    const step = this.#nextStep(task)
    if (!step || this.#dead.has(task.NodeID ?? "")) return
    const steps = this.#steps.get(task.ID) ?? []
    if (steps.some((other) => other.from === step.from && other.to === step.to)) return
    this.#steps.set(task.ID, [...steps, step])
  }

  #takeDue(): ReadonlyArray<Step> {
    const due: Array<Step> = []
    for (const [id, steps] of this.#steps) {
      const later = steps.filter((step) => step.at > this.now)
      due.push(...steps.filter((step) => step.at <= this.now))
      if (later.length > 0) this.#steps.set(id, later)
      else this.#steps.delete(id)
    }
    return due
  }

  #nextStep(task: Task): Step | undefined {
    const { State } = task.Status
    if (task.NodeID === undefined || stateRank(State) < stateRank("assigned") || isTerminal(State)) return undefined
    const behaviour = this.behaviours.get(specOf(this.store, task)?.ContainerSpec?.Image ?? "") ?? {}
    const step = (after: number, to: TaskState, message: string, err?: string): Step => ({
      at: this.now + after,
      taskId: task.ID,
      from: State,
      to,
      message,
      ...(err === undefined ? {} : { err }),
    })
    if (stateRank(task.DesiredState) > stateRank("complete")) {
      return step(stateRank(State) >= stateRank("starting") ? (behaviour.stop ?? 100) : 0, "shutdown", "shutdown")
    }
    switch (State) {
      case "assigned":
        return step(0, "accepted", "accepted")
      case "accepted":
        return step(0, "preparing", "preparing")
      case "preparing":
        if (behaviour.reject !== undefined)
          return step(behaviour.prepare ?? 100, "rejected", "preparing", behaviour.reject)
        return step(behaviour.prepare ?? 100, "ready", "prepared")
      case "ready":
        return task.DesiredState !== "ready" ? step(0, "starting", "starting") : undefined
      case "starting":
        return step(behaviour.start ?? 100, "running", "started")
      case "running":
        if (!behaviour.exit) return undefined
        return behaviour.exit.code === 0
          ? step(behaviour.exit.after, "complete", "finished")
          : step(behaviour.exit.after, "failed", "started", `task: non-zero exit (${behaviour.exit.code})`)
      default:
        return undefined
    }
  }

  #report(tx: Transaction, step: Step): void {
    const task = tx.get("tasks", step.taskId)
    if (!task || task.Status.State !== step.from || this.#dead.has(task.NodeID ?? "")) return
    const stopping = stateRank(task.DesiredState) > stateRank("complete")
    if (stopping && step.to !== "shutdown" && !isTerminal(step.to)) return
    tx.update("tasks", {
      ...task,
      Status: {
        Timestamp: toRfc3339(this.now),
        State: step.to,
        Message: step.message,
        ...(step.err === undefined ? {} : { Err: step.err }),
      },
    })
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
    this.#dead.add(id)
    this.changeNode(id, (node) => ({ ...node, Status: { ...node.Status, State: "down" } }))
  }

  /** The node comes back with what it still has. */
  up(id: string): void {
    this.#dead.delete(id)
    this.changeNode(id, (node) => ({ ...node, Status: { ...node.Status, State: "ready" } }))
    for (const task of this.store.find("tasks", "node", id)) this.#ask(task)
  }

  /** As `node rm --force`: its tasks are orphans from then on. */
  removeNode(id: string): void {
    this.#dead.add(id)
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

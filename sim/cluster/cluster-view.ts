import type { ApiError } from "../../core/errors.ts"
import { type Instant, type Millis, seconds } from "../../core/instant.ts"
import { modeOf, type Node, type Role, replicasOf, type Service, type Task } from "../../core/model/index.ts"
import type { TaskSpec } from "../../core/model/task-spec.ts"
import { type ClusterStore, specOf } from "../../core/store/index.ts"
import type { StatusEvent } from "../../nodes/status.ts"
import type { Host } from "./host.ts"
import { Journal } from "./journal.ts"
import { World, type WorldOptions } from "./world.ts"

/** A request was refused, with Docker's words and status. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused"
  readonly status: number
  constructor(error: ApiError) {
    super(error.message)
    this.status = error.status
  }
}

/** What was waited for did not come within the virtual time allowed. The message ends with the last events. */
export class TookTooLong extends Error {
  override readonly name = "TookTooLong"
}

/** A task as the Engine API shows it: with the spec it was made from. */
export type TaskView = Task & { readonly Spec: TaskSpec }

/** Everything but the seed has a default: 3 managers, 3 workers. */
export interface ClusterOptions extends Partial<Omit<WorldOptions, "seed">>, Pick<WorldOptions, "seed"> {
  /** The cluster's first moments are still to come: no leader, no nodes. Default: a leader leads and every machine has joined. */
  readonly cold?: boolean
}

/** What is in a simulated cluster, and its clock, which moves only when told to. Nothing here waits on the wall clock. */
export class ClusterView {
  readonly world: World
  readonly journal: Journal

  constructor(options: WorldOptions) {
    this.world = new World(options)
    this.journal = new Journal(this.world)
  }

  get now(): Instant {
    return this.world.now
  }

  get events(): ReadonlyArray<StatusEvent> {
    return this.journal.events
  }

  /** Lets virtual time pass. */
  run(span: Millis): void {
    this.world.queue.runFor(span)
  }

  /** Lets time pass, event by event, until the condition holds. Returns how long it took. */
  runUntil(condition: () => boolean, options: { readonly within?: Millis; readonly what?: string } = {}): Millis {
    const started = this.now
    const end = started + (options.within ?? seconds(120))
    const { queue } = this.world
    while (!condition()) {
      const next = queue.nextAt
      if (next === undefined || next > end) throw this.#tooLong(options.what ?? "the condition", end - started)
      queue.runNext()
    }
    return this.now - started
  }

  /** Until every service runs what it wants and every node is up: replicas match, no update is under way. */
  converge(options: { readonly within?: Millis } = {}): Millis {
    return this.runUntil(() => this.converged(), { what: "convergence", ...options })
  }

  converged(): boolean {
    const store = this.#leaderStore()
    if (!store) return false
    const nodes = [...store.all("nodes")]
    if (nodes.some((node) => node.Status.State === "unknown")) return false
    const [cluster] = store.all("clusters")
    const removed = new Set(cluster?.RemovedNodes)
    const belongs = (host: Host) => host.running && host.nodeId !== "" && !removed.has(host.nodeId)
    if (nodes.length < this.world.hosts.filter(belongs).length) return false
    return [...store.all("services")].every((service) => isConverged(store, service, nodes))
  }

  /** The name of the manager that leads; undefined while none does. */
  leader(): string | undefined {
    return this.world.leader()?.name
  }

  /** As the leader has it now (while none leads, the manager that has applied most), or the named manager. */
  nodes(at?: string): ReadonlyArray<Node> {
    return [...this.storeOf(at).all("nodes")]
  }

  services(at?: string): ReadonlyArray<Service> {
    return [...this.storeOf(at).all("services")]
  }

  node(name: string): Node {
    const node = this.storeOf().get("nodes", this.nodeIdOf(name))
    if (!node) throw new Error(`node ${name} not found`)
    return node
  }

  service(name: string): Service {
    const service = this.storeOf().find("services", "name", name)[0]
    if (!service) throw new Error(`service ${name} not found`)
    return service
  }

  /** The tasks of a service (all, if none is named), ended ones included. */
  tasks(service?: string): ReadonlyArray<TaskView> {
    const store = this.storeOf()
    const tasks =
      service === undefined ? [...store.all("tasks")] : store.find("tasks", "service", this.service(service).ID)
    return tasks.map((task) => ({ ...task, Spec: specOf(store, task) ?? {} }))
  }

  /** The tasks of a service that run and are meant to. */
  running(service?: string): ReadonlyArray<TaskView> {
    return this.tasks(service).filter((t) => t.Status.State === "running" && t.DesiredState === "running")
  }

  /** The name of the machine a task is on. */
  machineOf(task: Task): string | undefined {
    return task.NodeID === undefined ? undefined : this.world.host(task.NodeID)?.name
  }

  /** What machines join with. */
  token(role: Role): string {
    const [cluster] = this.storeOf().all("clusters")
    return (role === "manager" ? cluster?.JoinTokens?.Manager : cluster?.JoinTokens?.Worker) ?? ""
  }

  protected nodeIdOf(name: string): string {
    return this.world.host(name)?.nodeId || name
  }

  protected host(name: string): Host {
    const host = this.world.host(name)
    if (!host) throw new Error(`no machine ${name}; there are ${this.world.hosts.map((h) => h.name).join(", ")}`)
    return host
  }

  #leaderStore(): ClusterStore | undefined {
    return this.world.leader()?.manager?.store
  }

  protected storeOf(at?: string): ClusterStore {
    const host = at === undefined ? this.world.bestInformed() : this.host(at)
    const store = host?.manager?.store
    if (!store) throw new Error(at === undefined ? "no manager is up" : `no manager runs on ${at}`)
    return store
  }

  #tooLong(what: string, span: Millis): TookTooLong {
    const last = this.events.slice(-12).map((e) => `  ${new Date(e.at).toISOString()} ${e.text}`)
    return new TookTooLong(`${what} did not come within ${span} ms; seed ${this.world.seed}\n${last.join("\n")}`)
  }
}

function isConverged(store: ClusterStore, service: Service, nodes: ReadonlyArray<Node>): boolean {
  if (service.UpdateStatus?.State === "updating" || service.UpdateStatus?.State === "rollback_started") return false
  const tasks = store.find("tasks", "service", service.ID)
  const wanted = tasks.filter((task) => task.DesiredState === "running" || task.DesiredState === "ready")
  const settled = wanted.every((task) => task.Status.State === "running" && task.DesiredState === "running")
  if (modeOf(service.Spec) === "replicated") return settled && wanted.length === replicasOf(service.Spec)
  return settled && (wanted.length > 0 || nodes.every((node) => node.Spec.Availability !== "active"))
}

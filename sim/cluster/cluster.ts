import * as Result from "effect/Result"
import { type Answer, type ApiError, outOfSequence } from "../../core/errors.ts"
import { type Instant, type Millis, seconds } from "../../core/instant.ts"
import { type ClusterSpec, defaultClusterSpec } from "../../core/model/cluster.ts"
import {
  type Availability,
  modeOf,
  type Node,
  type Role,
  replicasOf,
  type Service,
  type ServiceSpec,
  type Task,
} from "../../core/model/index.ts"
import type { TaskSpec } from "../../core/model/task-spec.ts"
import { type ClusterStore, specOf } from "../../core/store/index.ts"
import type { MachineSize } from "../../nodes/engine/simulated/description.ts"
import type { ControlRequest, SwarmUpdate } from "../../nodes/manager/control/request.ts"
import type { InitRequest, JoinRequest } from "../../nodes/node/requests.ts"
import type { SwarmNode } from "../../nodes/node/swarm-node.ts"
import type { StatusEvent } from "../../nodes/status.ts"
import type { Host } from "./host.ts"
import { Journal } from "./journal.ts"
import { deployStack, removeStack, type StackFile } from "./stack.ts"
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

/**
 * A simulated cluster in one object, for tests: machines that can be crashed and cut off, a clock that moves only when told to, the
 * requests that the docker CLI would make. Nothing here waits on the wall clock.
 */
export class Cluster {
  readonly world: World
  readonly journal: Journal

  constructor(options: ClusterOptions) {
    this.world = new World({ managers: 3, workers: 3, ...options })
    this.journal = new Journal(this.world)
    if (!options.cold && options.managers !== 0) this.converge()
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

  /** Asks a manager (the first one up, unless named), as a client of its API would, and lets time pass until it answers. */
  ask(request: ControlRequest, options: { readonly at?: string; readonly within?: Millis } = {}): Answer<unknown> {
    const host = options.at === undefined ? this.world.managers.find((h) => h.running) : this.#host(options.at)
    if (!host) throw new TookTooLong("no manager is up to ask")
    let answer: Answer<unknown> | undefined
    host.request(request, (given) => {
      answer = given
    })
    this.runUntil(() => answer !== undefined, {
      what: `an answer to ${request.op}`,
      within: options.within ?? seconds(30),
    })
    if (answer === undefined) throw new TookTooLong(request.op)
    return answer
  }

  /** As `ask`, but what is refused is thrown. */
  request(request: ControlRequest, options: { readonly at?: string; readonly within?: Millis } = {}): unknown {
    const answer = this.ask(request, options)
    if (Result.isFailure(answer)) throw new RequestRefused(answer.failure)
    return answer.success
  }

  createService(spec: ServiceSpec): string {
    const created = this.request({ op: "service.create", spec })
    return typeof created === "object" && created !== null && "ID" in created ? String(created.ID) : ""
  }

  updateService(name: string, change: (spec: ServiceSpec) => ServiceSpec): void {
    this.#inSequence(() => {
      const { ID, Version, Spec } = this.service(name)
      return { op: "service.update", name: ID, version: Version.Index, spec: change(Spec), rollback: false }
    })
  }

  scale(name: string, replicas: number): void {
    this.updateService(name, (spec) => ({ ...spec, Mode: { Replicated: { Replicas: replicas } } }))
  }

  removeService(name: string): void {
    this.request({ op: "service.remove", name })
  }

  /** Deploys a compose file as `docker stack deploy` does. Give a path or the text itself. */
  deploy(file: StackFile, stack: string): void {
    deployStack(file, stack, (request) => this.request(request))
  }

  removeStack(stack: string): void {
    removeStack(stack, (request) => this.request(request))
  }

  drain(node: string): void {
    this.#setAvailability(node, "drain")
  }

  pause(node: string): void {
    this.#setAvailability(node, "pause")
  }

  activate(node: string): void {
    this.#setAvailability(node, "active")
  }

  /** Takes a machine's power away: processes, containers, and what was not on disk. */
  crash(name: string): void {
    this.#host(name).crash()
    this.journal.machine(`${name} crashed`)
  }

  /** Stops a machine in good order: if its manager leads, another one takes over first. */
  stop(name: string): void {
    this.#host(name).stop(seconds(1))
    this.journal.machine(`${name} stopped`)
  }

  start(name: string): void {
    this.#host(name).start()
    this.journal.machine(`${name} started`)
  }

  /** Nothing passes between the two machines any more. */
  cut(a: string, b: string): void {
    this.world.network.cut(this.#host(a).name, this.#host(b).name)
    this.journal.machine(`link between ${a} and ${b} cut`)
  }

  /** Cuts a machine off from all others. */
  isolate(name: string): void {
    this.world.network.isolate(this.#host(name).name)
    this.journal.machine(`${name} cut off`)
  }

  /** Undoes every cut. */
  heal(): void {
    this.world.network.heal()
    this.journal.machine("network healed")
  }

  /** As the leader has it now (while none leads, the manager that has applied most), or the named manager. */
  nodes(at?: string): ReadonlyArray<Node> {
    return [...this.#store(at).all("nodes")]
  }

  services(at?: string): ReadonlyArray<Service> {
    return [...this.#store(at).all("services")]
  }

  node(name: string): Node {
    const node = this.#store().get("nodes", this.#nodeId(name))
    if (!node) throw new Error(`node ${name} not found`)
    return node
  }

  service(name: string): Service {
    const service = this.#store().find("services", "name", name)[0]
    if (!service) throw new Error(`service ${name} not found`)
    return service
  }

  /** The tasks of a service (all, if none is named), ended ones included. */
  tasks(service?: string): ReadonlyArray<TaskView> {
    const store = this.#store()
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

  /** A new machine in the world, running, in no swarm. */
  addMachine(name: string, size: MachineSize = {}): Host {
    const host = this.world.addHost(name, size)
    host.start()
    this.journal.machine(`${name} added`)
    return host
  }

  /** Takes a machine away for good: its power first, if it runs. */
  removeMachine(name: string): void {
    this.#host(name).crash()
    this.world.removeHost(name)
    this.journal.machine(`${name} removed`)
  }

  /** `docker swarm init` on a machine. Returns the node's ID. */
  init(name: string, more: Partial<InitRequest> = {}): string {
    const request = { ...defaultInit, ...more }
    return this.#onNode<string>(name, "swarm init", (node, reply) => node.init(request, reply))
  }

  /** `docker swarm join` on a machine, with the token for this role, through a manager (the first one up, unless named). */
  join(
    name: string,
    role: Role,
    options: { readonly through?: string; readonly availability?: Availability } = {},
  ): void {
    const { through, availability = "active" } = options
    const manager = through === undefined ? this.world.managers.find((host) => host.running) : this.#host(through)
    const request: JoinRequest = {
      listenAddr: "",
      advertiseAddr: "",
      remoteAddrs: [manager?.addr ?? ""],
      token: this.token(role),
      availability,
    }
    this.#onNode<null>(name, "swarm join", (node, reply) => node.join(request, reply))
  }

  /** `docker swarm leave` on a machine. */
  leave(name: string, options: { readonly force?: boolean } = {}): void {
    this.#onNode<null>(name, "swarm leave", (node, reply) => node.leave(options.force === true, reply))
  }

  /** `docker swarm unlock` on a machine. */
  unlock(name: string, key: string): void {
    this.#onNode<null>(name, "swarm unlock", (node, reply) => node.unlock(key, reply))
  }

  /** `docker swarm update` on a manager (the first one up, unless named). */
  updateSwarm(
    change: (spec: ClusterSpec) => ClusterSpec,
    options: { readonly at?: string } & Partial<Omit<SwarmUpdate, "version" | "spec">> = {},
  ): void {
    const { at, ...rotate } = options
    const name = at ?? this.world.managers.find((host) => host.manager?.isMember)?.name ?? ""
    const [cluster] = this.#store().all("clusters")
    const { Index: version } = cluster?.Version ?? { Index: 0 }
    const spec = change(cluster?.Spec ?? defaultClusterSpec)
    const none = { rotateWorkerToken: false, rotateManagerToken: false, rotateUnlockKey: false }
    this.#onNode(name, "swarm update", (node, reply) => node.update({ version, spec, ...none, ...rotate }, reply))
  }

  promote(node: string): void {
    this.#setRole(node, "manager")
  }

  demote(node: string): void {
    this.#setRole(node, "worker")
  }

  /** `docker node rm`. */
  removeNode(node: string, options: { readonly force?: boolean } = {}): void {
    this.request({ op: "node.remove", name: this.#nodeId(node), force: options.force === true })
  }

  /** What machines join with. */
  token(role: Role): string {
    const [cluster] = this.#store().all("clusters")
    return (role === "manager" ? cluster?.JoinTokens?.Manager : cluster?.JoinTokens?.Worker) ?? ""
  }

  #nodeId(name: string): string {
    return this.world.host(name)?.nodeId || name
  }

  #setRole(name: string, role: Role): void {
    this.#inSequence(() => {
      const { ID, Version, Spec } = this.node(name)
      return { op: "node.update", name: ID, version: Version.Index, spec: { ...Spec, Role: role } }
    })
  }

  /** Lets time pass until the machine has answered; throws what it refuses. */
  #onNode<A>(name: string, what: string, ask: (node: SwarmNode, reply: (answer: Answer<A>) => void) => void): A {
    const { node } = this.#host(name)
    if (node === undefined) throw new TookTooLong(`${name} is down`)
    let answer: Answer<A> | undefined
    ask(node, (given) => {
      answer = given
    })
    this.runUntil(() => answer !== undefined, { what: `an answer to ${what} on ${name}`, within: seconds(120) })
    if (answer === undefined) throw new TookTooLong(what)
    if (Result.isFailure(answer)) throw new RequestRefused(answer.failure)
    this.journal.machine(`${what} on ${name}`)
    return answer.success
  }

  #setAvailability(name: string, availability: Availability): void {
    this.#inSequence(() => {
      const { ID, Version, Spec } = this.node(name)
      return { op: "node.update", name: ID, version: Version.Index, spec: { ...Spec, Availability: availability } }
    })
  }

  /** Makes an update anew from what the object has become, when something else wrote to it meanwhile. */
  #inSequence(update: () => ControlRequest): void {
    for (let attempts = 0; ; attempts++) {
      const answer = this.ask(update())
      if (Result.isSuccess(answer)) return
      if (answer.failure !== outOfSequence || attempts === 5) throw new RequestRefused(answer.failure)
    }
  }

  #host(name: string): Host {
    const host = this.world.host(name)
    if (!host) throw new Error(`no machine ${name}; there are ${this.world.hosts.map((h) => h.name).join(", ")}`)
    return host
  }

  #leaderStore(): ClusterStore | undefined {
    return this.world.leader()?.manager?.store
  }

  #store(at?: string): ClusterStore {
    const host = at === undefined ? this.world.bestInformed() : this.#host(at)
    const store = host?.manager?.store
    if (!store) throw new Error(at === undefined ? "no manager is up" : `no manager runs on ${at}`)
    return store
  }

  #tooLong(what: string, span: Millis): TookTooLong {
    const last = this.events.slice(-12).map((e) => `  ${new Date(e.at).toISOString()} ${e.text}`)
    return new TookTooLong(`${what} did not come within ${span} ms; seed ${this.world.seed}\n${last.join("\n")}`)
  }
}

const defaultInit: InitRequest = {
  listenAddr: "",
  advertiseAddr: "",
  dataPathPort: 0,
  forceNewCluster: false,
  spec: defaultClusterSpec,
  availability: "active",
  defaultAddrPool: [],
  subnetSize: 0,
}

function isConverged(store: ClusterStore, service: Service, nodes: ReadonlyArray<Node>): boolean {
  if (service.UpdateStatus?.State === "updating" || service.UpdateStatus?.State === "rollback_started") return false
  const tasks = store.find("tasks", "service", service.ID)
  const wanted = tasks.filter((task) => task.DesiredState === "running" || task.DesiredState === "ready")
  const settled = wanted.every((task) => task.Status.State === "running" && task.DesiredState === "running")
  if (modeOf(service.Spec) === "replicated") return settled && wanted.length === replicasOf(service.Spec)
  return settled && (wanted.length > 0 || nodes.every((node) => node.Spec.Availability !== "active"))
}

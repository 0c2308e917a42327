import * as Result from "effect/Result"
import { type Answer, outOfSequence } from "../../core/errors.ts"
import { type Millis, seconds } from "../../core/instant.ts"
import { type ClusterSpec, defaultClusterSpec } from "../../core/model/cluster.ts"
import type { Availability, Role, ServiceSpec } from "../../core/model/index.ts"
import type { MachineSize } from "../../nodes/engine/simulated/description.ts"
import type { ControlRequest, SwarmUpdate } from "../../nodes/manager/control/request.ts"
import type { InitRequest, JoinRequest } from "../../nodes/node/requests.ts"
import type { SwarmNode } from "../../nodes/node/swarm-node.ts"
import { type ClusterOptions, ClusterView, RequestRefused, TookTooLong } from "./cluster-view.ts"
import type { Host } from "./host.ts"
import { deployStack, removeStack, type StackFile } from "./stack.ts"

/**
 * A simulated cluster in one object, for tests: machines that can be crashed and cut off, a clock that moves only when told to, the
 * requests that the docker CLI would make. Nothing here waits on the wall clock.
 */
export class Cluster extends ClusterView {
  constructor(options: ClusterOptions) {
    super({ managers: 3, workers: 3, ...options })
    if (!options.cold && options.managers !== 0) this.converge()
  }

  /** Asks a manager (the first one up, unless named), as a client of its API would, and lets time pass until it answers. */
  ask(request: ControlRequest, options: { readonly at?: string; readonly within?: Millis } = {}): Answer<unknown> {
    const host = options.at === undefined ? this.world.managers.find((h) => h.running) : this.host(options.at)
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
    this.host(name).crash()
    this.journal.machine(`${name} crashed`)
  }

  /** Stops a machine in good order: if its manager leads, another one takes over first. */
  stop(name: string): void {
    this.host(name).stop(seconds(1))
    this.journal.machine(`${name} stopped`)
  }

  start(name: string): void {
    this.host(name).start()
    this.journal.machine(`${name} started`)
  }

  /** Nothing passes between the two machines any more. */
  cut(a: string, b: string): void {
    this.world.network.cut(this.host(a).name, this.host(b).name)
    this.journal.machine(`link between ${a} and ${b} cut`)
  }

  /** Cuts a machine off from all others. */
  isolate(name: string): void {
    this.world.network.isolate(this.host(name).name)
    this.journal.machine(`${name} cut off`)
  }

  /** Undoes every cut. */
  heal(): void {
    this.world.network.heal()
    this.journal.machine("network healed")
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
    this.host(name).crash()
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
    const manager = through === undefined ? this.world.managers.find((host) => host.running) : this.host(through)
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
    const [cluster] = this.storeOf().all("clusters")
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
    this.request({ op: "node.remove", name: this.nodeIdOf(node), force: options.force === true })
  }

  #setRole(name: string, role: Role): void {
    this.#inSequence(() => {
      const { ID, Version, Spec } = this.node(name)
      return { op: "node.update", name: ID, version: Version.Index, spec: { ...Spec, Role: role } }
    })
  }

  /** Lets time pass until the machine has answered; throws what it refuses. */
  #onNode<A>(name: string, what: string, ask: (node: SwarmNode, reply: (answer: Answer<A>) => void) => void): A {
    const { node } = this.host(name)
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

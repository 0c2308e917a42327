import type { Machine, Wake } from "../../../core/machine.ts"
import { wake } from "../../../core/machine.ts"
import { defaultClusterSpec } from "../../../core/model/cluster.ts"
import { isTerminal, specId, type Task, type TaskState } from "../../../core/model/task.ts"
import type { TaskSpec } from "../../../core/model/task-spec.ts"
import { Random } from "../../../core/random.ts"
import { ClusterStore } from "../../../core/store/store.ts"
import type { Transaction } from "../../../core/store/transaction.ts"
import { Agent } from "../../../nodes/agent/agent.ts"
import type { AgentTiming } from "../../../nodes/agent/timing.ts"
import type { EngineEvent } from "../../../nodes/engine/engine.ts"
import { describeMachine } from "../../../nodes/engine/simulated/description.ts"
import { SimulatedEngine, type SimulatedEngineOptions } from "../../../nodes/engine/simulated/engine.ts"
import type { Dispatch } from "../../../nodes/manager/dispatcher/dispatch.ts"
import { Dispatcher } from "../../../nodes/manager/dispatcher/dispatcher.ts"
import type { AgentMessage, DispatchMessage } from "../../../nodes/protocol.ts"
import type { Conditions } from "../../../sim/network/conditions.ts"
import { Network } from "../../../sim/network/network.ts"
import { EventQueue } from "../../../sim/time/event-queue.ts"
import { WakeTimer } from "../../../sim/time/wake-timer.ts"
import { admitted } from "../admitted.ts"

export const start = 1_700_000_000_000
const commit_ms = 5
const epochSize = 1_000_000

/** Gives a machine its inputs and its wake-ups, and hands on what it puts out. */
export class Driven<Input, Output> {
  readonly #queue: EventQueue
  readonly #machine: Machine<Input, Output>
  readonly #carryOut: (output: Output) => void
  readonly #timer: WakeTimer
  readonly outputs: Array<Output> = []
  #stopped = false

  constructor(queue: EventQueue, machine: Machine<Input, Output>, carryOut: (output: Output) => void) {
    this.#queue = queue
    this.#machine = machine
    this.#carryOut = carryOut
    this.#timer = new WakeTimer(queue, () => this.input(wake))
    this.#timer.set(machine.nextWake())
  }

  input(input: Input | Wake): void {
    if (this.#stopped) return
    for (const output of this.#machine.step(this.#queue.now, input)) {
      this.outputs.push(output)
      this.#carryOut(output)
    }
    this.#timer.set(this.#machine.nextWake())
  }

  stop(): void {
    this.#stopped = true
    this.#timer.stop()
  }
}

interface Host {
  readonly id: string
  readonly role: "manager" | "worker"
  engine: SimulatedEngine
  engineDriver: Driven<Parameters<SimulatedEngine["step"]>[1], ReturnType<SimulatedEngine["step"]>[number]>
  agent: Agent
  agentDriver: Driven<Parameters<Agent["step"]>[1], ReturnType<Agent["step"]>[number]>
  readonly epoch: number
  up: boolean
}

type Wire = { readonly agent: AgentMessage } | { readonly dispatch: DispatchMessage }

export interface WorldOptions {
  readonly seed?: string | number
  readonly managers?: ReadonlyArray<string>
  readonly conditions?: Partial<Conditions>
  readonly timing?: Partial<AgentTiming>
  readonly engine?: Partial<Omit<SimulatedEngineOptions, "random" | "now" | "restored">>
}

/**
 * A store with one leader at a time instead of a consensus group: what the leader's cycle writes is committed a moment later. Agents and
 * engines are the real machines, over a simulated network.
 */
export class SmallWorld {
  readonly queue = new EventQueue(start)
  readonly random: Random
  readonly network: Network<Wire>
  readonly store = new ClusterStore()
  readonly hosts = new Map<string, Host>()
  readonly managers: ReadonlyArray<string>
  readonly #options: WorldOptions
  readonly #leaderTimer: WakeTimer
  leader: string | undefined
  dispatcher: Dispatcher | undefined
  #begun = false
  #inFlight = false
  #mutations: Array<(tx: Transaction) => void> = []
  #crashes = 0

  constructor(options: WorldOptions = {}) {
    this.#options = options
    this.random = new Random(options.seed ?? "small world")
    this.network = new Network<Wire>(this.queue, this.random.fork("network"), options.conditions)
    this.managers = options.managers ?? ["m1"]
    this.#leaderTimer = new WakeTimer(this.queue, () => this.#turn())
    this.change((tx) => {
      tx.create("clusters", {
        ID: "cluster",
        Spec: defaultClusterSpec,
        DefaultAddrPool: ["10.0.0.0/8"],
        SubnetSize: 24,
        DataPathPort: 4789,
        RootRotationInProgress: false,
      })
    })
    for (const manager of this.managers) this.addHost(manager, "manager")
    this.lead(this.managers[0])
  }

  addHost(id: string, role: "manager" | "worker"): void {
    this.change((tx) => {
      if (tx.get("nodes", id) === undefined) tx.create("nodes", admitted(id, role))
    })
    this.#boot(id, role, undefined)
  }

  /** The machine loses power: its memory is gone, its containers are dead. */
  crash(id: string): void {
    const host = this.host(id)
    host.up = false
    host.agentDriver.stop()
    host.engineDriver.stop()
    this.network.detach(id)
    if (this.leader === id) this.lead(undefined)
  }

  restart(id: string): void {
    const host = this.host(id)
    this.#boot(id, host.role, host.engine)
  }

  /** Only the agent's process starts anew; the engine and its containers run on. */
  restartAgent(id: string): void {
    const host = this.host(id)
    host.agentDriver.stop()
    this.#bootAgent(host)
  }

  /** Leadership moves; undefined: nobody leads. */
  lead(id: string | undefined): void {
    const last = this.leader
    const farewell = this.dispatcher?.stepDown(id) ?? []
    this.leader = id
    this.dispatcher = undefined
    this.#inFlight = false
    this.#begun = false
    this.#leaderTimer.set(undefined)
    if (last !== undefined && this.hosts.get(last)?.up) this.#send(last, farewell)
    if (id === undefined) return
    this.dispatcher = new Dispatcher({
      random: this.random.fork("dispatcher"),
      now: this.queue.now,
      store: this.store,
      nodeId: id,
    })
    this.#turn()
  }

  /** Writes in the leader's next cycle. */
  change(mutation: (tx: Transaction) => void): void {
    this.#mutations.push(mutation)
    this.#turn()
  }

  /** Creates a task that the scheduler has just placed. */
  addTask(id: string, nodeId: string, spec: TaskSpec, desired: TaskState = "running", more: Partial<Task> = {}): void {
    this.change((tx) => {
      const ServiceID = `service-of-${id}`
      const SpecVersion = { Index: 1 }
      const ID = specId(ServiceID, SpecVersion)
      if (tx.get("specs", ID) === undefined)
        tx.create("specs", { ID, ServiceID, SpecVersion, ServiceName: "web", Spec: spec })
      tx.create("tasks", {
        ID: id,
        ServiceID,
        SpecVersion,
        Slot: 1,
        NodeID: nodeId,
        Status: {
          Timestamp: new Date(this.queue.now).toISOString(),
          State: "assigned",
          Message: "scheduler assigned task to node",
        },
        DesiredState: desired,
        ...more,
      })
    })
  }

  desire(id: string, desired: TaskState): void {
    this.change((tx) => {
      const task = tx.get("tasks", id)
      if (task) tx.update("tasks", { ...task, DesiredState: desired })
    })
  }

  deleteTask(id: string): void {
    this.change((tx) => tx.delete("tasks", id))
  }

  task(id: string): Task | undefined {
    return this.store.get("tasks", id)
  }

  state(id: string): TaskState | undefined {
    return this.task(id)?.Status.State
  }

  nodeState(id: string): string | undefined {
    return this.store.get("nodes", id)?.Status.State
  }

  host(id: string): Host {
    const host = this.hosts.get(id)
    if (host === undefined) throw new Error(`no host ${id}`)
    return host
  }

  /** The container of a task on a node. */
  container(nodeId: string, taskId: string) {
    return this.host(nodeId)
      .engine.containers()
      .find((container) => container.Request.labels["com.docker.swarm.task.id"] === taskId)
  }

  runFor(ms: number): void {
    this.queue.runFor(ms)
  }

  /** Runs until the condition holds, and says how long it took; fails after `limit` ms. */
  runUntil(condition: () => boolean, limit = 120_000): number {
    const from = this.queue.now
    while (!condition()) {
      const next = this.queue.nextAt
      if (next === undefined || next > from + limit) throw new Error(`not so after ${limit} ms`)
      this.queue.runNext()
    }
    return this.queue.now - from
  }

  /** What is really true of every task's container, against what the store says. */
  differences(): ReadonlyArray<string> {
    const found: Array<string> = []
    for (const task of this.store.all("tasks")) {
      const container = this.container(task.NodeID ?? "", task.ID)
      const running = container?.State.Status === "running"
      if (running !== (task.Status.State === "running") && !isTerminal(task.Status.State))
        found.push(`${task.ID} is ${task.Status.State}, its container ${container?.State.Status ?? "missing"}`)
      if (running && isTerminal(task.Status.State)) found.push(`${task.ID} has ended but its container runs`)
    }
    for (const { id, engine } of this.hosts.values()) {
      for (const container of engine.containers()) {
        const taskId = container.Request.labels["com.docker.swarm.task.id"] ?? ""
        if (this.task(taskId) === undefined) found.push(`${id} keeps a container of ${taskId}`)
      }
    }
    return found
  }

  #boot(id: string, role: "manager" | "worker", before: SimulatedEngine | undefined): void {
    const engine = new SimulatedEngine({
      ...this.#options.engine,
      random: this.random.fork(`engine ${id} ${++this.#crashes}`),
      now: this.queue.now,
      ...(before === undefined ? {} : { restored: before.durable() }),
    })
    const engineDriver: Host["engineDriver"] = new Driven(this.queue, engine, (output) => {
      if (output.type === "event") this.#engineSaid(id, output.event)
    })
    this.#bootAgent({ id, role, engine, engineDriver })
  }

  /** The answers to a former agent's commands find nobody. */
  #engineSaid(id: string, event: EngineEvent): void {
    const { agentDriver, epoch } = this.host(id)
    if (event.type !== "done" && event.type !== "failed") agentDriver.input({ type: "engine", event })
    else if (Math.floor(event.command / epochSize) === epoch)
      agentDriver.input({ type: "engine", event: { ...event, command: event.command % epochSize } })
  }

  #bootAgent(host: Pick<Host, "id" | "role" | "engine" | "engineDriver">): void {
    const { id } = host
    const epoch = ++this.#crashes
    const agent = new Agent({
      nodeId: id,
      description: describeMachine(id),
      addr: `10.0.0.${this.hosts.size + 1}`,
      managers: this.managers.map(managerAt),
      random: this.random.fork(`agent ${id} ${epoch}`),
      now: this.queue.now,
      ...(this.#options.timing === undefined ? {} : { timing: this.#options.timing }),
    })
    const agentDriver: Host["agentDriver"] = new Driven(this.queue, agent, (output) => {
      if (output.type === "send") this.network.send(id, output.to, { agent: output.message })
      else if (output.type === "command")
        host.engineDriver.input({
          type: "command",
          number: epoch * epochSize + output.number,
          command: output.command,
        })
    })
    this.hosts.set(id, { ...host, agent, agentDriver, epoch, up: true })
    this.network.attach(id, (from, wire) => this.#receive(id, from, wire))
  }

  #receive(id: string, from: string, wire: Wire): void {
    if ("dispatch" in wire) {
      const role = this.managers.includes(from) ? "manager" : "worker"
      this.host(id).agentDriver.input({ type: "message", from: { id: from, role }, message: wire.dispatch })
      return
    }
    const peer = { id: from, role: this.host(from).role }
    if (wire.agent.type === "log-batch") return
    if (this.leader === id && this.dispatcher) {
      this.#send(id, this.dispatcher.receive(this.queue.now, peer, wire.agent))
      this.#turn()
    } else if (this.managers.includes(id)) {
      const leader = this.leader === undefined || this.leader === id ? {} : { leader: this.leader }
      this.#send(id, [{ to: from, message: { type: "redirect", managers: this.managers.map(managerAt), ...leader } }])
    }
  }

  #turn(): void {
    const { dispatcher, leader } = this
    if (dispatcher === undefined || leader === undefined) return
    const { now } = this.queue
    if (!this.#inFlight && (!this.#begun || this.#mutations.length > 0 || dispatcher.wantsCycle(now))) {
      this.#cycle(dispatcher, leader)
    }
    this.#send(leader, dispatcher.tick(now))
    this.#leaderTimer.set(dispatcher.nextWake())
  }

  #cycle(dispatcher: Dispatcher, leader: string): void {
    const { now } = this.queue
    const tx = this.store.begin(now)
    const mutations = this.#mutations
    this.#mutations = []
    for (const mutation of mutations) mutation(tx)
    if (!this.#begun) dispatcher.begin(tx, now)
    this.#begun = true
    dispatcher.write(tx, now)
    const changes = tx.changeSet()
    if (changes.length === 0) return
    this.#inFlight = true
    this.queue.after(commit_ms, () => {
      if (this.dispatcher !== dispatcher) {
        // The leadership was lost before the entry was committed: requests are repeated, the rest is forgotten.
        this.#mutations = [...mutations, ...this.#mutations]
        return
      }
      this.#inFlight = false
      const applied = this.store.apply(changes, this.store.index + 1)
      this.#send(leader, dispatcher.committed(this.queue.now, applied, this.store))
      this.#turn()
    })
  }

  #send(from: string, messages: ReadonlyArray<Dispatch>): void {
    for (const { to, message } of messages) this.network.send(from, to, { dispatch: message })
  }
}

/** A task that runs an image, with words of its own. */
export const runs = (
  image: string,
  command: ReadonlyArray<string> = [],
  more: TaskSpec["ContainerSpec"] = {},
): TaskSpec => ({
  ContainerSpec: { Image: image, ...(command.length === 0 ? {} : { Command: command }), ...more },
})

const managerAt = (nodeId: string) => ({ nodeId, addr: `${nodeId}:2377` })

import type { Answer } from "../../core/errors.ts"
import type { Millis } from "../../core/instant.ts"
import type { NodeDescription, Role } from "../../core/model/node.ts"
import type { Random } from "../../core/random.ts"
import { Stepper } from "../../core/stepper.ts"
import { Agent, type AgentInput, type AgentOutput } from "../../nodes/agent/agent.ts"
import { describeMachine, type MachineSize } from "../../nodes/engine/simulated/description.ts"
import {
  type DurableEngine,
  type EngineInput,
  type EngineOutput,
  SimulatedEngine,
} from "../../nodes/engine/simulated/engine.ts"
import type { EngineFault } from "../../nodes/engine/simulated/fault.ts"
import { type Envelope, isForAgent } from "../../nodes/envelope.ts"
import type { ControlRequest } from "../../nodes/manager/control/request.ts"
import type { ManagerInput, ManagerOutput, Member } from "../../nodes/manager/io.ts"
import { Manager } from "../../nodes/manager/manager.ts"
import { type Limits, MemoryLogStorage } from "../../raft/index.ts"
import { RaftDisk } from "../disk/raft-disk.ts"
import type { Network } from "../network/network.ts"
import type { EventQueue } from "../time/event-queue.ts"
import { WakeTimer } from "../time/wake-timer.ts"
import type { Trace } from "../trace.ts"

export interface HostOptions {
  readonly name: string
  readonly nodeId: string
  readonly role: Role
  readonly addr: string
  readonly members: ReadonlyArray<Member>
  readonly random: Random
  readonly size: MachineSize
  readonly raftLimits?: Partial<Limits> | undefined
}

/** What a host shares with the rest of its world. */
export interface Surroundings {
  readonly queue: EventQueue
  readonly network: Network<Envelope>
  readonly roleOf: (nodeId: string) => Role
  readonly observe: (host: Host, output: ManagerOutput) => void
  readonly trace?: Trace | undefined
}

/** What runs on a host while it is up. A crash loses all of it. */
interface Running {
  readonly manager: Stepper<ManagerInput, ManagerOutput> | undefined
  readonly managerMachine: Manager | undefined
  readonly agent: Stepper<AgentInput, AgentOutput>
  readonly engine: Stepper<EngineInput, EngineOutput>
}

/** A simulated machine: a container engine, an agent, on managers a manager with its disk, and a socket in the network. */
export class Host {
  readonly name: string
  readonly nodeId: string
  readonly role: Role
  readonly addr: string
  readonly #options: HostOptions
  readonly #world: Surroundings
  readonly #disk: RaftDisk
  readonly #replies = new Map<number, (answer: Answer<unknown>) => void>()
  #requests = 0
  #starts = 0
  #engine: SimulatedEngine
  #running: Running | undefined
  /** Told when the manager here no longer leads. */
  #deposed: (() => void) | undefined

  constructor(options: HostOptions, world: Surroundings) {
    this.name = options.name
    this.nodeId = options.nodeId
    this.role = options.role
    this.addr = options.addr
    this.#options = options
    this.#world = world
    this.#disk = new RaftDisk(world.queue, options.random.fork("disk"), new MemoryLogStorage())
    this.#engine = this.#newEngine(undefined)
  }

  get running(): boolean {
    return this.#running !== undefined
  }

  /** The manager that runs here now. */
  get manager(): Manager | undefined {
    return this.#running?.managerMachine
  }

  get engine(): SimulatedEngine {
    return this.#engine
  }

  /** NanoCPUs: 1e9 is one CPU. */
  get size(): NodeDescription["Resources"] {
    return describeMachine(this.name, this.#options.size).Resources
  }

  start(): void {
    if (this.#running) return
    const random = this.#options.random.fork(`start ${++this.#starts}`)
    const engine = this.#drive<EngineInput, EngineOutput>("engine", this.#engine, (output) =>
      this.#running?.agent.input({ type: "engine", event: output.event }),
    )
    const managerMachine = this.role === "manager" ? this.#newManager(random.fork("manager")) : undefined
    const manager = managerMachine && this.#drive("manager", managerMachine, (output) => this.#managerDid(output))
    const agent = this.#drive("agent", this.#newAgent(random.fork("agent")), (output) => this.#agentDid(output))
    this.#running = { manager, managerMachine, agent, engine }
    this.#world.network.attach(this.nodeId, (from, envelope) => this.#receive(from, envelope))
    manager?.wake()
    agent.wake()
  }

  /** Stops in good order: a manager that leads hands over first, for as long as `patience` allows. */
  stop(patience: Millis): void {
    const stopping = this.#running
    if (!stopping) return
    const end = () => {
      if (this.#running === stopping) this.crash()
    }
    if (this.manager?.standing.role !== "leader") {
      end()
      return
    }
    this.#deposed = () => this.#world.queue.after(0, end)
    this.#world.queue.after(patience, end)
    stopping.manager?.input({ type: "hand-over" })
  }

  /** Power is lost: processes, containers and whatever was not yet on disk are gone. */
  crash(): void {
    const running = this.#running
    if (!running) return
    this.#running = undefined
    running.manager?.stop()
    running.agent.stop()
    running.engine.stop()
    this.#world.network.detach(this.nodeId)
    this.#disk.crash()
    this.#engine = this.#newEngine(this.#engine.durable())
    this.#replies.clear()
    this.#deposed = undefined
  }

  /** A client's request at this manager's API. `reply` is never called if the host crashes first. */
  request(request: ControlRequest, reply: (answer: Answer<unknown>) => void): void {
    const number = ++this.#requests
    this.#replies.set(number, reply)
    this.#running?.manager?.input({ type: "request", number, request })
  }

  /** Something goes wrong in the engine here, if the machine is up. */
  engineFault(fault: EngineFault): void {
    this.#running?.engine.input({ type: "fault", fault })
  }

  /** If the manager here leads, another one is to lead from now on. */
  handOver(): void {
    this.#running?.manager?.input({ type: "hand-over" })
  }

  #receive(from: string, envelope: Envelope): void {
    const peer = { id: from, role: this.#world.roleOf(from) }
    if (isForAgent(envelope)) this.#running?.agent.input({ type: "message", from: peer, message: envelope.message })
    else this.#running?.manager?.input({ type: "message", from: peer, envelope })
  }

  #managerDid(output: ManagerOutput): void {
    this.#world.observe(this, output)
    switch (output.type) {
      case "save": {
        const manager = this.#running?.manager
        this.#disk.save(output, () => manager?.input({ type: "saved", ticket: output.ticket }))
        break
      }
      case "send":
        this.#world.network.send(this.nodeId, output.to, output.envelope)
        break
      case "role":
        if (output.role !== "leader") this.#deposed?.()
        break
      case "reply": {
        const reply = this.#replies.get(output.number)
        this.#replies.delete(output.number)
        reply?.(output.answer)
      }
    }
  }

  #agentDid(output: AgentOutput): void {
    if (output.type === "send") {
      this.#world.network.send(this.nodeId, output.to, { kind: "agent", message: output.message })
    } else if (output.type === "command") {
      this.#running?.engine.input(output)
    }
  }

  #newEngine(restored: DurableEngine | undefined): SimulatedEngine {
    const random = this.#options.random.fork("engine")
    return new SimulatedEngine({ random, now: this.#world.queue.now, ...(restored && { restored }) })
  }

  #newManager(random: Random): Manager {
    const { nodeId, members, raftLimits: limits } = this.#options
    return new Manager({ nodeId, members, random, now: this.#world.queue.now, stored: this.#disk.load(), limits })
  }

  #newAgent(random: Random): Agent {
    const { nodeId, addr, members, name, size } = this.#options
    return new Agent({
      nodeId,
      addr,
      description: describeMachine(name, size),
      managers: members.map((member) => member.nodeId),
      random,
      now: this.#world.queue.now,
    })
  }

  #drive<Input, Output>(
    part: string,
    machine: ConstructorParameters<typeof Stepper<Input, Output>>[0],
    carryOut: (output: Output) => void,
  ): Stepper<Input, Output> {
    const { queue, trace } = this.#world
    const timer = new WakeTimer(queue, () => stepper.wake())
    const observe = trace && {
      observe: (now: number, input: unknown, outputs: ReadonlyArray<unknown>) =>
        trace.record(now, `${this.name}/${part}`, input, outputs),
    }
    const stepper: Stepper<Input, Output> = new Stepper(machine, {
      now: () => queue.now,
      carryOut,
      setAlarm: (at) => timer.set(at),
      ...observe,
    })
    return stepper
  }
}

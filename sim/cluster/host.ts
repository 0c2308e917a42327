import * as Result from "effect/Result"
import type { Answer } from "../../core/errors.ts"
import type { Millis } from "../../core/instant.ts"
import type { NodeDescription, Role } from "../../core/model/node.ts"
import type { Random } from "../../core/random.ts"
import { Stepper } from "../../core/stepper.ts"
import { describeMachine, type MachineSize } from "../../nodes/engine/simulated/description.ts"
import {
  type DurableEngine,
  type EngineInput,
  type EngineOutput,
  type HandAct,
  SimulatedEngine,
} from "../../nodes/engine/simulated/engine.ts"
import type { EngineFault } from "../../nodes/engine/simulated/fault.ts"
import type { EngineMessage } from "../../nodes/engine-message.ts"
import type { ControlRequest } from "../../nodes/manager/control/request.ts"
import type { ManagerOutput } from "../../nodes/manager/io.ts"
import type { Manager } from "../../nodes/manager/manager.ts"
import type { Identity } from "../../nodes/node/identity.ts"
import type { MemberStorage } from "../../nodes/node/platform.ts"
import { SwarmNode } from "../../nodes/node/swarm-node.ts"
import * as words from "../../nodes/node/words.ts"
import { type Limits, MemoryLogStorage } from "../../raft/index.ts"
import { RaftDisk } from "../disk/raft-disk.ts"
import type { Network } from "../network/network.ts"
import type { EventQueue } from "../time/event-queue.ts"
import { WakeTimer } from "../time/wake-timer.ts"
import type { Trace } from "../trace.ts"
import { IdentityDisk } from "./identity-disk.ts"
import type { Packet } from "./packet.ts"
import { SimulatedPlatform } from "./platform.ts"

export interface HostOptions {
  readonly name: string
  /** An IP address. */
  readonly addr: string
  readonly random: Random
  /** What its secrets are drawn from: sequences of their own, so that what they draw leaves everything else as it is. */
  readonly secrets: Random
  readonly size: MachineSize
  readonly raftLimits?: Partial<Limits> | undefined
}

/** What a host shares with the rest of its world. */
export interface Surroundings {
  readonly queue: EventQueue
  readonly network: Network<Packet>
  /** The name of the host with this IP address. */
  readonly endpointAt: (ip: string) => string | undefined
  readonly observe: (host: Host, output: ManagerOutput) => void
  /** Hears what an engine tells of its containers. */
  readonly hear: (host: Host, message: EngineMessage) => void
  readonly trace?: Trace | undefined
}

/** What runs on a host while it is up. A crash loses all of it. */
interface Running {
  readonly node: SwarmNode
  readonly platform: SimulatedPlatform
  readonly engine: Stepper<EngineInput, EngineOutput>
}

/** A simulated machine: a container engine, disks, a socket in the network, and what it is to a swarm, if it belongs to one. */
export class Host {
  readonly name: string
  readonly addr: string
  readonly #options: HostOptions
  readonly #world: Surroundings
  readonly #identity: IdentityDisk
  readonly #diskRandom: Random
  #disk: RaftDisk
  #starts = 0
  #engine: SimulatedEngine
  #running: Running | undefined

  constructor(options: HostOptions, world: Surroundings) {
    this.name = options.name
    this.addr = options.addr
    this.#options = options
    this.#world = world
    this.#diskRandom = options.random.fork("disk")
    this.#disk = this.#newDisk()
    this.#engine = this.#newEngine(undefined)
    this.#identity = new IdentityDisk(world.queue, options.secrets.fork("identity disk"))
  }

  get running(): boolean {
    return this.#running !== undefined
  }

  /** What it is to its swarm; undefined while it is down. */
  get node(): SwarmNode | undefined {
    return this.#running?.node
  }

  /** Who it is in its swarm, also while it is down. */
  get identity(): Identity | undefined {
    return this.#running?.node.identity ?? this.#identity.identity
  }

  /** Empty for a machine that belongs to no swarm. */
  get nodeId(): string {
    return this.identity?.nodeId ?? ""
  }

  /** Undefined for a machine that belongs to no swarm. */
  get role(): Role | undefined {
    return this.identity?.role
  }

  /** The manager that runs here now. */
  get manager(): Manager | undefined {
    return this.#running?.node.manager
  }

  get engine(): SimulatedEngine {
    return this.#engine
  }

  /** NanoCPUs: 1e9 is one CPU. */
  get size(): NodeDescription["Resources"] {
    return describeMachine(this.name, this.#options.size).Resources
  }

  /** It was somebody in a swarm before this world began. */
  preset(identity: Identity): void {
    this.#identity.preset(identity)
  }

  start(): void {
    if (this.#running) return
    const random = this.#options.random.fork(`start ${++this.#starts}`)
    const engine = this.#drive()
    const platform = this.#platform(random, engine)
    const node = new SwarmNode(platform)
    this.#running = { node, platform, engine }
    this.#world.network.attach(this.name, (from, packet) => platform.receive(node, from, packet))
    node.start()
  }

  /** Stops in good order: a manager that leads hands over first, for as long as `patience` allows. */
  stop(patience: Millis): void {
    const stopping = this.#running
    stopping?.node.stop(patience, () =>
      this.#world.queue.after(0, () => {
        if (this.#running === stopping) this.crash()
      }),
    )
  }

  /** Power is lost: processes, containers and whatever was not yet on disk are gone. */
  crash(): void {
    const running = this.#running
    if (!running) return
    this.#running = undefined
    running.platform.end()
    running.node.halt()
    running.engine.stop()
    this.#world.network.detach(this.name)
    this.#disk.crash()
    this.#identity.crash()
    this.#engine = this.#newEngine(this.#engine.durable())
  }

  /** Somebody at the machine itself does something to its engine. */
  byHand(act: HandAct): void {
    this.#running?.engine.input({ type: "hand", act })
  }

  /** A client's request at this manager's API. `reply` is never called if the host crashes first. */
  request(request: ControlRequest, reply: (answer: Answer<unknown>) => void): void {
    if (this.#running) this.#running.node.request(request, reply)
    else reply(Result.fail(words.noManager))
  }

  /** Something goes wrong in the engine here, if the machine is up. */
  engineFault(fault: EngineFault): void {
    this.#running?.engine.input({ type: "fault", fault })
  }

  /** If the manager here leads, another one is to lead from now on. */
  handOver(): void {
    this.#running?.node.handOver()
  }

  #platform(random: Random, engine: Stepper<EngineInput, EngineOutput>): SimulatedPlatform {
    const { queue, network, endpointAt, trace } = this.#world
    const { name, addr, size, raftLimits } = this.#options
    return new SimulatedPlatform({
      endpoint: name,
      address: addr,
      queue,
      network,
      random,
      secrets: this.#options.secrets.fork(`start ${this.#starts}`),
      endpointAt,
      describe: () => describeMachine(name, size),
      engine: (number, command) => engine.input({ type: "command", number, command }),
      member: this.#member(),
      identity: this.#identity,
      raftLimits,
      observeManager: (output) => this.#world.observe(this, output),
      trace: trace && {
        manager: (now, input, outputs) => trace.record(now, `${name}/manager`, input, outputs),
        agent: (now, input, outputs) => trace.record(now, `${name}/agent`, input, outputs),
      },
    })
  }

  #member(): MemberStorage {
    return {
      load: () => this.#disk.load(),
      save: (save, done) => this.#disk.save(save, () => done(true)),
      wipe: () => {
        this.#disk.crash()
        this.#disk = this.#newDisk()
      },
    }
  }

  #newDisk(): RaftDisk {
    return new RaftDisk(this.#world.queue, this.#diskRandom, new MemoryLogStorage())
  }

  #newEngine(restored: DurableEngine | undefined): SimulatedEngine {
    const random = this.#options.random.fork("engine")
    return new SimulatedEngine({ random, now: this.#world.queue.now, ...(restored && { restored }) })
  }

  #drive(): Stepper<EngineInput, EngineOutput> {
    const { queue, trace } = this.#world
    const timer = new WakeTimer(queue, () => stepper.wake())
    const observe = trace && {
      observe: (now: number, input: unknown, outputs: ReadonlyArray<unknown>) =>
        trace.record(now, `${this.name}/engine`, input, outputs),
    }
    const stepper: Stepper<EngineInput, EngineOutput> = new Stepper<EngineInput, EngineOutput>(this.#engine, {
      now: () => queue.now,
      carryOut: (output) => {
        if (output.type === "event") this.#running?.node.engine(output.event)
        else this.#world.hear(this, output.message)
      },
      setAlarm: (at) => timer.set(at),
      ...observe,
    })
    return stepper
  }
}

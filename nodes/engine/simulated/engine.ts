import { newHexId } from "../../../core/id.ts"
import { type Instant, type Millis, toRfc3339 } from "../../../core/instant.ts"
import type { Machine, Wake } from "../../../core/machine.ts"
import type { Mount } from "../../../core/model/container-spec.ts"
import type { PortConfig } from "../../../core/model/endpoint.ts"
import type { Random } from "../../../core/random.ts"
import { TimerQueue } from "../../../core/timer-queue.ts"
import type { LogEntry } from "../../log-entry.ts"
import type { ContainerRequest, EngineCommand, EngineOp, EngineReply } from "../engine.ts"
import { afterCrash, containerProgram, makeContainer, type SimulatedContainer, summaryOf } from "./container.ts"
import { Containers } from "./containers.ts"
import type { EngineFault } from "./fault.ts"
import { ImageStore } from "./image-store.ts"
import { familiarName, type ImageBehaviour, type SimulatedImage } from "./images.ts"
import type { Latencies } from "./latencies.ts"
import { type LifeEvent, Lives } from "./lives.ts"
import { LogReaders } from "./log-readers.ts"
import { defaultHostPath, type LocalVolume, mountError, volumeOf } from "./mounts.ts"
import { type LocalNetwork, localNetworks } from "./networks.ts"
import { type EngineOutput, Outbox } from "./outbox.ts"
import { Outputs } from "./output.ts"
import { Pace } from "./pace.ts"

export type EngineInput =
  | { readonly type: "command"; readonly number: number; readonly command: EngineCommand }
  | { readonly type: "fault"; readonly fault: EngineFault }
  /** What somebody does at the machine's own API, beside the agent. */
  | { readonly type: "hand"; readonly act: HandAct }

export type { EngineOutput }

export type HandAct =
  | { readonly op: "kill"; readonly containerId: string; readonly signal: string }
  | { readonly op: "stop"; readonly containerId: string; readonly signal?: string; readonly grace_ms: Millis }
  | { readonly op: "start" | "remove"; readonly containerId: string }
  | { readonly op: "pull"; readonly image: string }
  | { readonly op: "remove-image"; readonly reference: string }
  | { readonly op: "create-volume"; readonly volume: LocalVolume }
  | { readonly op: "remove-volume"; readonly name: string }
  | { readonly op: "create-network"; readonly network: LocalNetwork }
  | { readonly op: "remove-network"; readonly id: string }

/** What is on the machine's disk: it outlives a crash. */
export interface DurableEngine {
  readonly images: ReadonlyArray<SimulatedImage>
  readonly containers: ReadonlyArray<SimulatedContainer>
  readonly volumes: ReadonlyArray<LocalVolume>
  readonly networks: ReadonlyArray<LocalNetwork>
  readonly outputs: ReadonlyMap<string, ReadonlyArray<LogEntry>>
}

export interface SimulatedEngineOptions {
  readonly random: Random
  readonly now: Instant
  /** Images whose behaviour is to differ from what the catalogue knows. */
  readonly images?: ReadonlyArray<ImageBehaviour>
  /** References of images that are there from the start. */
  readonly cached?: ReadonlyArray<string>
  readonly latencies?: Partial<Latencies>
  /** Whether a path of the host is there, for bind mounts. */
  readonly hostPath?: (path: string) => boolean
  /** What a crash left: its containers that ran are found exited with 137. */
  readonly restored?: DurableEngine
  /** The restored engine was not looked at for a while, but there: what ran has gone on running. */
  readonly ranOn?: boolean
}

/** What the engine has to do later. */
type Due = LifeEvent | { readonly kind: "finish"; readonly number: number; readonly command: EngineCommand }

/** A container engine without containers: images, names, latencies, exits and errors as a real one has them, decided from a seed. */
export class SimulatedEngine implements Machine<EngineInput, EngineOutput> {
  readonly #random: Random
  readonly #images: ImageStore
  readonly #pace: Pace
  readonly #hostPath: (path: string) => boolean
  readonly #containers = new Containers()
  readonly #volumes = new Map<string, LocalVolume>()
  #networks: ReadonlyArray<LocalNetwork>
  readonly #written: Outputs
  readonly #readers: LogReaders
  readonly #lives: Lives
  readonly #timers = new TimerQueue<Due>()
  readonly #outbox = new Outbox()
  readonly #failNext = new Map<EngineOp, Array<string>>()
  #now: Instant

  constructor(options: SimulatedEngineOptions) {
    this.#random = options.random
    this.#now = options.now
    this.#images = new ImageStore(options.images, options.restored?.images)
    this.#pace = new Pace(options.random, options.latencies)
    this.#hostPath = options.hostPath ?? defaultHostPath
    const at = toRfc3339(options.now)
    this.#networks = options.restored?.networks ?? localNetworks(this.#random, at)
    this.#written = new Outputs(options.restored?.outputs)
    this.#readers = new LogReaders(this.#written)
    this.#lives = new Lives({
      random: this.#random,
      pace: this.#pace,
      containers: this.#containers,
      written: this.#written,
      readers: this.#readers,
      outbox: this.#outbox,
      timers: this.#timers,
    })
    for (const image of options.cached ?? []) this.#images.hold(options.now, image)
    for (const volume of options.restored?.volumes ?? []) this.#volumes.set(volume.Name, volume)
    for (const container of options.restored?.containers ?? []) {
      this.#containers.enter(options.ranOn ? container : afterCrash(container, at))
      if (options.ranOn && container.State.Status === "running") this.#lives.goOn(options.now, container)
    }
  }

  step(now: Instant, input: EngineInput | Wake): ReadonlyArray<EngineOutput> {
    for (let due = this.#timers.take(now); due !== undefined; due = this.#timers.take(now)) {
      this.#now = now
      this.#happen(due.item)
    }
    this.#now = now
    if (input.type === "command") this.#accept(input.number, input.command)
    else if (input.type === "fault") this.#fault(input.fault)
    else if (input.type === "hand") this.#hand(input.act)
    return this.#outbox.take()
  }

  nextWake(): Instant | undefined {
    return this.#timers.next()
  }

  durable(): DurableEngine {
    return {
      images: this.images(),
      containers: this.containers(),
      volumes: this.volumes(),
      networks: this.#networks,
      outputs: this.#written.stored(),
    }
  }

  images(): ReadonlyArray<SimulatedImage> {
    return this.#images.list()
  }

  containers(): ReadonlyArray<SimulatedContainer> {
    return this.#containers.list()
  }

  container(id: string): SimulatedContainer | undefined {
    return this.#containers.get(id)
  }

  /** Why a pull would fail. */
  pullError(image: string): string | undefined {
    return this.#images.pullError(image)
  }

  /** What a container has written: since then, the last of it, or what came after so many lines. */
  written(
    containerId: string,
    wanted: { readonly since?: Instant | undefined; readonly tail?: number | undefined; readonly after?: number },
  ): ReadonlyArray<LogEntry> {
    if (wanted.after !== undefined) return this.#written.after(containerId, wanted.after)
    return this.#written.read(containerId, wanted.since, wanted.tail)
  }

  writtenLines(containerId: string): number {
    return this.#written.count(containerId)
  }

  volumes(): ReadonlyArray<LocalVolume> {
    return [...this.#volumes.values()]
  }

  networks(): ReadonlyArray<LocalNetwork> {
    return this.#networks
  }

  #accept(number: number, command: EngineCommand): void {
    const refused = (this.#failNext.get(command.op)?.length ?? 0) > 0
    if (command.op === "stop" && !refused && this.#signal(number, command)) return
    if (command.op === "logs-stop") {
      this.#outbox.emitAll(this.#readers.stop(command.command))
      this.#outbox.emit({ type: "done", command: number, reply: { op: "logs-stop" } })
      return
    }
    if (command.op === "logs") this.#readers.expect(number)
    this.#timers.add(this.#now + this.#pace.takes(command, this.#images), { kind: "finish", number, command })
  }

  #happen(due: Due): void {
    if (due.kind === "finish") {
      const error = this.#failNext.get(due.command.op)?.shift()
      const result = error ?? this.#carryOut(due.number, due.command)
      if (typeof result === "string") this.#outbox.emit({ type: "failed", command: due.number, error: result })
      else if (result !== undefined) this.#outbox.emit({ type: "done", command: due.number, reply: result })
    } else this.#lives.happen(this.#now, due)
  }

  /** The reply, an error, or nothing when the answer comes later. */
  #carryOut(number: number, command: EngineCommand): EngineReply | string | undefined {
    switch (command.op) {
      case "pull":
        return this.#pull(command.image) ?? { op: "pull" }
      case "create":
        return this.#create(command.container)
      case "start":
        return this.#start(command.containerId)
      case "stop":
        return this.#signal(number, command) ? undefined : this.#stopped(command.containerId)
      case "remove":
        return this.#remove(command.containerId)
      case "list":
        return { op: "list", containers: this.containers().filter(isOfTask).map(summaryOf) }
      case "logs": {
        const container = this.#containers.get(command.containerId)
        if (container === undefined) return `No such container: ${command.containerId}`
        this.#outbox.emitAll(this.#readers.begin(number, command, this.#lives.has(container.Id)))
        return undefined
      }
      case "logs-stop":
        return { op: "logs-stop" }
    }
  }

  #create(request: ContainerRequest): EngineReply | string {
    const spec = request.spec.ContainerSpec ?? {}
    const holder = this.#containers.holderOf(request.name)
    if (holder !== undefined)
      return `Conflict. The container name "/${request.name}" is already in use by container "${holder}". You have to remove (or rename) that container to be able to reuse that name.`
    const image = this.#images.find(spec.Image ?? "")
    if (image === undefined) return `No such image: ${familiarName(spec.Image ?? "")}`
    for (const mount of spec.Mounts ?? []) {
      const error = mountError(mount, this.#hostPath)
      if (error !== undefined) return error
    }
    const container = makeContainer(request, image, this.#images.behaviour(image.Reference), {
      id: newHexId(this.#random),
      created: toRfc3339(this.#now),
      volumes: this.#volumesOf(spec.Mounts ?? []),
    })
    this.#containers.enter(container)
    this.#outbox.about(this.#now, container, "create")
    return { op: "create", containerId: container.Id }
  }

  /** The volumes of a container, made where they are not there yet. */
  #volumesOf(mounts: ReadonlyArray<Mount>): ReadonlyArray<string> {
    return mounts.flatMap((mount) => {
      const volume = volumeOf(mount, toRfc3339(this.#now), this.#random)
      if (volume === undefined) return []
      if (!this.#volumes.has(volume.Name)) this.#volumes.set(volume.Name, volume)
      return [volume.Name]
    })
  }

  #start(id: string): EngineReply | string {
    const container = this.#containers.get(id)
    if (container === undefined) return `No such container: ${id}`
    if (container.State.Status === "running") return { op: "start", pid: container.State.Pid }
    const program = containerProgram(container)
    if (program.startError !== undefined) {
      this.#containers.set(container, { Status: "created", ExitCode: 127, Error: program.startError })
      return program.startError
    }
    const pid = this.#lives.begin(this.#now, container)
    const ports = boundPorts(container)
    const health = container.Healthcheck === undefined ? {} : ({ health: "starting" } as const)
    return { op: "start", pid, ...health, ...(ports.length > 0 && { ports }) }
  }

  /** Sends the stop signal to a container that runs; false when it does not run. */
  #signal(number: number, command: Extract<EngineCommand, { readonly op: "stop" }>): boolean {
    const { containerId, signal, grace_ms } = command
    return this.#lives.stop(this.#now, number, containerId, signal, grace_ms)
  }

  #hand(act: HandAct): void {
    switch (act.op) {
      case "kill":
        this.#lives.signalByHand(this.#now, act.containerId, act.signal)
        return
      case "stop":
        this.#lives.signalByHand(this.#now, act.containerId, act.signal, act.grace_ms)
        return
      case "start":
        this.#start(act.containerId)
        return
      case "remove":
        this.#remove(act.containerId)
        return
      case "pull":
        this.#pull(act.image)
        return
      case "remove-image":
        this.#images.remove(act.reference)
        return
      case "create-volume":
        this.#volumes.set(act.volume.Name, act.volume)
        return
      case "remove-volume":
        this.#volumes.delete(act.name)
        return
      case "create-network":
        this.#networks = [...this.#networks, act.network]
        return
      case "remove-network":
        this.#networks = this.#networks.filter(({ Id }) => Id !== act.id)
    }
  }

  #pull(image: string): string | undefined {
    const error = this.#images.pull(this.#now, image)
    if (error === undefined) {
      const name = familiarName(image)
      this.#outbox.tell(this.#now, { Type: "image", Action: "pull", Actor: { ID: name, Attributes: { name } } })
    }
    return error
  }

  #stopped(id: string): EngineReply | string {
    const container = this.#containers.get(id)
    if (container === undefined) return `No such container: ${id}`
    return { op: "stop", exitCode: container.State.ExitCode }
  }

  #remove(id: string): EngineReply | string {
    const container = this.#containers.get(id)
    if (container === undefined) return `No such container: ${id}`
    if (container.State.Status === "running")
      return `You cannot remove a running container ${id}. Stop the container before attempting removal or force remove`
    this.#containers.remove(container)
    this.#outbox.about(this.#now, container, "destroy")
    this.#written.remove(id)
    return { op: "remove" }
  }

  #fault(fault: EngineFault): void {
    switch (fault.kind) {
      case "exit":
        this.#lives.end(this.#now, fault.containerId, fault)
        break
      case "out-of-memory":
        this.#lives.end(this.#now, fault.containerId, { exitCode: 137, outOfMemory: true })
        break
      case "health":
        this.#lives.becomes(this.#now, fault.containerId, fault.health)
        break
      case "fail-next":
        this.#failNext.set(fault.op, [...(this.#failNext.get(fault.op) ?? []), fault.error])
        break
      case "slow":
        this.#pace.slowness = fault.factor
        break
      case "registry":
        this.#images.registryReachable = fault.reachable
    }
  }
}

/** Ports of the host are bound once for each address family. */
const boundPorts = ({ Request }: SimulatedContainer): ReadonlyArray<PortConfig> =>
  (Request.ports ?? []).flatMap((port) => [port, port])

const isOfTask = (container: SimulatedContainer): boolean =>
  container.Request.labels["com.docker.swarm.task.id"] !== undefined

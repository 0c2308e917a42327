import { newHexId } from "../../../core/id.ts"
import { type Instant, type Millis, toRfc3339 } from "../../../core/instant.ts"
import type { Machine, Wake } from "../../../core/machine.ts"
import type { Mount } from "../../../core/model/container-spec.ts"
import type { PortConfig } from "../../../core/model/endpoint.ts"
import type { Random } from "../../../core/random.ts"
import { TimerQueue } from "../../../core/timer-queue.ts"
import type { EngineMessage } from "../../engine-message.ts"
import type { LogEntry } from "../../log-entry.ts"
import type { ContainerRequest, EngineCommand, EngineEvent, EngineOp, EngineReply, Health } from "../engine.ts"
import {
  afterCrash,
  type ContainerState,
  containerProgram,
  makeContainer,
  onSignal,
  type SimulatedContainer,
  signalNumber,
  summaryOf,
} from "./container.ts"
import type { EngineFault } from "./fault.ts"
import { verdictOf } from "./health.ts"
import { ImageStore } from "./image-store.ts"
import { familiarName, type ImageBehaviour, type SimulatedImage } from "./images.ts"
import { defaultLatencies, drawSpan, type Latencies, type Span } from "./latencies.ts"
import { LogReaders } from "./log-readers.ts"
import { defaultHostPath, type LocalVolume, mountError, volumeOf } from "./mounts.ts"
import { type LocalNetwork, localNetworks } from "./networks.ts"
import { Outputs } from "./output.ts"
import type { Print } from "./shell.ts"

export type EngineInput =
  | { readonly type: "command"; readonly number: number; readonly command: EngineCommand }
  | { readonly type: "fault"; readonly fault: EngineFault }
  /** What somebody does at the machine's own API, beside the agent. */
  | { readonly type: "hand"; readonly act: HandAct }

export type EngineOutput =
  | { readonly type: "event"; readonly event: EngineEvent }
  /** For observers: a line of `docker events`. */
  | { readonly type: "message"; readonly message: EngineMessage }

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

/** A running container's present life; what was scheduled for an earlier one no longer counts. */
interface Run {
  readonly number: number
  /** The stop commands that wait for its end. */
  readonly stops: Array<number>
  /** Somebody at the machine stops it. */
  stoppedByHand: boolean
}

type Due =
  | { readonly kind: "finish"; readonly number: number; readonly command: EngineCommand }
  | { readonly kind: "exit"; readonly id: string; readonly run: number; readonly exitCode: number }
  | { readonly kind: "health"; readonly id: string; readonly run: number; readonly health: Health }
  | { readonly kind: "print"; readonly id: string; readonly run: number; readonly print: Print }
  /** The beginning of a round of what is written over and over. */
  | { readonly kind: "round"; readonly id: string; readonly run: number }

/** A container engine without containers: images, names, latencies, exits and errors as a real one has them, decided from a seed. */
export class SimulatedEngine implements Machine<EngineInput, EngineOutput> {
  readonly #random: Random
  readonly #images: ImageStore
  readonly #latencies: Latencies
  readonly #hostPath: (path: string) => boolean
  readonly #containers = new Map<string, SimulatedContainer>()
  readonly #names = new Map<string, string>()
  readonly #volumes = new Map<string, LocalVolume>()
  #networks: ReadonlyArray<LocalNetwork>
  readonly #runs = new Map<string, Run>()
  readonly #written: Outputs
  readonly #readers: LogReaders
  readonly #timers = new TimerQueue<Due>()
  readonly #failNext = new Map<EngineOp, Array<string>>()
  #slowness = 1
  #runNumber = 0
  #pid = 1_000
  #now: Instant
  #outputs: Array<EngineOutput> = []

  constructor(options: SimulatedEngineOptions) {
    this.#random = options.random
    this.#now = options.now
    this.#images = new ImageStore(options.images, options.restored?.images)
    this.#latencies = { ...defaultLatencies, ...options.latencies }
    this.#hostPath = options.hostPath ?? defaultHostPath
    const at = toRfc3339(options.now)
    this.#networks = options.restored?.networks ?? localNetworks(this.#random, at)
    this.#written = new Outputs(options.restored?.outputs)
    this.#readers = new LogReaders(this.#written)
    for (const image of options.cached ?? []) this.#images.hold(options.now, image)
    for (const volume of options.restored?.volumes ?? []) this.#volumes.set(volume.Name, volume)
    for (const container of options.restored?.containers ?? []) {
      this.#enter(options.ranOn ? container : afterCrash(container, at))
      if (options.ranOn && container.State.Status === "running") this.#goOn(container)
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
    const outputs = this.#outputs
    this.#outputs = []
    return outputs
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
    return [...this.#containers.values()]
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
      this.#emitAll(this.#readers.stop(command.command))
      this.#emit({ type: "done", command: number, reply: { op: "logs-stop" } })
      return
    }
    if (command.op === "logs") this.#readers.expect(number)
    this.#timers.add(this.#now + this.#takes(command), { kind: "finish", number, command })
  }

  #takes(command: EngineCommand): Millis {
    if (command.op !== "pull") return this.#draw(this.#latencies[latencyOf(command.op)])
    return this.#draw(this.#images.mustFetch(command.image) ? this.#latencies.pull : this.#latencies.pullCached)
  }

  #draw(span: Span): Millis {
    return Math.round(drawSpan(this.#random, span) * this.#slowness)
  }

  #happen(due: Due): void {
    if (due.kind === "finish") {
      const error = this.#failNext.get(due.command.op)?.shift()
      const result = error ?? this.#carryOut(due.number, due.command)
      if (typeof result === "string") this.#emit({ type: "failed", command: due.number, error: result })
      else if (result !== undefined) this.#emit({ type: "done", command: due.number, reply: result })
    } else if (this.#runs.get(due.id)?.number === due.run) {
      if (due.kind === "exit") this.#end(due.id, { exitCode: due.exitCode })
      else if (due.kind === "health") this.#becomes(due.id, due.health)
      else if (due.kind === "print") this.#print(due.id, due.print)
      else this.#round(due.id, due.run)
    }
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
        this.#emitAll(this.#readers.begin(number, command, this.#runs.has(container.Id)))
        return undefined
      }
      case "logs-stop":
        return { op: "logs-stop" }
    }
  }

  #create(request: ContainerRequest): EngineReply | string {
    const spec = request.spec.ContainerSpec ?? {}
    const holder = this.#names.get(request.name)
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
    this.#enter(container)
    this.#say("container", "create", container)
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

  #enter(container: SimulatedContainer): void {
    this.#containers.set(container.Id, container)
    this.#names.set(container.Name, container.Id)
  }

  #start(id: string): EngineReply | string {
    const container = this.#containers.get(id)
    if (container === undefined) return `No such container: ${id}`
    if (container.State.Status === "running") return { op: "start", pid: container.State.Pid }
    const program = containerProgram(container)
    if (program.startError !== undefined) {
      this.#set(container, { Status: "created", ExitCode: 127, Error: program.startError })
      return program.startError
    }
    this.#pid += 1 + this.#random.int(40)
    this.#say("container", "start", container)
    this.#set(container, { Status: "running", Pid: this.#pid, ExitCode: 0, Error: "", StartedAt: toRfc3339(this.#now) })
    this.#runs.set(id, this.#live(container, this.#now))
    const ports = boundPorts(container)
    const health = container.Healthcheck === undefined ? {} : ({ health: "starting" } as const)
    return { op: "start", pid: this.#pid, ...health, ...(ports.length > 0 && { ports }) }
  }

  /**
   * A container runs that was started at that time; what should have happened since, but for what it wrote, happens at once. `known`: its health
   * is known already.
   */
  #live(container: SimulatedContainer, startedAt: Instant, known = false): Run {
    const { Id: id, Healthcheck } = container
    const { prints = [], cycle, ends } = containerProgram(container)
    const run = ++this.#runNumber
    const at = (after: Millis): Instant => Math.max(startedAt + after, this.#now)
    for (const print of prints) {
      const after_ms = Math.max(print.after_ms, 1)
      if (startedAt + after_ms > this.#now) this.#timers.add(at(after_ms), { kind: "print", id, run, print })
    }
    if (cycle) this.#timers.add(at(cycle.from_ms), { kind: "round", id, run })
    if (ends !== undefined) {
      // Even a process with nothing to do lives for a moment: its start is told before its end.
      this.#timers.add(at(Math.max(ends.after_ms, 1)), { kind: "exit", id, run, exitCode: ends.exitCode })
    }
    if (Healthcheck !== undefined && !known) {
      const { after_ms, health } = verdictOf(Healthcheck)
      if (Number.isFinite(after_ms)) this.#timers.add(at(after_ms), { kind: "health", id, run, health })
    }
    return { number: run, stops: [], stoppedByHand: false }
  }

  #goOn(container: SimulatedContainer): void {
    this.#pid = Math.max(this.#pid, container.State.Pid)
    const { StartedAt, Health } = container.State
    this.#runs.set(container.Id, this.#live(container, Date.parse(StartedAt), Health !== "starting"))
  }

  #print(id: string, print: Print): void {
    this.#emitAll(this.#readers.written(id, this.#written.add(id, this.#now, print)))
  }

  #round(id: string, run: number): void {
    const container = this.#containers.get(id)
    const cycle = container && containerProgram(container).cycle
    if (cycle === undefined) return
    for (const print of cycle.prints) {
      this.#timers.add(this.#now + Math.max(print.after_ms, 1), { kind: "print", id, run, print })
    }
    this.#timers.add(this.#now + cycle.every_ms, { kind: "round", id, run })
  }

  /** Sends the stop signal to a container that runs; false when it does not run. */
  #signal(number: number, command: Extract<EngineCommand, { readonly op: "stop" }>): boolean {
    const run = this.#runs.get(command.containerId)
    const container = this.#containers.get(command.containerId)
    if (run === undefined || container === undefined) return false
    run.stops.push(number)
    this.#halt(container, run, command.signal ?? container.StopSignal, command.grace_ms)
    return true
  }

  /** The signal now, KILL after the grace period: never, when that has no end. */
  #halt(container: SimulatedContainer, run: Run, signal: string, grace_ms: Millis): void {
    const heeded = onSignal(container, containerProgram(container), signal)
    const reaction = this.#draw(this.#latencies.stop)
    const inTime = heeded !== "ignored" && (reaction <= grace_ms || heeded === 137)
    this.#say("container", "kill", container, { signal: String(signalNumber(signal)) })
    if (!inTime && grace_ms === Number.POSITIVE_INFINITY) return
    this.#timers.add(this.#now + (inTime ? reaction : Math.max(grace_ms, 1)), {
      kind: "exit",
      id: container.Id,
      run: run.number,
      exitCode: inTime ? heeded : 137,
    })
  }

  #hand(act: HandAct): void {
    switch (act.op) {
      case "kill":
      case "stop": {
        const container = this.#containers.get(act.containerId)
        const run = this.#runs.get(act.containerId)
        if (container === undefined || run === undefined) return
        run.stoppedByHand ||= act.op === "stop"
        const grace_ms = act.op === "kill" ? Number.POSITIVE_INFINITY : act.grace_ms
        this.#halt(container, run, act.signal ?? container.StopSignal, grace_ms)
        return
      }
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
      this.#tell({ Type: "image", Action: "pull", Actor: { ID: name, Attributes: { name } } })
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
    this.#containers.delete(id)
    this.#names.delete(container.Name)
    this.#say("container", "destroy", container)
    this.#written.remove(id)
    return { op: "remove" }
  }

  #end(id: string, how: { readonly exitCode: number; readonly error?: string; readonly outOfMemory?: boolean }): void {
    const container = this.#containers.get(id)
    const run = this.#runs.get(id)
    if (container === undefined || run === undefined) return
    this.#runs.delete(id)
    this.#set(container, {
      Status: "exited",
      Pid: 0,
      ExitCode: how.exitCode,
      OOMKilled: how.outOfMemory ?? false,
      Error: how.error ?? "",
      FinishedAt: toRfc3339(this.#now),
    })
    this.#emitAll(this.#readers.ended(id))
    if (how.outOfMemory) this.#say("container", "oom", container)
    this.#say("container", "die", container, { exitCode: String(how.exitCode) })
    for (const command of run.stops) {
      this.#emit({ type: "done", command, reply: { op: "stop", exitCode: how.exitCode } })
    }
    if (run.stops.length > 0 || run.stoppedByHand) this.#say("container", "stop", container)
    if (run.stops.length > 0) return
    const error = how.error === undefined ? {} : { error: how.error }
    this.#emit({ type: "exited", containerId: id, exitCode: how.exitCode, ...error })
  }

  #becomes(id: string, health: Health): void {
    const container = this.#containers.get(id)
    if (container?.Healthcheck === undefined || container.State.Health === health || !this.#runs.has(id)) return
    this.#set(container, { Health: health })
    this.#say("container", `health_status: ${health}`, container)
    this.#emit({ type: "health", containerId: id, health })
  }

  #fault(fault: EngineFault): void {
    switch (fault.kind) {
      case "exit":
        this.#end(fault.containerId, fault)
        break
      case "out-of-memory":
        this.#end(fault.containerId, { exitCode: 137, outOfMemory: true })
        break
      case "health":
        this.#becomes(fault.containerId, fault.health)
        break
      case "fail-next":
        this.#failNext.set(fault.op, [...(this.#failNext.get(fault.op) ?? []), fault.error])
        break
      case "slow":
        this.#slowness = fault.factor
        break
      case "registry":
        this.#images.registryReachable = fault.reachable
    }
  }

  #set(container: SimulatedContainer, state: Partial<ContainerState>): void {
    this.#containers.set(container.Id, { ...container, State: { ...container.State, ...state } })
  }

  #say(Type: string, Action: string, container: SimulatedContainer, more: Readonly<Record<string, string>> = {}): void {
    const { Id, Image: image, Name: name, Request } = container
    this.#tell({ Type, Action, Actor: { ID: Id, Attributes: { ...Request.labels, image, name, ...more } } })
  }

  #tell(message: Pick<EngineMessage, "Type" | "Action" | "Actor">): void {
    this.#outputs.push({ type: "message", message: { ...message, scope: "local", at: this.#now } })
  }

  #emit(event: EngineEvent): void {
    this.#outputs.push({ type: "event", event })
  }

  #emitAll(events: ReadonlyArray<EngineEvent>): void {
    for (const event of events) this.#emit(event)
  }
}

/** Ports of the host are bound once for each address family. */
const boundPorts = ({ Request }: SimulatedContainer): ReadonlyArray<PortConfig> =>
  (Request.ports ?? []).flatMap((port) => [port, port])

/** What takes as long as what. */
const latencyOf = (op: Exclude<EngineOp, "pull">): keyof Latencies =>
  op === "stop" || op === "logs" || op === "logs-stop" ? "list" : op

const isOfTask = (container: SimulatedContainer): boolean =>
  container.Request.labels["com.docker.swarm.task.id"] !== undefined

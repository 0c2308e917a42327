import { InvariantViolation } from "../../core/errors.ts"
import { type Instant, toRfc3339 } from "../../core/instant.ts"
import type { PortConfig } from "../../core/model/endpoint.ts"
import type { Network } from "../../core/model/network.ts"
import { isTerminal, stateRank, type TaskState, type TaskStatus } from "../../core/model/task.ts"
import {
  type ContainerSummary,
  type EngineCommand,
  type EngineOp,
  type EngineReply,
  type Health,
  isNameConflict,
  isNoSuchContainer,
} from "../engine/engine.ts"
import type { Assignment } from "../protocol.ts"
import { containerName, containerRequest, stopGrace, taskIdLabel } from "./container-request.ts"
import type { TemplateNode } from "./template.ts"
import type { AgentTiming } from "./timing.ts"

/** What is known of the task's container. */
interface Container {
  readonly id: string
  readonly state: "created" | "running" | "exited"
  readonly pid: number
  readonly exitCode: number
  readonly error?: string | undefined
  /** Undefined without a health check. */
  readonly health?: Health | undefined
  /** The host's ports that it has got, where the engine tells. */
  readonly ports?: ReadonlyArray<PortConfig> | undefined
}

export interface ControllerOptions {
  readonly node: TemplateNode
  readonly timing: AgentTiming
}

/**
 * Brings one task from what it is to what it should be, one engine command at a time. Its state only moves forward; what ends it before its
 * start rejects it, what ends it later fails it (swarmkit agent/exec/controller.go, Do).
 */
export class TaskController {
  readonly taskId: string
  readonly #options: ControllerOptions
  #assignment: Assignment | undefined
  #status: TaskStatus
  #container: Container | undefined
  /** The command that the engine has not answered yet. */
  #busy: EngineOp | undefined
  #pulled = false
  /** The name is taken: by a container of this very task, made before the agent lost its memory. */
  #nameTaken = false
  #removing = false
  /** When the stop signal may be sent, once it is known that it must. */
  #stopAt: Instant | undefined
  #retryAt: Instant | undefined

  private constructor(options: ControllerOptions, taskId: string, status: TaskStatus, found: Container | undefined) {
    this.taskId = taskId
    this.#options = options
    this.#status = status
    this.#container = found
  }

  /** For a task that this node was given. `found`: its container, if the engine had one when the agent started. */
  static assigned(
    options: ControllerOptions,
    now: Instant,
    assignment: Assignment,
    found: ContainerSummary | undefined,
  ): TaskController {
    const { ID, Status } = assignment.task
    const controller = new TaskController(options, ID, Status, found && containerFrom(found))
    controller.#assignment = assignment
    controller.#acceptLoss(now)
    return controller
  }

  /** For a container whose task is no business of this node any more. */
  static leftover(options: ControllerOptions, now: Instant, taskId: string, found: ContainerSummary): TaskController {
    const status: TaskStatus = { Timestamp: toRfc3339(now), State: "remove" }
    const controller = new TaskController(options, taskId, status, containerFrom(found))
    controller.#removing = true
    return controller
  }

  /** Where the task stands, as it is to be reported. */
  get status(): TaskStatus {
    return this.#status
  }

  get containerId(): string | undefined {
    return this.#container?.id
  }

  /** Its container, once that has run. */
  get startedContainerId(): string | undefined {
    return this.#container?.state === "created" ? undefined : this.#container?.id
  }

  /** The networks that it is on, while it has not ended. */
  get networks(): ReadonlyArray<Network> {
    return isTerminal(this.#status.State) ? [] : (this.#assignment?.networks ?? [])
  }

  get isRemoving(): boolean {
    return this.#removing
  }

  /** Nothing is left of it. */
  get isGone(): boolean {
    return this.#removing && this.#busy === undefined && this.#container === undefined && !this.#nameTaken
  }

  nextWake(): Instant | undefined {
    if (this.#busy !== undefined) return undefined
    return this.#retryAt ?? (this.#container?.state === "running" ? this.#stopAt : undefined)
  }

  assign(assignment: Assignment): void {
    this.#assignment = assignment
    // A pull changes nothing that would have to be undone; nobody waits for it.
    if (this.#busy === "pull" && this.#shouldStop) this.#busy = undefined
  }

  remove(): void {
    this.#removing = true
    if (this.#busy === "pull") this.#busy = undefined
  }

  /** Takes all steps that need no engine, then returns the command for the one that does. */
  next(now: Instant): EngineCommand | undefined {
    if (this.#busy !== undefined) return undefined
    if (this.#retryAt !== undefined) {
      if (now < this.#retryAt) return undefined
      this.#retryAt = undefined
    }
    const command = this.#removing ? this.#cleanUp() : this.#advance(now)
    this.#busy = command?.op
    return command
  }

  done(now: Instant, reply: EngineReply): void {
    if (this.#busy !== reply.op) return
    this.#busy = undefined
    switch (reply.op) {
      case "pull":
        this.#pulled = true
        break
      case "create":
        this.#container = { id: reply.containerId, state: "created", pid: 0, exitCode: 0 }
        break
      case "start":
        this.#setContainer({ state: "running", pid: reply.pid, health: reply.health, ports: reply.ports })
        break
      case "stop":
        this.#setContainer({ state: "exited", pid: 0, exitCode: reply.exitCode })
        break
      case "remove":
        this.#container = undefined
        break
      case "list":
        this.#nameTaken = false
        this.#adopt(reply.containers, now)
    }
  }

  failed(now: Instant, op: EngineOp, error: string): void {
    if (this.#busy !== op) return
    this.#busy = undefined
    const gone = isNoSuchContainer(error)
    switch (op) {
      case "pull":
        // Whoever has the image runs without a registry.
        this.#pulled = true
        break
      case "create":
        if (isNameConflict(error)) this.#nameTaken = true
        else if (!this.#shouldStop) this.#fail(now, error)
        break
      case "start":
        if (!this.#shouldStop) this.#fail(now, `starting container failed: ${error}`)
        break
      case "stop":
      case "remove":
      case "list":
        if (gone) this.#container = undefined
        else this.#retryAt = now + this.#options.timing.engineRetry
    }
  }

  exited(exitCode: number, error: string | undefined): void {
    this.#setContainer({ state: "exited", pid: 0, exitCode, error })
  }

  health(health: Health): void {
    // Once unhealthy it is on its way out.
    if (this.#container?.health !== "unhealthy") this.#setContainer({ health })
  }

  #cleanUp(): EngineCommand | undefined {
    if (this.#nameTaken) return { op: "list" }
    const container = this.#container
    if (container === undefined) return undefined
    return container.state === "running" ? this.#stopCommand(container) : { op: "remove", containerId: container.id }
  }

  #advance(now: Instant): EngineCommand | undefined {
    if (this.#nameTaken) return { op: "list" }
    for (;;) {
      const before = this.#status
      const command = this.#step(now)
      if (command !== undefined || this.#status === before) return command
    }
  }

  /** One step: a new status, or a command, or nothing when the task is where it should be. */
  #step(now: Instant): EngineCommand | undefined {
    const container = this.#container
    const running = container?.state === "running"
    if (isTerminal(this.#status.State)) return running ? this.#stop(now) : undefined
    if (this.#shouldStop) return running ? this.#stop(now) : this.#move(now, "shutdown", "shutdown")
    switch (this.#status.State) {
      case "preparing":
        return this.#prepare(now)
      case "ready":
        return stateRank(this.#desired) > stateRank("ready") ? this.#move(now, "starting", "starting") : undefined
      case "starting":
        return this.#start(now)
      case "running":
        return this.#watch(now)
      case "accepted":
        return this.#move(now, "preparing", "preparing")
      default:
        return this.#move(now, "accepted", "accepted")
    }
  }

  #prepare(now: Instant): EngineCommand | undefined {
    if (this.#container !== undefined) return this.#move(now, "ready", "prepared")
    const assignment = this.#needAssignment()
    const { Image: image = "", PullOptions } = assignment.spec.ContainerSpec ?? {}
    const auth = PullOptions?.RegistryAuth
    if (!this.#pulled) return { op: "pull", image, ...(auth ? { auth } : {}) }
    const request = containerRequest(assignment, this.#options.node)
    return request.ok ? { op: "create", container: request.value } : this.#fail(now, request.error)
  }

  #start(now: Instant): EngineCommand | undefined {
    const container = this.#container
    if (container?.state === "created") return { op: "start", containerId: container.id }
    if (container?.state !== "running") return this.#ended(now)
    if (container.health === "unhealthy") return this.#stop(now)
    return container.health === "starting" ? undefined : this.#move(now, "running", "started")
  }

  #watch(now: Instant): EngineCommand | undefined {
    if (this.#container?.state !== "running") return this.#ended(now)
    return this.#container.health === "unhealthy" ? this.#stop(now) : undefined
  }

  /** The container does not run any more, though it should. */
  #ended(now: Instant): undefined {
    const container = this.#container
    if (container === undefined) return this.#fail(now, `No such container: ${this.#name}`)
    if (container.exitCode === 0 && container.state === "exited") {
      if (this.#status.State === "starting") this.#move(now, "running", "started")
      return this.#move(now, "complete", "finished")
    }
    const cause = container.health === "unhealthy" ? "dockerexec: unhealthy container" : container.error
    return this.#fail(now, `task: non-zero exit (${container.exitCode})${cause ? `: ${cause}` : ""}`)
  }

  /** The container that had been started may be gone, or have ended, while nobody was there to see it. */
  #acceptLoss(now: Instant): void {
    const { State } = this.#status
    const state = this.#container?.state
    if (State === "starting" ? state === undefined || state === "exited" : State === "running" && state !== "running") {
      this.#ended(now)
    }
  }

  #stop(now: Instant): EngineCommand | undefined {
    const container = this.#container
    if (container === undefined) return undefined
    const delay = this.#isOnOverlay ? this.#options.timing.gossipDelay : 0
    this.#stopAt ??= now + delay
    return now < this.#stopAt ? undefined : this.#stopCommand(container)
  }

  #stopCommand(container: Container): EngineCommand {
    const spec = this.#assignment?.spec
    const signal = spec?.ContainerSpec?.StopSignal
    const how = signal === undefined || signal === "" ? {} : { signal }
    return { op: "stop", containerId: container.id, grace_ms: stopGrace(spec), ...how }
  }

  #adopt(containers: ReadonlyArray<ContainerSummary>, now: Instant): void {
    const own = containers.find((container) => container.labels[taskIdLabel] === this.taskId)
    if (own !== undefined) this.#container = containerFrom(own)
    else if (!this.#removing && !this.#shouldStop)
      this.#fail(now, `Conflict. The container name "/${this.#name}" is already in use`)
  }

  #move(now: Instant, state: TaskState, message: string): undefined {
    if (stateRank(state) <= stateRank(this.#status.State)) {
      throw new InvariantViolation(`task ${this.taskId}: ${this.#status.State} -> ${state}`)
    }
    this.#status = { Timestamp: toRfc3339(now), State: state, Message: message, ...this.#containerStatus(state) }
  }

  #fail(now: Instant, error: string): undefined {
    const state = stateRank(this.#status.State) < stateRank("starting") ? "rejected" : "failed"
    const message = this.#status.Message ?? ""
    this.#move(now, state, message)
    this.#status = { ...this.#status, Err: error }
  }

  #containerStatus(state: TaskState): Partial<TaskStatus> {
    if (stateRank(state) < stateRank("starting")) return {}
    const container = this.#container
    const ports = container?.ports ?? this.#assignment?.ports
    return {
      ContainerStatus: {
        ContainerID: container?.id ?? "",
        PID: container?.pid ?? 0,
        ExitCode: container?.exitCode ?? 0,
      },
      PortStatus: state === "running" && ports !== undefined && ports.length > 0 ? { Ports: ports } : {},
    }
  }

  #setContainer(change: Partial<Container>): void {
    if (this.#container !== undefined) this.#container = { ...this.#container, ...change }
  }

  #needAssignment(): Assignment {
    if (this.#assignment === undefined) throw new InvariantViolation(`task ${this.taskId} has no assignment`)
    return this.#assignment
  }

  get #desired(): TaskState {
    return this.#assignment?.task.DesiredState ?? "remove"
  }

  get #shouldStop(): boolean {
    return this.#removing || stateRank(this.#desired) >= stateRank("shutdown")
  }

  get #isOnOverlay(): boolean {
    return (this.#assignment?.task.NetworksAttachments?.length ?? 0) > 0
  }

  get #name(): string {
    const { serviceName, task } = this.#needAssignment()
    return containerName(serviceName, task, this.#options.node.id)
  }
}

const containerFrom = (found: ContainerSummary): Container => ({
  id: found.containerId,
  state: found.state,
  pid: found.pid ?? 0,
  exitCode: found.exitCode ?? 0,
  health: found.health,
  ports: found.ports,
})

import { newId } from "../../core/id.ts"
import { earliest, type Instant } from "../../core/instant.ts"
import type { Machine, Wake } from "../../core/machine.ts"
import type { Network } from "../../core/model/network.ts"
import { isTerminal, type TaskStatus } from "../../core/model/task.ts"
import { TimerQueue } from "../../core/timer-queue.ts"
import type { ContainerSummary, EngineCommand, EngineEvent, EngineOp } from "../engine/engine.ts"
import type { Peer } from "../peer.ts"
import type { Assignment, AssignmentMessage, DispatchMessage, Way } from "../protocol.ts"
import { Connection } from "./connection.ts"
import { taskIdLabel } from "./container-request.ts"
import type { AgentInput, AgentOptions, AgentOutput } from "./io.ts"
import { Leaving } from "./leaving.ts"
import { LogPublisher } from "./logs.ts"
import { News } from "./news.ts"
import { Reports } from "./reports.ts"
import { type ControllerOptions, TaskController } from "./task-controller.ts"
import { type AgentTiming, defaultAgentTiming } from "./timing.ts"

export type { AgentInput, AgentOptions, AgentOutput }

/** Who waits for the answer to an engine command: a task's controller, or the agent itself (its first look at the containers). */
interface Asked {
  readonly op: EngineOp
  readonly controller: TaskController | undefined
}

/**
 * What runs on every node: it learns from the leader what should run here, brings it about with the node's engine, and reports what became
 * of it. It remembers nothing over a crash: the engine knows its containers, the managers know its tasks.
 */
export class Agent implements Machine<AgentInput, AgentOutput> {
  readonly nodeId: string
  readonly #timing: AgentTiming
  readonly #controllerOptions: ControllerOptions
  readonly #connection: Connection
  readonly #reports: Reports
  readonly #logs: LogPublisher
  readonly #controllers = new Map<string, TaskController>()
  /** What each controller stood at when its status was last put into a report. */
  readonly #noted = new Map<string, TaskStatus>()
  readonly #byContainer = new Map<string, TaskController>()
  readonly #asked = new Map<number, Asked>()
  readonly #timers = new TimerQueue<TaskController>()
  /** Containers that were there when the agent started and whose tasks it has not heard of. Undefined until the engine has listed them. */
  #found: Map<string, ContainerSummary> | undefined
  #listAt: Instant | undefined
  #commands = 0
  #taken = 0
  #leaving: Leaving | undefined
  readonly #news: News
  #now: Instant
  #outputs: Array<AgentOutput> = []

  constructor(options: AgentOptions) {
    this.nodeId = options.nodeId
    this.#now = options.now
    this.#timing = { ...defaultAgentTiming, ...options.timing }
    this.#controllerOptions = {
      node: { id: options.nodeId, description: options.description },
      timing: this.#timing,
    }
    this.#connection = new Connection({ ...options, timing: this.#timing }, options.now)
    this.#news = new News(options.managers)
    this.#reports = new Reports(this.#timing)
    this.#logs = new LogPublisher({
      newLife: () => newId(options.random),
      command: (command) => this.#command(command, undefined),
      containerOf: (taskId) => this.#containerOf(taskId),
    })
    this.#listAt = options.now
  }

  step(now: Instant, input: AgentInput | Wake): ReadonlyArray<AgentOutput> {
    this.#now = now
    const before = this.#connection.session
    if (input.type === "engine") this.#engineSaid(input.event)
    else if (input.type === "message") this.#receive(input.from, input.message)
    else if (input.type === "way") this.#follow(input.from, input.way)
    else if (input.type === "link-down") this.#connection.linkDown(now, input.manager)
    else if (input.type === "describe") this.#connection.describe(now, input.description, input.managers)
    else if (input.type === "leave") this.#leave()
    this.#wakeUp()
    if (this.#leaving === undefined) this.#flush(before)
    else this.#part(this.#leaving)
    const outputs = this.#outputs
    this.#outputs = []
    return outputs
  }

  nextWake(): Instant | undefined {
    // Without knowing what the engine holds, it could not tell a task that is lost from one that runs.
    if (this.#found === undefined) return this.#listAt
    if (this.#leaving !== undefined) return earliest(this.#leaving.nextWake(), this.#timers.next())
    const next = earliest(this.#connection.nextWake(), this.#timers.next())
    if (this.#connection.session === undefined) return next
    return earliest(next, earliest(this.#reports.nextWake(), this.#logs.nextWake()))
  }

  /** Whom it obeys at present. */
  get manager(): string | undefined {
    return this.#connection.session?.manager
  }

  /** What this node believes of its tasks, for observers. */
  statuses(): ReadonlyMap<string, TaskStatus> {
    return new Map([...this.#controllers].map(([taskId, controller]) => [taskId, controller.status]))
  }

  /** The networks of the cluster that this node is on: the ingress network, and those of its tasks. */
  networks(): ReadonlyArray<Network> {
    const { ingress } = this.#connection
    const ofTasks = [...this.#controllers.values()].flatMap((controller) => controller.networks)
    const all = ingress === undefined ? ofTasks : [ingress, ...ofTasks]
    return [...new Map(all.map((network) => [network.ID, network])).values()]
  }

  #wakeUp(): void {
    if (this.#listAt !== undefined && this.#now >= this.#listAt) {
      this.#listAt = undefined
      this.#command({ op: "list" }, undefined)
    }
    if (this.#found === undefined) return
    for (let due = this.#timers.take(this.#now); due !== undefined; due = this.#timers.take(this.#now)) {
      this.#drive(due.item)
    }
    if (this.#leaving === undefined) this.#connection.wake(this.#now)
  }

  #leave(): void {
    if (this.#leaving !== undefined) return
    this.#leaving = new Leaving(this.#now, this.#connection.managers, this.#connection.session?.manager)
    if (this.#found !== undefined) this.#replaceAll([])
  }

  /** Goes on leaving, until there is nothing left to do. */
  #part(leaving: Leaving): void {
    const to = leaving.wake(this.#now)
    if (to !== undefined) this.#outputs.push({ type: "send", to, message: { type: "leave" } })
    if (this.#found === undefined || this.#controllers.size > 0) return
    if (leaving.end()) this.#outputs.push({ type: "left" })
  }

  #flush(before: Connection["session"]): void {
    const session = this.#connection.session
    if (before !== undefined && before.id !== session?.id)
      this.#outputs.push({ type: "session-over", manager: before.manager, session: before.id })
    if (session !== undefined && before?.id !== session.id)
      this.#outputs.push({ type: "session", manager: session.manager, session: session.id })
    for (const news of this.#news.take(this.#connection)) this.#outputs.push(news)
    for (const { to, message } of this.#connection.take()) this.#outputs.push({ type: "send", to, message })
    if (session === undefined) return
    const reported = this.#reports.take(this.#now, session.id)
    if (reported !== undefined) this.#outputs.push({ type: "send", to: session.manager, message: reported })
    for (const message of this.#logs.take(this.#now)) this.#outputs.push({ type: "send", to: session.manager, message })
  }

  #receive(from: Peer, message: DispatchMessage): void {
    // Only managers may say what runs here.
    if (from.role !== "manager" || this.#found === undefined) return
    if (this.#leaving !== undefined) {
      this.#leaving.receive(message)
      return
    }
    if (this.#connection.receive(this.#now, from.id, message)) {
      this.#taken = 0
      this.#reports.restart()
    }
    const session = this.#connection.session
    if (message.type === "assignments" && message.session === session?.id) this.#take(session.manager, message)
    if (message.type === "statuses-ack" && message.session === session?.id) this.#reports.confirmed(message.batch)
    if (message.type === "logs-end" || message.type === "log-ack") this.#logs.receive(this.#now, message)
    // Before it knows its tasks, it could not tell one that is gone from one that it has not heard of.
    if (message.type === "logs" && this.#taken > 0) this.#logs.receive(this.#now, message)
  }

  #follow(from: string, way: Way): void {
    const next = this.#connection.follow(this.#now, from, way)
    if (next !== undefined) this.#outputs.push({ type: "know", ...next })
  }

  /** Takes the next assignment message, or a complete one; any other is answered with what was taken last. */
  #take(manager: string, message: AssignmentMessage): void {
    const isNext = message.complete ? message.sequence > this.#taken : message.sequence === this.#taken + 1
    if (isNext) {
      this.#taken = message.sequence
      if (message.complete) this.#replaceAll(message.assign)
      for (const taskId of message.remove) this.#remove(taskId)
      for (const assignment of message.assign) this.#assign(assignment)
    }
    const { session } = message
    this.#outputs.push({ type: "send", to: manager, message: { type: "assigned", session, sequence: this.#taken } })
  }

  #replaceAll(assignments: ReadonlyArray<Assignment>): void {
    const wanted = new Set(assignments.map((assignment) => assignment.task.ID))
    for (const taskId of this.#controllers.keys()) if (!wanted.has(taskId)) this.#remove(taskId)
    for (const [taskId, container] of this.#found ?? []) {
      if (wanted.has(taskId) || this.#controllers.has(taskId)) continue
      this.#found?.delete(taskId)
      this.#enter(TaskController.leftover(this.#controllerOptions, this.#now, taskId, container))
    }
  }

  #assign(assignment: Assignment): void {
    const { ID, Status } = assignment.task
    const known = this.#controllers.get(ID)
    if (known !== undefined) {
      known.assign(assignment)
      this.#drive(known)
      return
    }
    const found = this.#found?.get(ID)
    this.#found?.delete(ID)
    this.#noted.set(ID, Status)
    this.#enter(TaskController.assigned(this.#controllerOptions, this.#now, assignment, found))
  }

  #remove(taskId: string): void {
    const controller = this.#controllers.get(taskId)
    if (controller === undefined) return
    controller.remove()
    this.#drive(controller)
  }

  #enter(controller: TaskController): void {
    this.#controllers.set(controller.taskId, controller)
    this.#drive(controller)
  }

  /** Lets a controller go as far as it can. */
  #drive(controller: TaskController): void {
    if (this.#controllers.get(controller.taskId) !== controller) return
    const command = controller.next(this.#now)
    this.#note(controller)
    if (controller.containerId !== undefined) this.#byContainer.set(controller.containerId, controller)
    if (command !== undefined) this.#command(command, controller)
    else if (controller.isGone) this.#forget(controller)
    const due = controller.nextWake()
    if (due !== undefined && due > this.#now) this.#timers.add(due, controller)
  }

  #note(controller: TaskController): void {
    const { taskId, status } = controller
    if (controller.isRemoving || this.#noted.get(taskId) === status) return
    this.#noted.set(taskId, status)
    this.#reports.put(taskId, status)
    this.#outputs.push({ type: "task", taskId, status })
  }

  #forget(controller: TaskController): void {
    this.#controllers.delete(controller.taskId)
    this.#noted.delete(controller.taskId)
    this.#reports.forget(controller.taskId)
  }

  #command(command: EngineCommand, controller: TaskController | undefined): number {
    const number = ++this.#commands
    this.#asked.set(number, { op: command.op, controller })
    this.#outputs.push({ type: "command", number, command })
    return number
  }

  #containerOf(taskId: string): string | undefined {
    const controller = this.#controllers.get(taskId)
    if (controller?.startedContainerId !== undefined) return controller.startedContainerId
    return controller !== undefined && isTerminal(controller.status.State) ? "none" : undefined
  }

  #engineSaid(event: EngineEvent): void {
    switch (event.type) {
      case "done":
      case "failed": {
        const asked = this.#asked.get(event.command)
        this.#asked.delete(event.command)
        if (this.#logs.done(event.command)) break
        if (asked !== undefined) this.#answered(asked, event)
        break
      }
      case "log":
        this.#logs.entries(event.command, event.entries)
        break
      case "exited":
      case "health":
        this.#containerChanged(event)
    }
  }

  #answered(asked: Asked, event: Extract<EngineEvent, { readonly type: "done" | "failed" }>): void {
    const { controller, op } = asked
    if (controller === undefined) {
      if (op !== "list") return
      if (event.type === "done" && event.reply.op === "list") this.#look(event.reply.containers)
      else this.#listAt = this.#now + this.#timing.engineRetry
      return
    }
    const container = controller.containerId
    if (event.type === "done") controller.done(this.#now, event.reply)
    else controller.failed(this.#now, op, event.error)
    if (container !== undefined && controller.containerId === undefined) this.#byContainer.delete(container)
    this.#drive(controller)
  }

  /** What the engine held when the agent started, by task. */
  #look(containers: ReadonlyArray<ContainerSummary>): void {
    this.#found = new Map()
    for (const container of containers) {
      const taskId = container.labels[taskIdLabel]
      if (taskId !== undefined) this.#found.set(taskId, container)
    }
    if (this.#leaving !== undefined) this.#replaceAll([])
  }

  #containerChanged(event: Extract<EngineEvent, { readonly type: "exited" | "health" }>): void {
    const controller = this.#byContainer.get(event.containerId)
    if (controller === undefined) {
      this.#missed(event)
      return
    }
    if (event.type === "exited") controller.exited(event.exitCode, event.error)
    else controller.health(event.health)
    this.#drive(controller)
  }

  /** Something happened to a container whose task the agent has not been told of yet. */
  #missed(event: Extract<EngineEvent, { readonly type: "exited" | "health" }>): void {
    for (const [taskId, container] of this.#found ?? []) {
      if (container.containerId !== event.containerId) continue
      if (event.type === "health") this.#found?.set(taskId, { ...container, health: event.health })
      else this.#found?.set(taskId, { ...container, state: "exited", exitCode: event.exitCode })
    }
  }
}

import type Docker from "dockerode"
import * as Effect from "effect/Effect"
import type { LogEntry } from "../../log-entry.ts"
import type { ContainerRequest, ContainerSummary, EngineCommand, EngineEvent, EngineReply } from "../engine.ts"
import { call, createContainer, orUnchanged } from "./client.ts"
import { type Attachment, createBody } from "./create-body.ts"
import { EngineError } from "./error.ts"
import type { TaskFiles } from "./files.ts"
import type { Lives, Sighting } from "./lives.ts"
import { LogReaders } from "./log-readers.ts"
import { mountsError } from "./mounts.ts"
import type { Networks } from "./networks.ts"
import { Pulls } from "./pulls.ts"
import { addressOf, healthOf, hostPorts, summaryOf } from "./summary.ts"

/** How many containers are looked at at the same time. */
const looks = 16

export interface CommandsOptions {
  readonly docker: Docker
  readonly nodeId: string
  readonly lives: Lives
  readonly networks: Networks
  readonly files: TaskFiles
  readonly emit: (event: EngineEvent) => void
}

/** Where a container is reached from its machine, by its task. */
interface Place {
  readonly containerId: string
  readonly address: string
}

/** Carries out the port's commands, each on its own: nothing here waits for anything but the engine. */
export class Commands {
  readonly #options: CommandsOptions
  readonly #logs: LogReaders
  readonly #pulls: Pulls
  readonly #places = new Map<string, Place>()
  /** Names of containers that are being created: their files are not leftovers. */
  readonly #creating = new Set<string>()
  #swept = false

  constructor(options: CommandsOptions) {
    this.#options = options
    this.#logs = new LogReaders(options.docker)
    this.#pulls = new Pulls(options.docker)
  }

  /** Emits the answer, and what may be told only after it. */
  carryOut(number: number, command: EngineCommand): Effect.Effect<void> {
    const { emit } = this.#options
    const answer = (reply: EngineReply): void => emit({ type: "done", command: number, reply })
    const tell = (entries: ReadonlyArray<LogEntry>): void => emit({ type: "log", command: number, entries })
    return this.#run(number, command, answer, tell).pipe(
      Effect.catch((error) => Effect.sync(() => emit({ type: "failed", command: number, error: error.message }))),
    )
  }

  /** Where a task's container is reached from this machine, while it runs. */
  addressOf(taskId: string): string | undefined {
    return this.#places.get(taskId)?.address
  }

  ended(containerId: string): void {
    for (const [taskId, place] of this.#places) if (place.containerId === containerId) this.#places.delete(taskId)
  }

  /** What the engine holds of the containers that were believed to run, for those who missed its events. */
  get catchUp(): Effect.Effect<void, EngineError> {
    const { lives, emit } = this.#options
    return Effect.suspend(() => {
      const asked = lives.running()
      return Effect.forEach(asked, (id) => this.#sighting(id), { concurrency: looks }).pipe(
        thenDo((found) => {
          for (const event of lives.seen(asked, found.flat())) emit(event)
        }),
      )
    })
  }

  #run(
    number: number,
    command: EngineCommand,
    answer: (reply: EngineReply) => void,
    tell: (entries: ReadonlyArray<LogEntry>) => void,
  ): Effect.Effect<void, EngineError> {
    switch (command.op) {
      case "pull":
        return Effect.map(this.#pulls.pull(command.image, command.auth), () => answer({ op: "pull" }))
      case "create":
        return Effect.map(this.#create(command.container), answer)
      case "start":
        return this.#start(command.containerId, answer)
      case "stop":
        return this.#stop(command, answer)
      case "remove":
        return Effect.andThen(this.#remove(command.containerId, answer), this.#sweep)
      case "list":
        return Effect.flatMap(this.#list, (containers) => {
          answer({ op: "list", containers })
          if (this.#swept) return Effect.void
          this.#swept = true
          return this.#sweep
        })
      case "logs":
        return Effect.map(this.#logs.read(number, command, tell), () => answer({ op: "logs" }))
      case "logs-stop":
        this.#logs.stop(command.command)
        return Effect.map(Effect.yieldNow, () => answer({ op: "logs-stop" }))
    }
  }

  #create(request: ContainerRequest): Effect.Effect<EngineReply, EngineError> {
    const { networks, files, lives } = this.#options
    const error = mountsError(request.spec.ContainerSpec?.Mounts ?? [])
    if (error !== undefined) return Effect.fail(new EngineError({ message: error, status: 400 }))
    const make = files.write(request).pipe(
      Effect.flatMap((mounts) =>
        networks.with(request.networks ?? [], (attachments) => {
          const body = createBody(request, { attachments, files: mounts })
          return Effect.tap(createContainer(this.#options.docker, request.name, body), (id) =>
            this.#connect(id, attachments.slice(1)),
          )
        }),
      ),
      // Whoever has the name has the files too.
      Effect.tapError((failed) => (failed.status === 409 ? Effect.void : files.remove(request.name))),
    )
    return Effect.acquireUseRelease(
      Effect.sync(() => this.#creating.add(request.name)),
      () => make,
      () => Effect.sync(() => this.#creating.delete(request.name)),
    ).pipe(
      Effect.map((containerId): EngineReply => {
        lives.created(containerId)
        return { op: "create", containerId }
      }),
    )
  }

  #connect(containerId: string, attachments: ReadonlyArray<Attachment>): Effect.Effect<void, EngineError> {
    const { docker } = this.#options
    return Effect.forEach(attachments, ({ network, endpoint }) =>
      call(() => docker.getNetwork(network).connect({ Container: containerId, EndpointConfig: endpoint })),
    ).pipe(
      Effect.asVoid,
      // Half connected it would look like one that is whole.
      Effect.tapError(() => Effect.ignore(call(() => docker.getContainer(containerId).remove({ v: true })))),
    )
  }

  #start(containerId: string, answer: (reply: EngineReply) => void): Effect.Effect<void, EngineError> {
    const { docker, lives } = this.#options
    return Effect.suspend(() => {
      lives.starting(containerId)
      return orUnchanged(call(() => docker.getContainer(containerId).start()))
    }).pipe(
      Effect.andThen(this.#inspect(containerId)),
      Effect.tapError((error) => Effect.sync(() => this.#lost(containerId, error) || lives.notStarted(containerId))),
      thenDo((container) => {
        const ports = hostPorts(container)
        const isChecked = healthOf(container.State.Health?.Status) !== undefined
        this.#place(container)
        answer({
          op: "start",
          pid: container.State.Pid,
          ...(isChecked && { health: "starting" }),
          ...(ports.length > 0 && { ports }),
        })
        // Of one that has ended, only how it ended is of interest.
        const health = container.State.Running ? healthOf(container.State.Health?.Status) : undefined
        this.#emitAll(lives.started(containerId, health ?? (isChecked ? "starting" : undefined)))
      }),
    )
  }

  #stop(
    { containerId, grace_ms }: Extract<EngineCommand, { readonly op: "stop" }>,
    answer: (reply: EngineReply) => void,
  ): Effect.Effect<void, EngineError> {
    const { docker, lives } = this.#options
    return Effect.suspend(() => {
      lives.stopping(containerId)
      // The stop signal is the container's own, given when it was made. The engine counts in whole seconds, as Swarm does.
      return orUnchanged(call(() => docker.getContainer(containerId).stop({ t: Math.floor(grace_ms / 1_000) })))
    }).pipe(
      Effect.andThen(this.#inspect(containerId)),
      Effect.tapError((error) =>
        Effect.sync(() => {
          const news = lives.notStopped(containerId)
          if (!this.#lost(containerId, error)) this.#emitAll(news)
        }),
      ),
      thenDo(({ State }) => {
        lives.stopped(containerId)
        this.ended(containerId)
        answer({ op: "stop", exitCode: State.ExitCode })
      }),
    )
  }

  #remove(containerId: string, answer: (reply: EngineReply) => void): Effect.Effect<void, EngineError> {
    const { docker, lives, files } = this.#options
    return this.#inspect(containerId).pipe(
      Effect.tap(() => call(() => docker.getContainer(containerId).remove({ v: true }))),
      Effect.tapError((error) => Effect.sync(() => this.#lost(containerId, error))),
      Effect.tap(({ Name }) => files.remove(Name.replace(/^\//, ""))),
      thenDo(() => {
        lives.forget(containerId)
        this.ended(containerId)
        answer({ op: "remove" })
      }),
    )
  }

  get #list(): Effect.Effect<ReadonlyArray<ContainerSummary>, EngineError> {
    const { docker, nodeId, lives } = this.#options
    const filters = { label: [`com.docker.swarm.node.id=${nodeId}`] }
    return Effect.suspend(() => {
      lives.listing()
      return call(() => docker.listContainers({ all: true, filters }))
    }).pipe(
      Effect.flatMap((found) => Effect.forEach(found, ({ Id }) => this.#look(Id), { concurrency: looks })),
      Effect.tapError(() => Effect.sync(() => lives.listingOver())),
      Effect.map((found) => {
        for (const container of found.flat()) this.#place(container)
        return lives.listed(found.flat().map(summaryOf))
      }),
    )
  }

  /** Removes the networks and files that no container needs any more. What fails now is tried after the next removal. */
  get #sweep(): Effect.Effect<void> {
    const { docker, networks, files } = this.#options
    return call(() => docker.listContainers({ all: true })).pipe(
      Effect.tap((containers) => networks.sweep(containers)),
      Effect.tap((containers) => {
        const names = containers.flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, "")))
        return files.keepOnly(new Set([...names, ...this.#creating]))
      }),
      Effect.ignore,
    )
  }

  #inspect(containerId: string): Effect.Effect<Docker.ContainerInspectInfo, EngineError> {
    return call(() => this.#options.docker.getContainer(containerId).inspect())
  }

  /** Nothing, if it has gone meanwhile. */
  #look(containerId: string): Effect.Effect<ReadonlyArray<Docker.ContainerInspectInfo>, EngineError> {
    return this.#inspect(containerId).pipe(
      Effect.map((container) => [container]),
      Effect.catch((error) => (error.status === 404 ? Effect.succeed([]) : Effect.fail(error))),
    )
  }

  #sighting(containerId: string): Effect.Effect<ReadonlyArray<Sighting>, EngineError> {
    return Effect.map(this.#look(containerId), (found) => found.map(summaryOf))
  }

  #place(container: Docker.ContainerInspectInfo): void {
    const taskId = container.Config.Labels["com.docker.swarm.task.id"]
    const address = addressOf(container)
    if (taskId === undefined || address === undefined || !container.State.Running) return
    this.#places.set(taskId, { containerId: container.Id, address })
  }

  /** Whether the engine says that it has no such container; then nothing more is heard of it. */
  #lost(containerId: string, error: EngineError): boolean {
    if (error.status !== 404) return false
    this.#options.lives.forget(containerId)
    this.ended(containerId)
    return true
  }

  #emitAll(events: ReadonlyArray<EngineEvent>): void {
    for (const event of events) this.#options.emit(event)
  }
}

/** What has to happen at one go, without anything in between. */
const thenDo =
  <A>(step: (value: A) => void) =>
  <E>(effect: Effect.Effect<A, E>): Effect.Effect<void, E> =>
    Effect.flatMap(effect, (value) => Effect.sync(() => step(value)))

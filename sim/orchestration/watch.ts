import type { Instant } from "../../core/instant.ts"
import type { Change } from "../../core/store/change.ts"
import { ClusterStore } from "../../core/store/store.ts"
import type { ManagerOutput } from "../../nodes/manager/io.ts"
import type { MemberId } from "../../raft/index.ts"
import type { Host } from "../cluster/host.ts"
import type { World } from "../cluster/world.ts"
import { type Checker, type Committed, OrchestrationViolation, type RunningContainer } from "./observation.ts"

/** How often the engines are looked at. Virtual time, milliseconds. */
const enginesEvery_ms = 250

/**
 * Sees a world's committed entries, each once and in order, by whichever manager applies it first, and shows them to the checkers. It applies
 * them to a store of its own, so that checkers see the state of exactly that entry.
 */
export class Watch {
  readonly store = new ClusterStore()
  /** Entries seen. */
  entries = 0
  leaderships = 0
  readonly #world: World
  readonly #checkers: ReadonlyArray<Checker>
  #violation: OrchestrationViolation | undefined
  /** When each member last did something. */
  readonly #lastHeard = new Map<MemberId, Instant>()
  #term = 0
  #enginesAt = 0

  constructor(world: World, checkers: ReadonlyArray<Checker>) {
    this.#world = world
    this.#checkers = checkers
    world.observe((host, output) => {
      const member = host.manager?.raftId
      if (member !== undefined) this.#lastHeard.set(member, world.now)
      this.#see(output)
      // A leader that makes itself a minority does not lead for long.
      if (output.type === "save" && output.entries.some(({ kind }) => kind === "configuration")) this.#seeGroup(host)
    })
  }

  /** Throws the first violation that was seen: a machine's step must not be interrupted by it. To be called after every event. */
  check(): void {
    if (this.#violation) throw this.#violation
    if (this.#world.now < this.#enginesAt) return
    this.#enginesAt = this.#world.now + enginesEvery_ms
    const engines = { at: this.#world.now, running: runningContainers(this.#world.hosts), store: this.store }
    for (const checker of this.#checkers) this.#note(checker, checker.engines?.(engines))
    this.#seeGroup(this.#world.leader())
    if (this.#violation) throw this.#violation
  }

  #seeGroup(host: Host | undefined): void {
    if (host?.node?.leads !== true) return
    const status = host.manager?.status()
    if (status === undefined) return
    const { configurationIndex: index, configuration } = status
    const group = { at: this.#world.now, index, voters: configuration.voters, lastHeard: this.#lastHeard }
    for (const checker of this.#checkers) this.#note(checker, checker.group?.(group))
  }

  #see(output: ManagerOutput): void {
    if (output.type === "role" && output.role === "leader" && output.term > this.#term) {
      this.#term = output.term
      this.leaderships++
      for (const checker of this.#checkers) checker.leaderChanged?.(this.#world.now)
    }
    if (output.type !== "applied" || output.index !== this.store.index + 1) return
    this.entries++
    const changes = output.changes.map(
      ({ table, id, after }) => (after ? { op: "put", table, object: after } : { op: "delete", table, id }) as Change,
    )
    const applied = this.store.apply(changes, output.index)
    const entry: Committed = { at: this.#world.now, index: output.index, changes: applied, after: this.store }
    for (const checker of this.#checkers) this.#note(checker, checker.committed?.(entry))
  }

  #note(checker: Checker, what: string | undefined): void {
    if (what !== undefined) this.#violation ??= new OrchestrationViolation(checker.name, this.#world.now, what)
  }
}

/** The containers of tasks that run on machines that are up. */
export const runningContainers = (hosts: ReadonlyArray<Host>): ReadonlyArray<RunningContainer> =>
  hosts.flatMap((host) =>
    host.running
      ? host.engine
          .containers()
          .filter(({ State }) => State.Status === "running")
          .map(({ Request }) => ({ taskId: Request.labels["com.docker.swarm.task.id"] ?? "", nodeId: host.nodeId }))
      : [],
  )

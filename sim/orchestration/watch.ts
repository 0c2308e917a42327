import type { Change } from "../../core/store/change.ts"
import { ClusterStore } from "../../core/store/store.ts"
import type { ManagerOutput } from "../../nodes/manager/io.ts"
import type { Host } from "../cluster/host.ts"
import type { World } from "../cluster/world.ts"
import {
  type Checker,
  type Committed,
  type GroupSeen,
  OrchestrationViolation,
  type RunningContainer,
} from "./observation.ts"

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
  #term = 0
  #enginesAt = 0

  constructor(world: World, checkers: ReadonlyArray<Checker>) {
    this.#world = world
    this.#checkers = checkers
    world.observe((_, output) => this.#see(output))
  }

  /** Throws the first violation that was seen: a machine's step must not be interrupted by it. To be called after every event. */
  check(): void {
    if (this.#violation) throw this.#violation
    if (this.#world.now < this.#enginesAt) return
    this.#enginesAt = this.#world.now + enginesEvery_ms
    const engines = { at: this.#world.now, running: runningContainers(this.#world.hosts), store: this.store }
    const group = groupSeen(this.#world)
    for (const checker of this.#checkers) {
      this.#note(checker, checker.engines?.(engines))
      if (group) this.#note(checker, checker.group?.(group))
    }
    if (this.#violation) throw this.#violation
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

function groupSeen(world: World): GroupSeen | undefined {
  const status = world.leader()?.manager?.status()
  if (status === undefined) return undefined
  const up = new Set(world.managers.flatMap(({ manager }) => manager?.raftId ?? []))
  return { at: world.now, index: status.configurationIndex, voters: status.configuration.voters, up }
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

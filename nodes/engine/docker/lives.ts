import type { ContainerSummary, EngineEvent, Health } from "../engine.ts"

/** What the agent knows of a container. */
interface Life {
  /** It was told that it runs, and not that it ended. */
  running: boolean
  starting: boolean
  /** Stop commands under way. */
  stops: number
  health: Health | undefined
  /** What its health became before its start was answered. */
  early: Health | undefined
  /** How it ended, while that may not be told yet. */
  ended: { readonly exitCode: number } | undefined
}

const unborn: Readonly<Life> = {
  running: false,
  starting: false,
  stops: 0,
  health: undefined,
  early: undefined,
  ended: undefined,
}

/** How a container was found when the engine was asked. */
export type Sighting = Pick<ContainerSummary, "containerId" | "state" | "exitCode" | "health">

/**
 * Puts what the engine says of its containers into the port's order: an end comes after the answer to the start, what a stop ended is told
 * by its answer alone, and nothing is told twice, however often the engine's events and a look at its containers say the same.
 */
export class Lives {
  readonly #lives = new Map<string, Life>()
  /** Ends of containers that nobody has heard of yet, while a list of them is being made. */
  readonly #unknown = new Map<string, number>()
  #lists = 0

  /** Those that the agent believes to run: what a look at the engine has to answer for. */
  running(): ReadonlyArray<string> {
    return [...this.#lives].filter(([, life]) => life.running).map(([id]) => id)
  }

  created(containerId: string): void {
    this.#lives.set(containerId, { ...unborn })
  }

  starting(containerId: string): void {
    this.#life(containerId).starting = true
  }

  /** Its start has been answered, with this health, if it is checked at all; what may be told now. */
  started(containerId: string, health?: Health): ReadonlyArray<EngineEvent> {
    const life = this.#life(containerId)
    life.starting = false
    life.running = true
    life.health = health && "starting"
    const early = life.early ?? health
    life.early = undefined
    const news = early === undefined ? [] : this.becomes(containerId, early)
    return [...news, ...this.#settle(containerId, life)]
  }

  notStarted(containerId: string): void {
    const life = this.#life(containerId)
    life.starting = false
    life.ended = undefined
  }

  stopping(containerId: string): void {
    this.#life(containerId).stops += 1
  }

  /** A stop is about to be answered. */
  stopped(containerId: string): void {
    const life = this.#life(containerId)
    life.stops -= 1
    life.running = false
    life.ended = undefined
  }

  /** A stop failed: if the container ended all the same, that has yet to be told. */
  notStopped(containerId: string): ReadonlyArray<EngineEvent> {
    const life = this.#life(containerId)
    life.stops -= 1
    return this.#settle(containerId, life)
  }

  died(containerId: string, exitCode: number): ReadonlyArray<EngineEvent> {
    const life = this.#lives.get(containerId)
    if (life === undefined) {
      if (this.#lists > 0) this.#unknown.set(containerId, exitCode)
      return []
    }
    if (!life.running && !life.starting) return []
    life.ended = { exitCode }
    return this.#settle(containerId, life)
  }

  becomes(containerId: string, health: Health): ReadonlyArray<EngineEvent> {
    const life = this.#lives.get(containerId)
    if (life === undefined || !(life.running || life.starting)) return []
    if (life.starting) {
      life.early = health
      return []
    }
    if (life.health === health) return []
    life.health = health
    return [{ type: "health", containerId, health }]
  }

  /** What a look at the engine tells of those that were believed to run when it began; absent ones are gone. */
  seen(asked: ReadonlyArray<string>, found: ReadonlyArray<Sighting>): ReadonlyArray<EngineEvent> {
    const byId = new Map(found.map((sighting) => [sighting.containerId, sighting]))
    return asked.flatMap((id): ReadonlyArray<EngineEvent> => {
      const sighting = byId.get(id)
      if (sighting === undefined) return this.died(id, 137)
      if (sighting.state === "exited") return this.died(id, sighting.exitCode ?? 0)
      return sighting.health === undefined ? [] : this.becomes(id, sighting.health)
    })
  }

  /** A list is being made: from now on ends of unknown containers count. */
  listing(): void {
    this.#lists += 1
  }

  /** The list as it may be told: containers that ended while it was made are shown so. */
  listed(containers: ReadonlyArray<ContainerSummary>): ReadonlyArray<ContainerSummary> {
    const told = containers.map((container): ContainerSummary => {
      const { containerId, state, health } = container
      if (this.#lives.has(containerId)) return container
      const exitCode = this.#unknown.get(containerId)
      const ended = state === "running" && exitCode !== undefined
      this.#lives.set(containerId, { ...unborn, running: state === "running" && !ended, health })
      if (!ended) return container
      const { pid: _, ...rest } = container
      return { ...rest, state: "exited", exitCode }
    })
    this.listingOver()
    return told
  }

  listingOver(): void {
    this.#lists -= 1
    if (this.#lists === 0) this.#unknown.clear()
  }

  forget(containerId: string): void {
    this.#lives.delete(containerId)
  }

  #life(containerId: string): Life {
    const known = this.#lives.get(containerId)
    if (known !== undefined) return known
    const life: Life = { ...unborn }
    this.#lives.set(containerId, life)
    return life
  }

  #settle(containerId: string, life: Life): ReadonlyArray<EngineEvent> {
    if (life.ended === undefined || life.starting || life.stops > 0) return []
    const { exitCode } = life.ended
    life.ended = undefined
    life.running = false
    return [{ type: "exited", containerId, exitCode }]
  }
}

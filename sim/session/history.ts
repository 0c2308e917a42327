import { limits } from "../../core/limits.ts"
import type { ClusterStatus } from "../../nodes/status.ts"
import { type StatusExtra, statusOf } from "../cluster/status.ts"
import { Replay, type Target } from "./replay.ts"
import type { Entry, Moment, SessionOptions } from "./session.ts"

/** A cluster as it was. */
export interface Look {
  readonly moment: Moment
  readonly status: ClusterStatus
}

export interface HistoryOptions {
  readonly options: SessionOptions
  /** May grow. */
  readonly entries: ReadonlyArray<Entry>
  /** A world to begin with, wherever it is. */
  readonly first?: Replay
  /** What the pictures say of the machines' addresses and of the pace. */
  readonly status: () => Omit<StatusExtra, "events_max">
}

/** Worlds that are kept for the next look: one that looks back and forth need not begin at the beginning each time. */
const worlds_max = 3

/** Looking back event by event, the next looks go to these: they are drawn on the way. */
const film_max = 64

/**
 * A session's past. Nothing of it is stored: worlds beside the living one go the same way up to the moment that somebody wants to see. A world
 * cannot go back, so what lies before all that are kept costs the way from the beginning.
 */
export class History {
  readonly #options: HistoryOptions
  /** The one that was used last stands last. */
  #replays: Replay[] = []
  #film = new Map<number, Look>()
  #lastEvent = Number.POSITIVE_INFINITY

  constructor(options: HistoryOptions) {
    this.#options = options
    if (options.first) this.#replays.push(options.first)
  }

  /** The cluster at that moment, which must have been. Each step of the generator is a slice of the way. Throws Diverged. */
  *look(target: Target): Generator<void, Look> {
    const isEvent = "event" in target && !("at" in target)
    const filmed = isEvent ? this.#film.get(target.event) : undefined
    const look =
      filmed ?? (yield* this.#goTo(target, isEvent && target.event < this.#lastEvent ? target.event : undefined))
    this.#lastEvent = look.moment.event
    return look
  }

  /** Lets go of the worlds: the next look begins at the beginning. */
  forget(): void {
    this.#replays = []
    this.#film.clear()
  }

  /** `backTo`: an event before the last one that was seen. */
  *#goTo(target: Target, backTo: number | undefined): Generator<void, Look> {
    const first = backTo === undefined ? target : { event: Math.max(0, backTo - film_max + 1) }
    const replay = this.#take(first) ?? this.#take(target) ?? this.#begin()
    if (backTo !== undefined) {
      this.#film.clear()
      if (replay.precedes(first)) yield* advance(replay, first)
      for (let event = replay.moment.event; event < backTo; event++) {
        this.#film.set(event, this.#draw(replay))
        yield
        yield* advance(replay, { event: event + 1 })
      }
    }
    yield* advance(replay, target)
    return this.#draw(replay)
  }

  /** Of the worlds that have not passed it, the one that is nearest. */
  #take(target: Target): Replay | undefined {
    let nearest: Replay | undefined
    for (const replay of this.#replays) {
      if (replay.precedes(target) && replay.moment.event >= (nearest?.moment.event ?? 0)) nearest = replay
    }
    if (nearest) this.#replays = [...this.#replays.filter((replay) => replay !== nearest), nearest]
    return nearest
  }

  #begin(): Replay {
    const { options, entries } = this.#options
    const replay = new Replay(options, entries)
    this.#replays = [...this.#replays.slice(1 - worlds_max), replay]
    return replay
  }

  #draw({ moment, session }: Replay): Look {
    const { world, journal } = session.cluster
    const events_max = limits.rememberedEvents
    return { moment, status: statusOf(world, journal, world.bestInformed(), { ...this.#options.status(), events_max }) }
  }
}

/** Events of a slice: some 20 ms. */
const slice_events = 2_000

function* advance(replay: Replay, target: Target): Generator<void> {
  for (;;) {
    let left = slice_events
    if (replay.advance(target, () => --left > 0)) return
    yield
  }
}

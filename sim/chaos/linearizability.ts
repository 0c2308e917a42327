import type { Operation } from "./history.ts"

/** What one object does when it is used by one client after another. */
export interface Model<State> {
  readonly initial: State
  /** The state after this operation; undefined when its result cannot come about in `state`. An unknown result can always. */
  step(state: State, operation: Operation): State | undefined
  /** Equal for equal states only. */
  key(state: State): string
  /** For objects that never come back to a state that they have left: what makes the search short there. */
  readonly once?: {
    /** The only state, by its key, in which the operation's result can come about, or in which one of unknown outcome has an effect. */
    finds(operation: Operation): string | undefined
    /** The state, by its key, that the operation leaves if it has an effect. */
    leaves(operation: Operation): string | undefined
  }
}

export type Verdict =
  /** `order`: one that explains every result. Operations of unknown outcome that nothing depends on are left out. */
  | { readonly outcome: "linearizable"; readonly order: ReadonlyArray<Operation>; readonly steps: number }
  /** `order`: the longest that could be found; `stuck`: what could have come next in real time, and explains no result. */
  | {
      readonly outcome: "not linearizable"
      readonly order: ReadonlyArray<Operation>
      readonly stuck: ReadonlyArray<Operation>
      readonly steps: number
    }
  /** The search was given up. */
  | { readonly outcome: "undecided"; readonly steps: number }

/**
 * Whether there is an order of the operations that agrees with real time and explains every result (Herlihy and Wing, "Linearizability").
 * The search is Wing and Gong's, "Testing and Verifying Concurrent Objects": take any operation that may come first, go on with the rest,
 * come back when that fails; with Lowe's memory of what failed before, "Testing for Linearizability". Objects are independent of each
 * other, so give the operations of one object at a time. `operations` in the order of their calls.
 */
export function checkLinearizable<State>(
  model: Model<State>,
  operations: ReadonlyArray<Operation>,
  steps_max = 200_000,
): Verdict {
  return new Search(model, operations, steps_max).run()
}

interface Frame<State> {
  readonly state: State
  /** Those that may come next; `known` before the others, which need not come at all. */
  readonly candidates: ReadonlyArray<number>
  tried: number
  /** Where the operation that led here stands; -1 at the root. */
  readonly chosen: number
}

interface Next {
  readonly candidates: ReadonlyArray<number>
  /** Idle operations that are not taken, whether they are candidates or not. */
  readonly idle: ReadonlyArray<number>
  readonly end: number
}

class Search<State> {
  readonly #model: Model<State>
  readonly #operations: ReadonlyArray<Operation>
  readonly #steps_max: number
  readonly #taken: boolean[]
  /** Operations before this are all taken. */
  #low = 0
  /** Operations with a result that are not taken. */
  #open: number
  /** By the key of a state: how many operations that are not taken must find it. */
  readonly #needed = new Map<string, number>()
  readonly #idle: ReadonlySet<Operation>
  readonly #seen = new Set<string>()
  readonly #stack: Frame<State>[] = []
  #longest: ReadonlyArray<Operation> = []
  #stuck: ReadonlyArray<Operation> = []
  #steps = 0

  constructor(model: Model<State>, operations: ReadonlyArray<Operation>, steps_max: number) {
    this.#model = model
    this.#operations = operations
    this.#steps_max = steps_max
    this.#taken = operations.map(() => false)
    this.#open = operations.filter(({ end }) => end !== undefined).length
    for (const operation of operations) this.#need(operation, 1)
    this.#idle = idleOperations(model, operations)
  }

  run(): Verdict {
    this.#enter(this.#model.initial, -1)
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) {
      if (this.#open === 0) return { outcome: "linearizable", order: this.#order(), steps: this.#steps }
      if (this.#steps >= this.#steps_max) return { outcome: "undecided", steps: this.#steps }
      const place = frame.candidates[frame.tried++]
      if (place === undefined) this.#leave(frame)
      else this.#try(frame, place)
    }
    return { outcome: "not linearizable", order: this.#longest, stuck: this.#stuck, steps: this.#steps }
  }

  #try({ state }: Frame<State>, place: number): void {
    const operation = this.#operations[place]
    const next = operation && this.#model.step(state, operation)
    if (operation === undefined || next === undefined) return
    const key = this.#model.key(state)
    const changes = this.#model.key(next) !== key
    // What is not known to have happened, and leaves no trace, need not happen.
    if (!changes && operation.end === undefined) return
    this.#steps++
    this.#take(place, true)
    const isNeeded = changes && (this.#needed.get(key) ?? 0) > 0
    if (isNeeded || !this.#enter(next, place)) this.#take(place, false)
  }

  /** False when the search was here before, which has failed or it would be over. */
  #enter(state: State, chosen: number): boolean {
    const { candidates, idle, end } = this.#next(state)
    // What comes before `end` and is listed here is not taken; all else there is, and nothing after it.
    const situation = `${this.#model.key(state)} ${end} ${candidates.join()} ${idle.join()}`
    if (this.#seen.has(situation)) return false
    this.#seen.add(situation)
    const traceless = candidates.find((place) => this.#leavesNoTrace(state, place))
    this.#stack.push({ state, candidates: traceless === undefined ? candidates : [traceless], tried: 0, chosen })
    if (this.#stack.length - 1 >= this.#longest.length) {
      this.#longest = this.#order()
      this.#stuck = this.#at(candidates)
    }
    return true
  }

  /** What is known to have happened, and changes nothing, can as well happen now: no other choice need be tried. */
  #leavesNoTrace(state: State, place: number): boolean {
    const operation = this.#operations[place]
    if (operation?.end === undefined) return false
    const next = this.#model.step(state, operation)
    return next !== undefined && this.#model.key(next) === this.#model.key(state)
  }

  #leave({ chosen }: Frame<State>): void {
    this.#stack.pop()
    if (chosen >= 0) this.#take(chosen, false)
  }

  #take(place: number, taken: boolean): void {
    const operation = this.#operations[place]
    if (operation === undefined) return
    this.#taken[place] = taken
    if (operation.end !== undefined) this.#open += taken ? -1 : 1
    this.#need(operation, taken ? -1 : 1)
    if (!taken) this.#low = Math.min(this.#low, place)
    else while (this.#taken[this.#low]) this.#low++
  }

  #need(operation: Operation, more: number): void {
    const key = operation.end === undefined ? undefined : this.#model.once?.finds(operation)
    if (key !== undefined) this.#needed.set(key, (this.#needed.get(key) ?? 0) + more)
  }

  /** Those that no other must come before: nothing that is left ended before their call. All of them stand before `end`. */
  #next(state: State): Next {
    const known: number[] = []
    const unknown: number[] = []
    const idle: number[] = []
    let earliestEnd = Number.POSITIVE_INFINITY
    let place = this.#low
    for (; place < this.#operations.length; place++) {
      const operation = this.#operations[place]
      if (operation === undefined || operation.call > earliestEnd) break
      if (this.#taken[place]) continue
      if (this.#idle.has(operation)) idle.push(place)
      else if (operation.end === undefined) unknown.push(place)
      else {
        known.push(place)
        earliestEnd = Math.min(earliestEnd, operation.end)
      }
    }
    return { candidates: [...known, ...unknown, ...this.#escape(state, known, idle)], idle, end: place }
  }

  /**
   * Idle operations can do one thing: end a state in which some known operation is stuck that could happen in any other. For that one is as
   * good as the other; but one that can do it in this state only is better spent.
   */
  #escape(state: State, known: ReadonlyArray<number>, idle: ReadonlyArray<number>): ReadonlyArray<number> {
    const { step, once } = this.#model
    const isStuck = (operation: Operation) =>
      once?.finds(operation) === undefined && step(state, operation) === undefined
    if (idle.length === 0 || !this.#at(known).some(isStuck)) return []
    const able = idle.filter((place) => this.#changes(state, place))
    const here = able.find((place) => this.#at([place]).some((operation) => once?.finds(operation) !== undefined))
    const chosen = here ?? able[0]
    return chosen === undefined ? [] : [chosen]
  }

  #changes(state: State, place: number): boolean {
    const operation = this.#operations[place]
    const next = operation && this.#model.step(state, operation)
    return next !== undefined && this.#model.key(next) !== this.#model.key(state)
  }

  #order(): ReadonlyArray<Operation> {
    return this.#at(this.#stack.slice(1).map(({ chosen }) => chosen))
  }

  #at(places: ReadonlyArray<number>): ReadonlyArray<Operation> {
    return places.flatMap((place) => this.#operations[place] ?? [])
  }
}

/** Those of unknown outcome that leave a state which no result asks for, be it with the help of others. */
function idleOperations<State>({ once }: Model<State>, operations: ReadonlyArray<Operation>): ReadonlySet<Operation> {
  if (once === undefined) return new Set()
  const asked = new Set<string | undefined>()
  for (const operation of operations) if (operation.end !== undefined) asked.add(once.finds(operation))
  const idle = new Set(operations.filter(({ end }) => end === undefined))
  for (let before = -1; before !== idle.size; ) {
    before = idle.size
    for (const operation of idle) {
      const leaves = once.leaves(operation)
      if (leaves !== undefined && !asked.has(leaves)) continue
      idle.delete(operation)
      asked.add(once.finds(operation))
    }
  }
  return idle
}

import type { Plan } from "./plan.ts"
import { type Failure, play } from "./run.ts"

/** Which parts of a seed's plan are left: what it takes to play a shrunk plan again. */
export interface Kept {
  readonly steps: ReadonlyArray<number>
  readonly clients: ReadonlyArray<number>
}

export interface Shrunk {
  readonly kept: Kept
  readonly plan: Plan
  readonly failure: Failure
  readonly runs: number
}

/** The plan with these steps and clients only, by their places in it. */
export function keep(plan: Plan, { steps, clients }: Kept): Plan {
  return {
    ...plan,
    steps: plan.steps.filter((_, i) => steps.includes(i)),
    clients: plan.clients.filter((_, i) => clients.includes(i)),
  }
}

/**
 * Leaves out steps and clients as long as the same kind of failure comes about: larger and larger pieces less, then single ones, until none
 * can be spared (Zeller's delta debugging). Plays at most `runs_max` plans.
 */
export function shrink(
  plan: Plan,
  failure: Failure,
  run: (plan: Plan) => Failure | undefined = (candidate) => play(candidate).failure,
  runs_max = 400,
): Shrunk {
  let runs = 0
  let found = failure
  let kept: Kept = { steps: plan.steps.map((_, i) => i), clients: plan.clients.map((_, i) => i) }
  const stillFails = (candidate: Kept): boolean => {
    if (runs >= runs_max) return false
    runs++
    const now = run(keep(plan, candidate))
    if (now?.kind !== failure.kind) return false
    found = now
    kept = candidate
    return true
  }
  for (let before: Kept | undefined; before !== kept && runs < runs_max; ) {
    before = kept
    spare(
      () => kept.steps,
      (steps) => stillFails({ ...kept, steps }),
    )
    spare(
      () => kept.clients,
      (clients) => clients.length > 0 && stillFails({ ...kept, clients }),
    )
  }
  return { kept, plan: keep(plan, kept), failure: found, runs }
}

/** Tries without pieces of the list, half of it first, then ever smaller ones. */
export function spare(current: () => ReadonlyArray<number>, works: (list: ReadonlyArray<number>) => unknown): void {
  for (let size = Math.ceil(current().length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    // From the end: what comes late depends on what came before.
    for (let end = current().length; end > 0; end -= size) {
      const list = current()
      works([...list.slice(0, Math.max(0, end - size)), ...list.slice(end)])
    }
  }
}

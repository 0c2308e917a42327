import type { Transferred } from "./io.ts"
import type { Progress } from "./progress.ts"
import type { State } from "./state.ts"
import { type MemberId, none } from "./types.ts"

type Refusal = Extract<Transferred, { accepted: false }>["error"]

/**
 * Begins to hand leadership over (dissertation, §3.10): no new proposals, bring the other up to date, then ask it to stand at once. Given up
 * after an election timeout.
 */
export function beginTransfer(state: State, to: MemberId | undefined): MemberId | { readonly error: Refusal } {
  if (state.transfer !== undefined) return { error: "leadership is being transferred" }
  const chosen = to ?? mostUpToDate(state)
  const progress = state.progress.get(chosen)
  if (chosen === state.id || progress === undefined || !state.configuration.isVoter(chosen))
    return { error: "no other voter" }
  state.transfer = { to: chosen, until: state.now + state.timing.election_ms_max }
  state.metrics.transfers++
  yieldTo(state, chosen, progress)
  return chosen
}

/** The other voter with most of the log; of several, the one that was heard of last. */
export function mostUpToDate(state: State): MemberId | typeof none {
  let best: MemberId = none
  let found: Progress | undefined
  for (const [id, progress] of state.progress) {
    if (id === state.id || !state.configuration.voters.includes(id)) continue
    const { match, heardAt } = progress
    if (found !== undefined && (match < found.match || (match === found.match && heardAt <= found.heardAt))) continue
    best = id
    found = progress
  }
  return best
}

/** Asks the transferee to stand, if it has everything. */
export function yieldTo(state: State, to: MemberId, progress: Progress): void {
  if (progress.match !== state.log.lastIndex) return
  state.reads.forfeitLease()
  state.outbox.send(to, { type: "timeout-now", term: state.term })
}

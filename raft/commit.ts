import type { State } from "./state.ts"

/**
 * Commits what a quorum has durable, if it is of the leader's own term; entries of earlier terms are never committed by counting
 * them (§5.4.2, figure 8), but along with one that is. Returns whether the commit index moved.
 */
export function advanceCommit(state: State): boolean {
  const index = state.configuration.committed(state.progress)
  if (index <= state.log.commit || state.log.term(index) !== state.term) return false
  state.log.commitTo(index)
  return true
}

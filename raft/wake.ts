import { mayStand, seekElection } from "./election.ts"
import type { Progress } from "./progress.ts"
import { broadcastHeartbeat } from "./replication.ts"
import { becomeFollower, resetElectionTimer } from "./roles.ts"
import type { State } from "./state.ts"
import { none } from "./types.ts"

/** What time brings about. */
export function wake(state: State): void {
  const { now, role, saveRetryAt } = state
  if (saveRetryAt !== undefined && now >= saveRetryAt) state.saveRetryAt = undefined
  if (role === "leader") {
    if (now >= state.heartbeatAt) leaderWake(state)
  } else if (now >= state.electionAt && mayStand(state)) {
    // Without a disk there is no vote, not even one's own; and whether it takes what it refused is still to be seen.
    if (saveRetryAt !== undefined) resetElectionTimer(state)
    else seekElection(state)
  }
}

export function nextWake(state: State): number | undefined {
  const { role, log, now, configuration, id, saveRetryAt } = state
  if (role === "stopped") return undefined
  if (log.deliverable) return now
  let at = saveRetryAt ?? Number.POSITIVE_INFINITY
  if (role === "leader") {
    if (state.progress.size > 1 || !configuration.isSoleVoter(id)) at = Math.min(at, state.heartbeatAt)
  } else if (mayStand(state)) {
    at = Math.min(at, state.electionAt)
  }
  return at === Number.POSITIVE_INFINITY ? undefined : at
}

function leaderWake(state: State): void {
  if (state.transfer !== undefined && state.now >= state.transfer.until) state.transfer = undefined
  if (state.behaviour.checkQuorum && !hearsQuorum(state)) {
    state.metrics.quorumsLost++
    becomeFollower(state, state.term, none)
  } else {
    broadcastHeartbeat(state)
  }
}

/** Whether a quorum was heard of within the longest election timeout: if not, others may have elected another leader. */
function hearsQuorum({ configuration, progress, now, timing }: State): boolean {
  return configuration.reached(progress, heardAt) >= now - timing.election_ms_max
}

const heardAt = (progress: Progress): number => progress.heardAt

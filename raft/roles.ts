import { InvariantViolation } from "./invariant.ts"
import { Progress } from "./progress.ts"
import { type State, statusOf } from "./state.ts"
import { type MemberId, none, type Term } from "./types.ts"

/** Waits a fresh random time before the next election, so that ties do not repeat (§5.2). */
export function resetElectionTimer(state: State): void {
  const { election_ms_min, election_ms_max } = state.timing
  state.electionAt = state.now + election_ms_min + Math.floor(state.random() * (election_ms_max - election_ms_min))
}

/**
 * A follower keeps its running timer when it merely sees a newer term: a candidate that cannot win must not delay those that can.
 * Hearing from a leader and giving a vote reset it, elsewhere.
 */
export function becomeFollower(state: State, term: Term, leader: MemberId | typeof none): void {
  if (term < state.term) throw new InvariantViolation("the term would go back", statusOf(state))
  if (term > state.term) state.vote = none
  if (state.role !== "follower") resetElectionTimer(state)
  state.term = term
  state.role = "follower"
  state.leader = leader
  state.progress.clear()
  state.votes.clear()
}

export function becomeCandidate(state: State): void {
  if (state.role === "leader") throw new InvariantViolation("a leader would stand for election", statusOf(state))
  state.term++
  state.role = "candidate"
  state.vote = state.id
  state.leader = none
  state.votes.clear()
  resetElectionTimer(state)
}

export function becomeLeader(state: State): void {
  if (state.role !== "candidate") throw new InvariantViolation("only a candidate can win", statusOf(state))
  state.role = "leader"
  state.leader = state.id
  state.votes.clear()
  for (const id of state.configuration.voters) {
    state.progress.set(id, new Progress(state.log.lastIndex + 1, state.limits.inflight_max))
  }
  const own = state.progress.get(state.id)
  if (own !== undefined) own.match = state.log.durable
  state.heartbeatAt = state.now + state.timing.heartbeat_ms
}

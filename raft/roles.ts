import { InvariantViolation } from "./invariant.ts"
import { Progress } from "./progress.ts"
import type { State } from "./state.ts"
import { statusOf } from "./status.ts"
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
  state.transfer = undefined
  // Clearing a map that is empty makes garbage all the same, and this is done for every message of a leader.
  if (state.progress.size > 0) state.progress.clear()
  if (state.departed.size > 0) state.departed.clear()
  if (state.votes.size > 0) state.votes.clear()
}

export function becomePreCandidate(state: State): void {
  if (state.role === "leader") throw new InvariantViolation("a leader would stand for election", statusOf(state))
  state.role = "pre-candidate"
  state.leader = none
  state.votes.clear()
  resetElectionTimer(state)
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
  state.round = 0
  state.termStart = state.log.lastIndex + 1
  state.receiving = undefined
  state.settled = undefined
  state.heartbeatAt = state.now + state.timing.heartbeat_ms
  trackMembers(state)
}

/** A leader knows something of every member of its configuration, itself included, and of nobody else. */
export function trackMembers(state: State): void {
  const { progress, configuration, log, id } = state
  for (const known of [...progress.keys()]) {
    if (configuration.isMember(known)) continue
    progress.delete(known)
    state.departed.add(known)
  }
  for (const member of configuration.members) {
    if (progress.has(member)) continue
    const fresh = new Progress(log.lastIndex + 1, state.limits.inflight_max, state.now)
    if (member === id) {
      fresh.match = log.durable
      fresh.heardAt = Number.POSITIVE_INFINITY
      fresh.round = Number.POSITIVE_INFINITY
    }
    progress.set(member, fresh)
  }
}

/** The member was removed, which is committed: it does nothing any more. */
export function stop(state: State): void {
  becomeFollower(state, state.term, none)
  state.role = "stopped"
}

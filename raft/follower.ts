import { InvariantViolation } from "./invariant.ts"
import type { Append, Heartbeat } from "./message.ts"
import { becomeFollower, resetElectionTimer } from "./roles.ts"
import type { State } from "./state.ts"
import { statusOf } from "./status.ts"
import { type Index, type MemberId, none } from "./types.ts"

/** A message of the current term's leader: follow it, and be patient for another while. */
export function hearLeader(state: State, leader: MemberId): void {
  if (state.leader !== none && state.leader !== leader) {
    throw new InvariantViolation("two leaders in one term", { ...statusOf(state), other: leader })
  }
  becomeFollower(state, state.term, leader)
  state.leaderHeardAt = state.now
  resetElectionTimer(state)
}

export function handleAppend(state: State, from: MemberId, append: Append): void {
  const { log } = state
  const { prevIndex, prevTerm, entries, commit } = append
  if (prevIndex < log.commit) {
    // Late or repeated. What is committed agrees with every leader; say so at once.
    accept(state, from, log.commit)
  } else if (log.matches(prevIndex, prevTerm)) {
    log.merge(entries)
    state.configuration = log.configurations.latest
    const last = prevIndex + entries.length
    // Beyond `last` the log may hold entries that this leader never had.
    log.commitTo(Math.min(commit, last))
    accept(state, from, last)
  } else {
    reject(state, from, append)
  }
}

export function handleHeartbeat(state: State, from: MemberId, heartbeat: Heartbeat): void {
  state.log.commitTo(heartbeat.commit)
  // Claims nothing that the disk must keep: a slow disk does not make a member look dead.
  state.outbox.send(from, { type: "heartbeat-reply", term: state.term, round: heartbeat.round })
  state.reads.askAgain(state)
}

/** This member's log equals the leader's up to `index`. */
export function accept(state: State, to: MemberId, index: Index): void {
  const { term, outbox } = state
  outbox.sendDurably(to, { type: "append-reply", term, accepted: true, index, hintIndex: 0, hintTerm: 0 })
}

/** The hint skips our entries of terms after the leader's at that place: the leader has none of them there. */
function reject(state: State, to: MemberId, append: Append): void {
  const { term, log, outbox } = state
  const hintIndex = log.lastIndexWithin(append.prevIndex, append.prevTerm)
  const hintTerm = log.term(hintIndex) ?? 0
  const index = append.prevIndex
  outbox.sendDurably(to, { type: "append-reply", term, accepted: false, index, hintIndex, hintTerm })
}

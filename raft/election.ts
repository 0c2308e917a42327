import type { PreVote, PreVoteReply, Vote, VoteReply } from "./message.ts"
import { appendOwn } from "./replication.ts"
import { becomeCandidate, becomeFollower, becomeLeader, becomePreCandidate, resetElectionTimer } from "./roles.ts"
import type { State } from "./state.ts"
import { type MemberId, none } from "./types.ts"

/** The time without a leader is up: stand for election, after asking whether there is any prospect (dissertation, §9.6). */
export function seekElection(state: State): void {
  if (!state.behaviour.preVote) {
    campaign(state, false)
    return
  }
  becomePreCandidate(state)
  state.metrics.preElections++
  const { log, outbox, id } = state
  const term = state.term + 1
  const request: PreVote = { type: "pre-vote", term, lastIndex: log.lastIndex, lastTerm: log.lastTerm }
  for (const voter of voters(state)) if (voter !== id) outbox.send(voter, request)
  countPreVote(state, id, true)
}

/**
 * Stands for election (§5.2). The requests wait for the disk like the answers do: they speak for a term, a vote and a log that
 * this member must still have if it crashes and an answer reaches it later.
 */
export function campaign(state: State, transfer: boolean): void {
  becomeCandidate(state)
  state.metrics.elections++
  const { term, log, outbox } = state
  const request: Vote = { type: "vote", term, lastIndex: log.lastIndex, lastTerm: log.lastTerm, transfer }
  for (const id of voters(state)) {
    if (id === state.id) outbox.sendDurably(id, { type: "vote-reply", term, granted: true })
    else outbox.sendDurably(id, request)
  }
}

/**
 * Voters stand for election, and so does one whose removal is not committed: it may be the only one that has that entry, and all it needs
 * is the votes of the others (dissertation, §4.2.2).
 */
export function mayStand({ configuration, log, id }: State): boolean {
  if (configuration.isVoter(id)) return true
  const { configurations, commit } = log
  return configurations.latestIndex > commit && configurations.at(commit).isVoter(id)
}

/** A member that leads, or hears a leader, does not help to replace it (dissertation, §4.2.3). */
export function protectsLeader(state: State): boolean {
  const { behaviour, role, leader, now, leaderHeardAt, timing } = state
  if (!behaviour.checkQuorum) return false
  if (role === "leader") return true
  // A process that has just begun may have promised a lease before.
  const hears = leader !== none || behaviour.leaseDrift_ms !== undefined
  return hears && now < leaderHeardAt + timing.election_ms_min
}

/** Binds nobody: no vote is given, no timer set, no term begun. */
export function handlePreVote(state: State, from: MemberId, request: PreVote): void {
  const granted = request.term > state.term && state.log.isUpToDate(request.lastIndex, request.lastTerm)
  const term = granted ? request.term : state.term
  // A term that this member tells of must be on its disk, unless it is the one that the other told it.
  if (granted) state.outbox.send(from, { type: "pre-vote-reply", term, granted })
  else state.outbox.sendDurably(from, { type: "pre-vote-reply", term, granted })
}

export function handlePreVoteReply(state: State, from: MemberId, reply: PreVoteReply): void {
  if (reply.granted && reply.term !== state.term + 1) return
  countPreVote(state, from, reply.granted)
}

/** At most one vote per term, and only for a log that has everything this one has (§5.2, §5.4.1). */
export function handleVote(state: State, from: MemberId, request: Vote): void {
  const free = state.vote === from || (state.vote === none && state.leader === none)
  const granted = free && state.log.isUpToDate(request.lastIndex, request.lastTerm)
  if (granted) {
    state.vote = from
    if (state.role === "pre-candidate") becomeFollower(state, state.term, none)
    resetElectionTimer(state)
  }
  state.outbox.sendDurably(from, { type: "vote-reply", term: state.term, granted })
}

export function handleVoteReply(state: State, from: MemberId, reply: VoteReply): void {
  if (!state.configuration.isVoter(from) || state.votes.has(from)) return
  state.votes.set(from, reply.granted)
  const result = state.configuration.election(state.votes)
  if (result === "lost") becomeFollower(state, state.term, none)
  if (result !== "won") return
  becomeLeader(state)
  state.metrics.electionsWon++
  // Entries of earlier terms commit only along with one of this term (§5.4.2), so there must be one at once (§8).
  appendOwn(state, noData)
}

function countPreVote(state: State, from: MemberId, granted: boolean): void {
  if (!state.configuration.isVoter(from) || state.votes.has(from)) return
  state.votes.set(from, granted)
  const result = state.configuration.election(state.votes)
  if (result === "lost") becomeFollower(state, state.term, none)
  if (result === "won") campaign(state, false)
}

/** The members whose votes count; while there are two sets of them, each once. */
function* voters({ configuration }: State): Iterable<MemberId> {
  for (const id of configuration.members) if (configuration.isVoter(id)) yield id
}

const noData = new Uint8Array(0)

import type { Vote, VoteReply } from "./message.ts"
import { appendOwn } from "./replication.ts"
import { becomeCandidate, becomeFollower, becomeLeader, resetElectionTimer } from "./roles.ts"
import type { State } from "./state.ts"
import { type MemberId, none } from "./types.ts"

/**
 * Stands for election (§5.2). The requests wait for the disk like the answers do: they speak for a term, a vote and a log that
 * this member must still have if it crashes and an answer reaches it later.
 */
export function campaign(state: State): void {
  becomeCandidate(state)
  const { term, log, outbox } = state
  const request: Vote = { type: "vote", term, lastIndex: log.lastIndex, lastTerm: log.lastTerm }
  for (const id of state.configuration.voters) {
    if (id === state.id) outbox.sendDurably(id, { type: "vote-reply", term, granted: true })
    else outbox.sendDurably(id, request)
  }
}

/** At most one vote per term, and only for a log that has everything this one has (§5.2, §5.4.1). */
export function handleVote(state: State, from: MemberId, request: Vote): void {
  const free = state.vote === from || (state.vote === none && state.leader === none)
  const granted = free && state.log.isUpToDate(request.lastIndex, request.lastTerm)
  if (granted) {
    state.vote = from
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
  // Entries of earlier terms commit only along with one of this term (§5.4.2), so there must be one at once (§8).
  appendOwn(state, noData)
}

const noData = new Uint8Array(0)

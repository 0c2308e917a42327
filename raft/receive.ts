import {
  campaign,
  handlePreVote,
  handlePreVoteReply,
  handleVote,
  handleVoteReply,
  mayStand,
  protectsLeader,
} from "./election.ts"
import { handleAppend, handleHeartbeat, hearLeader } from "./follower.ts"
import { handleSnapshotChunk } from "./install-snapshot.ts"
import type { Message, Propose, ReadIndex } from "./message.ts"
import { proposeData } from "./propose.ts"
import { broadcastHeartbeat, handleAppendReply, handleHeartbeatReply } from "./replication.ts"
import { becomeFollower, stop } from "./roles.ts"
import { handleSnapshotReply } from "./sending.ts"
import type { State } from "./state.ts"
import { type MemberId, none } from "./types.ts"

/** What a message of another member, or a candidate's own vote, brings about. */
export function receive(state: State, from: MemberId, message: Message): void {
  if (message.type === "removed") {
    stop(state)
    return
  }
  // The last that a leader does which removed itself is to ask another to take over.
  if (message.type !== "timeout-now" && wasRemoved(state, from)) {
    state.outbox.send(from, { type: "removed", term: state.term })
    return
  }
  if (message.term < state.term) {
    refuseStale(state, from, message)
    return
  }
  if (message.term > state.term && !enterTerm(state, message)) return
  if (message.type === "append" || message.type === "heartbeat" || message.type === "snapshot") hearLeader(state, from)
  // A member whose disk refuses does not take what it would have to keep.
  if (state.saveRetryAt !== undefined && message.type !== "heartbeat") return
  handle(state, from, message)
}

function handle(state: State, from: MemberId, message: Message): void {
  const { role } = state
  switch (message.type) {
    case "append":
      handleAppend(state, from, message)
      break
    case "append-reply":
      if (role === "leader") handleAppendReply(state, from, message)
      break
    case "heartbeat":
      handleHeartbeat(state, from, message)
      break
    case "heartbeat-reply":
      if (role === "leader") handleHeartbeatReply(state, from, message)
      break
    case "vote":
      handleVote(state, from, message)
      break
    case "vote-reply":
      if (role === "candidate") handleVoteReply(state, from, message)
      break
    case "pre-vote":
      handlePreVote(state, from, message)
      break
    case "pre-vote-reply":
      if (role === "pre-candidate") handlePreVoteReply(state, from, message)
      break
    case "snapshot":
      handleSnapshotChunk(state, from, message)
      break
    case "snapshot-reply":
      if (role === "leader") handleSnapshotReply(state, from, message)
      break
    case "timeout-now":
      if (role === "follower" && mayStand(state)) campaign(state, true)
      break
    case "read-index":
      if (role === "leader") handleReadIndex(state, from, message)
      break
    case "read-index-reply":
      if (role === "follower") state.reads.answered(state, message.request, message.index)
      break
    case "propose":
      if (role === "leader") handlePropose(state, from, message)
      break
    case "propose-reply":
      if (role === "follower") state.forwarding.answered(state, message)
      break
  }
}

/** Follows a newer term (§5.1). Returns false when the message is not to be heard at all. */
function enterTerm(state: State, message: Message): boolean {
  const { type } = message
  const protects = type === "pre-vote" || (type === "vote" && !message.transfer)
  if (protects && protectsLeader(state)) return false
  // Of a term that nobody has begun yet.
  const prospective = type === "pre-vote" || (type === "pre-vote-reply" && message.granted)
  if (!prospective) becomeFollower(state, message.term, none)
  return true
}

/** Whoever asks in an old term learns of the new one, and steps back (§5.1). Answers of an old term are dropped. */
function refuseStale({ outbox, term }: State, from: MemberId, { type }: Message): void {
  if (type === "vote") outbox.sendDurably(from, { type: "vote-reply", term, granted: false })
  else if (type === "pre-vote") outbox.sendDurably(from, { type: "pre-vote-reply", term, granted: false })
  else if (type === "append" || type === "heartbeat" || type === "snapshot")
    outbox.sendDurably(from, { type: "heartbeat-reply", term, round: 0 })
}

function wasRemoved({ configuration, log }: State, id: MemberId): boolean {
  if (configuration.removed.length === 0) return false
  return log.configurations.at(log.commit).removed.includes(id)
}

function handleReadIndex(state: State, member: MemberId, { request }: ReadIndex): void {
  if (state.reads.waiting >= state.limits.waiting_max) return
  if (state.reads.askHere(state, { member, request })) broadcastHeartbeat(state)
}

function handlePropose(state: State, from: MemberId, message: Propose): void {
  state.forwarding.receive(state, from, message, (data) => {
    const index = proposeData(state, data)
    return typeof index === "string" ? 0 : index
  })
}

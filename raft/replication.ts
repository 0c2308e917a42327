import { advanceCommit } from "./commit.ts"
import { InvariantViolation } from "./invariant.ts"
import type { Append, AppendReply, HeartbeatReply } from "./message.ts"
import type { Progress } from "./progress.ts"
import { trackMembers } from "./roles.ts"
import { resendChunk, sendSnapshot } from "./sending.ts"
import type { State } from "./state.ts"
import { statusOf } from "./status.ts"
import { yieldTo } from "./transfer.ts"
import type { EntryKind, Index, MemberId } from "./types.ts"

/** Appends an entry of the leader's own and sends it on. It is sent while the leader's own disk still writes it. */
export function appendOwn(state: State, data: Uint8Array, kind: EntryKind = "command"): Index {
  const { log } = state
  const index = log.push(state.term, data, kind)
  if (state.configuration !== log.configurations.latest) {
    state.configuration = log.configurations.latest
    trackMembers(state)
  }
  broadcastNews(state)
  return index
}

/** Tells every follower what it has not been told: entries, and the commit index. */
export function broadcastNews(state: State): void {
  for (const [id, progress] of state.progress) {
    if (id !== state.id) sendNews(state, id, progress)
  }
}

/** Sends what there is to send, as far as the window goes; nothing when there is nothing new. */
function sendNews(state: State, to: MemberId, progress: Progress): void {
  while (!progress.paused) {
    const hasEntries = progress.next <= state.log.lastIndex
    const hasCommit = progress.toldCommit < Math.min(state.log.commit, progress.next - 1)
    if (!hasEntries && !hasCommit) return
    sendAppend(state, to, progress)
  }
}

/** Sends one append, with no entries if there are none or the window is full: its answer tells where the follower stands. */
function sendAppend(state: State, to: MemberId, progress: Progress): void {
  const { log, term, limits, metrics } = state
  const prevIndex = progress.next - 1
  const prevTerm = log.term(prevIndex)
  if (prevIndex < log.offset || prevTerm === undefined) {
    sendSnapshot(state, to, progress)
    return
  }
  const entries = progress.paused ? nothing : log.slice(progress.next, limits.append_bytes_max)
  const lastIndex = prevIndex + entries.length
  state.outbox.send(to, appendOf(state, { type: "append", term, prevIndex, prevTerm, entries, commit: log.commit }))
  metrics.appendsSent++
  metrics.entriesSent += entries.length
  progress.toldCommit = Math.max(progress.toldCommit, Math.min(log.commit, lastIndex))
  progress.sent(lastIndex, entries.length)
}

/** Followers that are equally far get one and the same message, which a codec then encodes once. */
function appendOf(state: State, append: Append): Append {
  const last = state.lastAppend
  const same =
    last !== undefined &&
    last.entries === append.entries &&
    last.prevIndex === append.prevIndex &&
    last.commit === append.commit &&
    last.term === append.term
  if (same) return last
  state.lastAppend = append
  return append
}

/** Begins a new round of heartbeats. */
export function broadcastHeartbeat(state: State): void {
  state.heartbeatAt = state.now + state.timing.heartbeat_ms
  state.round++
  state.reads.roundBegins(state)
  for (const [id, progress] of state.progress) {
    if (id === state.id) continue
    // Beyond its match, the follower may hold other entries than ours.
    const commit = Math.min(progress.match, state.log.commit)
    state.metrics.heartbeatsSent++
    state.outbox.send(id, { type: "heartbeat", term: state.term, commit, round: state.round })
  }
}

/** How far this member's own disk is may be what a commit waited for. */
export function ownDiskAdvanced(state: State): void {
  const own = state.progress.get(state.id)
  if (own === undefined || state.log.durable <= own.match) return
  own.match = state.log.durable
  if (own.next <= own.match) own.next = own.match + 1
  if (advanceCommit(state)) broadcastNews(state)
}

export function handleAppendReply(state: State, from: MemberId, reply: AppendReply): void {
  const progress = state.progress.get(from)
  if (progress === undefined) return
  progress.hear(state.now)
  if (reply.index > state.log.lastIndex) {
    throw new InvariantViolation("a follower answers for entries it was never sent", {
      ...statusOf(state),
      from,
      reply,
    })
  }
  if (!reply.accepted) {
    state.metrics.appendsRejected++
    const hint = state.log.lastIndexWithin(reply.hintIndex, reply.hintTerm)
    if (progress.rejected(reply.index, hint)) sendAppend(state, from, progress)
    return
  }
  const news = progress.accepted(reply.index)
  const { sending } = progress
  // It has the snapshot, or never needed it. If the log has moved on meanwhile, it will need the next one.
  if (sending !== undefined && (progress.match >= sending.snapshot.index || isInLog(state, progress.match)))
    progress.becomeReplicate()
  if (news && advanceCommit(state)) broadcastNews(state)
  else sendNews(state, from, progress)
  if (state.transfer?.to === from) yieldTo(state, from, progress)
}

/** The follower lives. Whatever it has not acknowledged may have been lost: ask again. */
export function handleHeartbeatReply(state: State, from: MemberId, reply: HeartbeatReply): void {
  const progress = state.progress.get(from)
  if (progress === undefined) return
  progress.hear(state.now)
  if (reply.round > progress.round) progress.round = reply.round
  progress.probing = false
  if (progress.sending !== undefined) resendChunk(state, from, progress.sending)
  else if (progress.match < state.log.lastIndex) sendAppend(state, from, progress)
  if (state.transfer?.to === from) yieldTo(state, from, progress)
  state.reads.confirm(state)
  if (state.reads.wantsRound(state)) broadcastHeartbeat(state)
}

/** Whether the entries after `index` can be sent as appends. */
const isInLog = ({ log }: State, index: Index): boolean => index >= log.offset && log.term(index) !== undefined

const nothing = [] as const

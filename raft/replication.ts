import { advanceCommit } from "./commit.ts"
import { InvariantViolation } from "./invariant.ts"
import type { AppendReply } from "./message.ts"
import type { Progress } from "./progress.ts"
import { type State, statusOf } from "./state.ts"
import type { Index, MemberId } from "./types.ts"

/** Appends an entry of the leader's own and sends it on. It is sent while the leader's own disk still writes it. */
export function appendOwn(state: State, data: Uint8Array): Index {
  const index = state.log.push(state.term, data)
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
export function sendNews(state: State, to: MemberId, progress: Progress): void {
  while (!progress.paused) {
    const hasEntries = progress.next <= state.log.lastIndex
    const hasCommit = progress.toldCommit < Math.min(state.log.commit, progress.next - 1)
    if (!hasEntries && !hasCommit) return
    sendAppend(state, to, progress)
  }
}

/** Sends one append, with no entries if there are none or the window is full: its answer tells where the follower stands. */
export function sendAppend(state: State, to: MemberId, progress: Progress): void {
  const { log, term, limits } = state
  const prevIndex = progress.next - 1
  const prevTerm = log.term(prevIndex)
  if (prevTerm === undefined) throw new InvariantViolation("would send beyond the end of the log", statusOf(state))
  const entries = progress.paused ? nothing : log.slice(progress.next, limits.append_bytes_max)
  const lastIndex = prevIndex + entries.length
  state.outbox.send(to, { type: "append", term, prevIndex, prevTerm, entries, commit: log.commit })
  progress.toldCommit = Math.max(progress.toldCommit, Math.min(log.commit, lastIndex))
  progress.sent(lastIndex, entries.length)
}

export function broadcastHeartbeat(state: State): void {
  state.heartbeatAt = state.now + state.timing.heartbeat_ms
  for (const [id, progress] of state.progress) {
    if (id === state.id) continue
    // Beyond its match, the follower may hold other entries than ours.
    const commit = Math.min(progress.match, state.log.commit)
    state.outbox.send(id, { type: "heartbeat", term: state.term, commit })
  }
}

export function handleAppendReply(state: State, from: MemberId, reply: AppendReply): void {
  const progress = state.progress.get(from)
  if (progress === undefined) return
  if (reply.index > state.log.lastIndex) {
    throw new InvariantViolation("a follower answers for entries it was never sent", {
      ...statusOf(state),
      from,
      reply,
    })
  }
  if (!reply.accepted) {
    const hint = state.log.lastIndexWithin(reply.hintIndex, reply.hintTerm)
    if (progress.rejected(reply.index, hint)) sendAppend(state, from, progress)
    return
  }
  const news = progress.accepted(reply.index)
  if (news && advanceCommit(state)) broadcastNews(state)
  else sendNews(state, from, progress)
}

/** The follower lives. Whatever it has not acknowledged may have been lost: ask again. */
export function handleHeartbeatReply(state: State, from: MemberId): void {
  const progress = state.progress.get(from)
  if (progress === undefined) return
  progress.probing = false
  if (progress.match < state.log.lastIndex) sendAppend(state, from, progress)
}

const nothing = [] as const

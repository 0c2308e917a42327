import type { ProposeError } from "./io.ts"
import { appendOwn, broadcastNews } from "./replication.ts"
import type { State } from "./state.ts"
import type { Index } from "./types.ts"

/** Why this member appends nothing now; undefined when it does. */
export function refusal({ role, transfer, log, limits }: State): ProposeError | undefined {
  if (role !== "leader") return role === "stopped" ? "stopped" : "not leader"
  if (transfer !== undefined) return "leadership is being transferred"
  if (log.lastIndex - log.commit >= limits.uncommitted_entries_max) return "too many uncommitted entries"
  return undefined
}

/** Appends a command of the leader's. */
export function proposeData(state: State, data: Uint8Array): Index | ProposeError {
  const tooLarge = data.length > state.limits.entry_bytes_max
  const error = refusal(state) ?? (tooLarge ? "entry too large" : undefined) ?? tooMuch(state, data.length)
  if (error !== undefined) {
    state.metrics.proposalsRefused++
    return error
  }
  state.metrics.proposals++
  return appendOwn(state, data)
}

/** Appends commands of the leader's, one after the other, all or none, and sends them on together. The index is the first one's. */
export function proposeTogether(state: State, datas: ReadonlyArray<Uint8Array>): Index | ProposeError {
  const error = refusal(state) ?? tooMuchTogether(state, datas)
  if (error !== undefined) {
    state.metrics.proposalsRefused += datas.length
    return error
  }
  state.metrics.proposals += datas.length
  const first = state.log.lastIndex + 1
  for (const data of datas) state.log.push(state.term, data, "command")
  broadcastNews(state)
  return first
}

function tooMuchTogether(state: State, datas: ReadonlyArray<Uint8Array>): ProposeError | undefined {
  const { log, limits } = state
  let bytes = 0
  for (const { length } of datas) {
    if (length > limits.entry_bytes_max) return "entry too large"
    bytes += length
  }
  const waiting = log.lastIndex - log.commit
  if (waiting + datas.length > limits.uncommitted_entries_max) return "too many uncommitted entries"
  return tooMuch(state, bytes)
}

/** However large it is, something is let through when nothing else waits. */
function tooMuch({ log, limits }: State, bytes: number): ProposeError | undefined {
  const waiting = log.uncommittedBytes
  return waiting > 0 && waiting + bytes > limits.uncommitted_bytes_max ? "too many uncommitted bytes" : undefined
}

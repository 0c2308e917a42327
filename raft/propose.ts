import type { ProposeError } from "./io.ts"
import { appendOwn } from "./replication.ts"
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
  const error = refusal(state) ?? tooLarge(state, data)
  if (error !== undefined) {
    state.metrics.proposalsRefused++
    return error
  }
  state.metrics.proposals++
  return appendOwn(state, data)
}

function tooLarge({ log, limits }: State, { length }: Uint8Array): ProposeError | undefined {
  if (length > limits.entry_bytes_max) return "entry too large"
  const waiting = log.uncommittedBytes
  return waiting > 0 && waiting + length > limits.uncommitted_bytes_max ? "too many uncommitted bytes" : undefined
}

import { announceSnapshot } from "./compaction.ts"
import type { Configuration } from "./configuration.ts"
import type { RaftOutput } from "./io.ts"
import { followConfiguration } from "./reconfiguration.ts"
import { roleOf, type State } from "./state.ts"

/** What observers were last told. */
export interface Reported {
  readonly role: Extract<RaftOutput, { type: "role" }>
  readonly configuration: Configuration
}

export const reportOf = (state: State): Reported => ({ role: roleOf(state), configuration: state.configuration })

/** Ends every call: what changed is reported, saved and handed out. */
export function finishStep(state: State, reported: Reported): Reported {
  followConfiguration(state)
  const now = report(state, reported)
  save(state)
  deliver(state)
  state.reads.flush(state)
  announceSnapshot(state)
  return now
}

function report(state: State, before: Reported): Reported {
  const { role, term, leader } = before.role
  const sameRole = state.role === role && state.term === term && state.leader === leader
  if (sameRole && state.configuration === before.configuration) return before
  const now = reportOf(state)
  if (!sameRole) {
    state.outbox.output(now.role)
    state.reads.abandon(state)
    state.forwarding.abandon(state)
  }
  if (now.configuration !== before.configuration) {
    const index = state.log.configurations.latestIndex
    state.outbox.output({ type: "configuration", index, configuration: now.configuration.data() })
  }
  return now
}

function save(state: State): void {
  const { outbox, log, metrics } = state
  if (state.saveRetryAt !== undefined) outbox.dropFresh()
  else if (outbox.flush(log, state)) metrics.saves++
}

function deliver({ log, outbox }: State): void {
  const snapshot = log.restored()
  if (snapshot !== undefined) outbox.output({ type: "restore", snapshot })
  const entries = log.deliver()
  if (entries.length > 0) outbox.output({ type: "committed", entries })
}

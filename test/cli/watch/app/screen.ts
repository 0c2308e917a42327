import { reduce } from "../../../../cli/watch/app/reduce.ts"
import type { State } from "../../../../cli/watch/app/state.ts"
import type { ClusterStatus, LogEntryView } from "../../../../nodes/status.ts"
import { manager, now, votingApp } from "../fixture.ts"

/** The screen after so many keys. */
export const press = (state: State, keys: ReadonlyArray<string>): State =>
  keys.reduce((before, key) => reduce(before, { type: "key", key }).state, state)

const entries = (from: number, to: number, term: number): ReadonlyArray<LogEntryView> =>
  Array.from({ length: to - from + 1 }, (_, i) => ({
    index: from + i,
    term: from + i < 300 ? 2 : term,
    kind: from + i === 300 ? "empty" : from + i === 305 ? "configuration" : "command",
    bytes: from + i === 300 ? 0 : from + i,
  }))

/** The voting app in trouble, with members of the consensus group that do not all have the same log. */
export function troubled(): ClusterStatus {
  const app = votingApp()
  return {
    ...app,
    managers: [
      manager("manager1", "leader", {
        lastIndex: 320,
        log: entries(291, 320, 4),
        followers: [
          { id: 2, match: 317, silent_ms: 120, inflight: 2 },
          { id: 3, match: 290, silent_ms: 30_000, inflight: 0 },
        ],
      }),
      manager("manager2", "follower", { commit: 316, applied: 316, lastIndex: 317, log: entries(288, 317, 4) }),
      manager("manager3", "stopped"),
    ],
    events: [
      ...app.events,
      { at: now - 900, index: 316, kind: "task", text: "voting_vote.2 starting on manager2" },
      { at: now - 400, index: 318, kind: "service", text: "voting_vote update started" },
    ],
  }
}

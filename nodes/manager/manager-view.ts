import type { Instant } from "../../core/instant.ts"
import type { FollowerView, LogEntryView, ManagerView } from "../status.ts"
import type { Manager } from "./manager.ts"

/** More than fit on a screen beside each other would not be looked at. */
const shownEntries = 30

/** What of a manager's view its member of the consensus group has to tell. */
type MemberView = Pick<
  ManagerView,
  "role" | "term" | "vote" | "commit" | "applied" | "lastIndex" | "followers" | "log" | "timer" | "votes" | "sent"
>

/** What a manager that runs tells of its member of the consensus group. `now`: on its machine's clock. */
export function memberView(manager: Manager, now: Instant): MemberView {
  const status = manager.status()
  const { role, term, vote, commit, delivered, lastIndex, progress, voters, votes, timer, timer_ms_max } = status
  const { appendsSent, entriesSent, heartbeatsSent, chunksSent } = manager.metrics()
  const followers = progress.map(
    ({ id, match, silent_ms, inflight }): FollowerView => ({ id, match, silent_ms, inflight }),
  )
  const log = manager.tail(shownEntries).map(
    ({ index, term, kind, data }): LogEntryView => ({
      index,
      term,
      kind: kind === "command" && data.length === 0 ? "empty" : kind,
      bytes: data.length,
    }),
  )
  const stands = role === "candidate" || role === "pre-candidate"
  return {
    ...{ role, term, vote, commit, applied: delivered, lastIndex },
    ...(role === "leader" && { followers }),
    log,
    ...(timer !== undefined && {
      timer: { left_ms: Math.max(0, Math.min(timer - now, timer_ms_max)), of_ms: timer_ms_max },
    }),
    ...(stands && { votes: { granted: votes.length, needed: Math.floor(voters.length / 2) + 1 } }),
    sent: { appends: appendsSent, entries: entriesSent, heartbeats: heartbeatsSent, snapshots: chunksSent },
  }
}

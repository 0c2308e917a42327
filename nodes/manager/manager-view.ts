import type { FollowerView, LogEntryView, ManagerView } from "../status.ts"
import type { Manager } from "./manager.ts"

/** More than fit on a screen beside each other would not be looked at. */
const shownEntries = 30

/** What a manager that runs tells of its member of the consensus group. */
export function memberView(
  manager: Manager,
): Pick<ManagerView, "role" | "term" | "vote" | "commit" | "applied" | "lastIndex" | "followers" | "log"> {
  const { role, term, vote, commit, delivered, lastIndex, progress } = manager.status()
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
  return { role, term, vote, commit, applied: delivered, lastIndex, ...(role === "leader" && { followers }), log }
}

import type { FollowerStatus, RaftStatus } from "../status.ts"
import type { Entry, Index, MemberId, Snapshot } from "../types.ts"
import { showEntry, showMember, showSnapshot } from "./describe.ts"

/** A member in a line, and a leader's followers in one each. */
export function showStatus(status: RaftStatus): ReadonlyArray<string> {
  const { id, role, term, vote, leader, commit, delivered, durable, lastIndex, progress } = status
  const following = role === "follower" ? ` of ${showMember(leader)}` : ""
  const where = `commit ${commit} applied ${delivered} durable ${durable} last ${lastIndex}`
  const more: string[] = []
  if (status.snapshotIndex > 0) more.push(`snapshot ${status.snapshotIndex}`)
  if (status.transferee !== 0) more.push(`transferring to ${status.transferee}`)
  if (status.waitingReads > 0)
    more.push(`${status.waitingReads} waiting ${status.waitingReads === 1 ? "read" : "reads"}`)
  if (status.diskRefuses) more.push("disk refuses")
  const line = `${id} is ${role}${following} in term ${term} vote ${showMember(vote)} ${where}`
  return [[line, ...more].join(", "), ...progress.map(showFollower)]
}

function showFollower({ id, match, next, state, inflight, snapshot_bytes }: FollowerStatus): string {
  const sent = snapshot_bytes === undefined ? "" : ` snapshot at byte ${snapshot_bytes}`
  return `  ${id} match ${match} next ${next} ${state} inflight ${inflight}${sent}`
}

/** A log in a line; what stands before the bar is committed. */
export function showLog(
  id: MemberId,
  entries: ReadonlyArray<Entry>,
  commit: Index,
  snapshot: Snapshot | undefined,
): string {
  const words = snapshot === undefined ? [] : [showSnapshot(snapshot)]
  const committed = entries.filter(({ index }) => index <= commit)
  const others = entries.filter(({ index }) => index > commit)
  return [`${id}:`, ...words, ...committed.map(showEntry), "|", ...others.map(showEntry)].join(" ")
}

import { InvariantViolation } from "../invariant.ts"
import type { Index, Save } from "../types.ts"

/** What a storage holds, as far as the next save must fit it. `lastIndex` is `firstIndex` - 1 when there are no entries. */
export interface Extent {
  readonly firstIndex: Index
  readonly lastIndex: Index
  /** 0 when there is no snapshot. */
  readonly snapshotIndex: Index
}

/**
 * Throws InvariantViolation unless the save leaves a log without holes that reaches back to its snapshot, given what is stored; returns what is
 * stored after it. For every storage.
 */
export function checkFollows(before: Extent, save: Save): Extent {
  const refuse = (message: string): never => {
    const { compactTo, truncateFrom, entries, snapshot } = save
    const found = entries.map(({ index }) => index)
    throw new InvariantViolation(message, { before, snapshot: snapshot?.index, compactTo, truncateFrom, found })
  }
  if (save.snapshot !== undefined && save.snapshot.index <= before.snapshotIndex)
    refuse("a save brings an old snapshot")
  const snapshotIndex = save.snapshot?.index ?? before.snapshotIndex
  let { firstIndex, lastIndex } = before
  const { compactTo, truncateFrom } = save
  if (compactTo !== undefined) {
    if (compactTo > snapshotIndex) refuse("a save drops entries that no snapshot holds")
    firstIndex = Math.max(firstIndex, compactTo + 1)
    lastIndex = Math.max(lastIndex, compactTo)
  }
  if (truncateFrom !== undefined) {
    if (truncateFrom < firstIndex || truncateFrom > lastIndex) refuse("a save cuts where there is no log")
    lastIndex = truncateFrom - 1
  }
  for (const { index } of save.entries) {
    if (index !== ++lastIndex) refuse("a save leaves a hole in the log")
  }
  if (lastIndex < snapshotIndex) refuse("a save leaves a hole between the snapshot and the log")
  return { firstIndex, lastIndex, snapshotIndex }
}

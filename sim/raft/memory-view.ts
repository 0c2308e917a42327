import { MemoryLogStorage, type Save, type Stored } from "../../raft/index.ts"

/** What a storage gave back, as the save that would write it into an empty one. */
export function saveOf({ hardState, snapshot, entries }: Stored): Save {
  const compactTo = snapshot && (entries[0]?.index ?? snapshot.index + 1) - 1
  return { hardState, snapshot, compactTo, entries }
}

/** What a process has in memory, as its saves tell. A save that the disk refused is told again, in part or in whole. */
export class MemoryView extends MemoryLogStorage {
  override save(save: Save): void {
    const first = save.entries[0]?.index
    const repeated = save.snapshot !== undefined && save.snapshot.index <= (this.snapshot?.index ?? 0)
    const snapshot = repeated ? undefined : save.snapshot
    const from = save.truncateFrom ?? first
    // Past what the save drops anyhow, and among what is here.
    const cuts = from !== undefined && from <= this.lastIndex && from > (save.compactTo ?? 0)
    super.save({ ...save, snapshot, truncateFrom: cuts ? from : undefined })
  }
}

import { limits } from "../../core/limits.ts"
import { type Change, type ChangeSet, encodeChangeSet } from "../../core/store/change.ts"
import type { Reader } from "../../core/store/reader.ts"
import { slotKey } from "../../core/store/tables.ts"

/** An entry of the log as it is proposed: what it holds, and its bytes. */
export interface CycleEntry {
  readonly changes: ChangeSet
  readonly data: Uint8Array
}

/**
 * The entries of a cycle's changes. One entry is committed whole or not at all, so a cycle is one, as long as it has no more changes than an entry may
 * well hold. Of more, the first entry holds all that requests do and what is answered to them; tasks follow, those of one slot together, and last
 * go the specs that no task refers to any more. So whatever part is committed when a leader is lost, requests are done whole, and the next
 * leader's loops, which look at everything at first, find a state that they can go on from.
 */
export function entriesOf(
  store: Reader,
  changes: ChangeSet,
  most: number = limits.changesPerEntry,
): ReadonlyArray<CycleEntry> {
  if (changes.length === 0) return []
  if (changes.length <= most) return [entryOf(changes)]
  const gone = changes.filter(isSpecGone)
  const rest = changes.filter((change) => !isOfTask(change) && !isSpecGone(change))
  const entries: Array<CycleEntry> = rest.length > 0 ? [entryOf(rest)] : []
  let part: Array<Change> = []
  for (const slot of bySlot(store, changes.filter(isOfTask))) {
    if (part.length > 0 && part.length + slot.length > most) {
      entries.push(entryOf(part))
      part = []
    }
    part.push(...slot)
  }
  if (part.length > 0) entries.push(entryOf(part))
  if (gone.length > 0) entries.push(entryOf(gone))
  return entries
}

/** A task that goes and the one that takes its place are of one slot: nobody is to see the one without the other. */
function bySlot(store: Reader, changes: ChangeSet): Iterable<ReadonlyArray<Change>> {
  const slots = new Map<string, Array<Change>>()
  for (const change of changes) {
    const task = change.table === "tasks" && (change.op === "put" ? change.object : store.get("tasks", change.id))
    const key = task ? slotKey(task) : ""
    const slot = slots.get(key)
    if (slot) slot.push(change)
    else slots.set(key, [change])
  }
  return slots.values()
}

const entryOf = (changes: ChangeSet): CycleEntry => ({ changes, data: encodeChangeSet(changes) })

const isOfTask = ({ table }: Change): boolean => table === "tasks"
const isSpecGone = ({ table, op }: Change): boolean => table === "specs" && op === "delete"

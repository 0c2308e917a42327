import { limits } from "../../core/limits.ts"
import { stateRank, type Task } from "../../core/model/task.ts"
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
 * well hold. Of more, the first entry holds all that requests do and what is answered to them; tasks follow, slot by slot, and last go the specs that
 * no task refers to any more. So whatever part is committed when a leader is lost, requests are done whole, and the next leader's loops, which
 * look at everything at first, find a state that they can go on from. What must not be seen one without the other stays in one entry, however large.
 */
export function entriesOf(
  store: Reader,
  changes: ChangeSet,
  most: number = limits.changesPerEntry,
): ReadonlyArray<CycleEntry> {
  if (changes.length === 0) return []
  if (changes.length <= most) return [entryOf(changes)]
  const gone = changes.filter(isSpecGone)
  const rest = changes.filter((change) => change.table !== "tasks" && !isSpecGone(change))
  const entries: Array<CycleEntry> = rest.length > 0 ? [entryOf(rest)] : []
  let part: Array<Change> = []
  for (const group of inOrder(slotsIn(store, changes))) {
    if (part.length > 0 && part.length + group.length > most) {
      entries.push(entryOf(part))
      part = []
    }
    for (const change of group) part.push(change)
  }
  if (part.length > 0) entries.push(entryOf(part))
  if (gone.length > 0) entries.push(entryOf(gone))
  return entries
}

/** What happens to one slot: a task that goes and the one that takes its place are not to be seen one without the other. */
interface SlotChanges {
  readonly changes: Array<Change>
  /** Nodes on which it had a task that was changed, so that there may be more room now. */
  readonly leaves: Set<string>
  /** Nodes on which it has a new task. */
  readonly takes: Set<string>
}

function slotsIn(store: Reader, changes: ChangeSet): Iterable<SlotChanges> {
  const slots = new Map<string, SlotChanges>()
  for (const change of changes) {
    if (change.table !== "tasks") continue
    const before = store.get("tasks", change.op === "put" ? change.object.ID : change.id)
    const after = change.op === "put" ? change.object : undefined
    const slot = slotOf(slots, after ?? before)
    slot.changes.push(change)
    const [had, has] = [roomOf(before), roomOf(after)]
    if (had !== undefined) slot.leaves.add(had)
    else if (has !== undefined) slot.takes.add(has)
  }
  return slots.values()
}

/** The node on which it was given room. A task of a global service has its node before it has room there. */
const roomOf = (task: Task | undefined): string | undefined =>
  task !== undefined && stateRank(task.Status.State) >= stateRank("assigned") ? task.NodeID : undefined

function slotOf(slots: Map<string, SlotChanges>, task: Task | undefined): SlotChanges {
  const key = task === undefined ? "" : slotKey(task)
  const known = slots.get(key)
  if (known) return known
  const slot: SlotChanges = { changes: [], leaves: new Set(), takes: new Set() }
  slots.set(key, slot)
  return slot
}

/**
 * Room is made before it is taken: first the slots that take none, last those that leave none. Where a slot does both, what it takes may be what
 * another such slot leaves, and the other way round: those of them that have a node in common stay together.
 */
function inOrder(slots: Iterable<SlotChanges>): ReadonlyArray<ReadonlyArray<Change>> {
  const leaving: Array<ReadonlyArray<Change>> = []
  const both: Array<SlotChanges> = []
  const taking: Array<ReadonlyArray<Change>> = []
  for (const slot of slots) {
    if (slot.takes.size === 0) leaving.push(slot.changes)
    else if (slot.leaves.size > 0) both.push(slot)
    else taking.push(slot.changes)
  }
  return [...leaving, ...together(both), ...taking]
}

/** The slots in groups: two are in one when one takes room on a node where the other leaves some, directly or over others. */
function together(slots: ReadonlyArray<SlotChanges>): ReadonlyArray<ReadonlyArray<Change>> {
  const left = new Set(slots.flatMap((slot) => [...slot.leaves]))
  const parent = new Map<string, string>()
  const rootOf = (node: string): string => {
    let root = node
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up
    // The next one who asks has it shorter.
    if (root !== node) parent.set(node, root)
    return root
  }
  // A node where nobody leaves anything binds nobody.
  const nodesOf = ({ leaves, takes }: SlotChanges) => [...leaves, ...[...takes].filter((node) => left.has(node))]
  for (const slot of slots) {
    const [first = "", ...others] = nodesOf(slot).map(rootOf)
    for (const other of others) if (rootOf(other) !== rootOf(first)) parent.set(rootOf(other), rootOf(first))
  }
  const groups = new Map<string, Array<Change>>()
  for (const slot of slots) {
    const root = rootOf(nodesOf(slot)[0] ?? "")
    const group = groups.get(root) ?? []
    for (const change of slot.changes) group.push(change)
    groups.set(root, group)
  }
  return [...groups.values()]
}

const entryOf = (changes: ChangeSet): CycleEntry => ({ changes, data: encodeChangeSet(changes) })

const isSpecGone = ({ table, op }: Change): boolean => table === "specs" && op === "delete"

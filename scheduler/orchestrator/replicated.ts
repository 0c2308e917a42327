import { replicasOf } from "../../core/model/defaults.ts"
import type { Service } from "../../core/model/service.ts"
import type { Task } from "../../core/model/task.ts"
import { slotKey } from "../../core/store/tables.ts"
import { type Bounded, desire, type Making, newTask } from "../tasks.ts"
import { type Slot, slotsOf } from "./slots.ts"

/**
 * Makes the number of occupied slots what the service asks for: new tasks in the lowest free slots, or tasks told to go.
 * Source: swarmkit manager/orchestrator/replicated/services.go reconcile.
 */
export function reconcileReplicated(making: Bounded, service: Service): void {
  const { occupied, leftovers } = slotsOf(making.tx, service)
  for (const task of leftovers) desire(making.tx, task.ID, "remove")
  const replicas = replicasOf(service.Spec)
  if (occupied.size < replicas) addTasks(making, service, [...occupied.values()], replicas - occupied.size)
  else if (occupied.size > replicas) {
    for (const [occupant] of inOrderOfKeeping([...occupied.values()]).slice(replicas)) removeSlot(making, occupant)
  }
}

function addTasks(making: Bounded, service: Service, occupied: ReadonlyArray<Slot>, count: number): void {
  const taken = new Set(occupied.map(([task]) => task.Slot))
  let slot = 1
  for (let made = 0; made < count && making.room.take(); made++) {
    while (taken.has(slot)) slot++
    newTask(making, service, { Slot: slot++ })
  }
}

/** The slot goes with its history. */
function removeSlot({ tx }: Making, occupant: Task): void {
  for (const task of tx.find("tasks", "slot", slotKey(occupant))) desire(tx, task.ID, "remove")
}

/**
 * Slots as they are kept when there are too many: the first of the service on each node before the second of any, so that the busiest
 * nodes lose tasks; those that run before those that do not; low numbers first. Slots without one certain node go first of all.
 */
function inOrderOfKeeping(slots: ReadonlyArray<Slot>): ReadonlyArray<Slot> {
  const running = (slot: Slot): boolean => slot.some((task) => task.Status.State === "running")
  const sorted = slots.toSorted(
    (a, b) => Number(running(b)) - Number(running(a)) || (a[0].Slot ?? 0) - (b[0].Slot ?? 0),
  )
  const seenOnNode = new Map<string, number>()
  const ranked = sorted.map((slot) => {
    const node = slot.length === 1 ? slot[0].NodeID : undefined
    if (node === undefined) return { slot, nth: Number.POSITIVE_INFINITY }
    const nth = (seenOnNode.get(node) ?? 0) + 1
    seenOnNode.set(node, nth)
    return { slot, nth }
  })
  return ranked.sort((a, b) => (a.nth === b.nth ? 0 : a.nth - b.nth)).map(({ slot }) => slot)
}

import type { Instant } from "../../../core/instant.ts"
import { modeOf } from "../../../core/model/defaults.ts"
import type { Node } from "../../../core/model/node.ts"
import type { Service } from "../../../core/model/service.ts"
import type { Applied } from "../../../core/store/change.ts"
import { slotKey } from "../../../core/store/tables.ts"
import type { Transaction } from "../../../core/store/transaction.ts"
import { Timers } from "../../../core/timers.ts"
import type { ControlLoop, Turn } from "../../loop.ts"
import { saysTheSame } from "../../same.ts"
import { isWanted, newestOf } from "../../tasks.ts"
import { isOtherNode, mayGetTask } from "../nodes.ts"
import { type Slot, slotsOf } from "../slots.ts"
import type { DelayedStarts } from "../starts.ts"
import { isSlotDirty } from "./dirty.ts"
import { type Begun, begunBefore, nothingBegun } from "./resume.ts"
import { ServiceUpdate, type Verdict } from "./service-update.ts"
import { completed, isPaused, isUnderWay, paused, rolledBackIn, started, withStatus } from "./status.ts"

/** Brings the tasks of changed services to their new spec, by rolling updates. At most one update a service: a new spec cancels the old one's. */
export class UpdateSupervisor implements ControlLoop {
  readonly name = "update"
  readonly #starts: DelayedStarts
  readonly #updates = new Map<string, ServiceUpdate>()
  readonly #timers = new Timers()

  constructor(starts: DelayedStarts) {
    this.#starts = starts
  }

  turn(turn: Turn): void {
    const services = new Set<string>()
    // What was to begin began in the entry that asked for it. A new leader goes on with what is under way; it begins what its first entry asks for.
    if (turn.first) {
      for (const service of turn.tx.all("services")) if (isUnderWay(service)) services.add(service.ID)
      for (const step of turn.tx.steps) {
        if (step.table === "services" && isNewGoal(step.before, step.after)) services.add(step.id)
      }
    }
    const touched = new Set<string>(this.#timers.due(turn.now))
    for (const change of turn.changes) this.#note(turn, change, services, touched)
    for (const id of services) {
      const service = turn.tx.get("services", id)
      if (service) this.#consider(turn, service)
      else this.#drop(id)
    }
    for (const id of touched) this.#advance(turn, id)
  }

  nextWake(): Instant | undefined {
    return this.#timers.next()
  }

  #note(turn: Turn, change: Applied, services: Set<string>, touched: Set<string>): void {
    if (change.table === "services") {
      if (isNewGoal(change.before, change.after)) services.add(change.id)
    } else if (change.table === "nodes") {
      if (change.after && isOpen(change.after) && !isAsItWas(change.before, change.after)) {
        for (const id of outdatedOn(turn, change.id)) services.add(id)
      }
    } else if (change.table === "tasks") {
      if (change.after?.Moving && !change.before?.Moving) services.add(change.after.ServiceID)
      const task = change.after ?? change.before
      const update = task && this.#updates.get(task.ServiceID)
      if (!task || !update) return
      touched.add(task.ServiceID)
      const verdict = update.observe(turn.now, task)
      if (verdict) this.#carryOut(turn, update, verdict)
    }
  }

  /** Starts an update of the service if it needs one and has none towards the same spec. */
  #consider(turn: Turn, service: Service): void {
    const { tx, now } = turn
    const existing = this.#updates.get(service.ID)
    if (existing && !existing.stopped && saysTheSame(existing.spec, service.Spec)) {
      // Nodes that have come back meanwhile bring slots along.
      existing.include(dirtySlotsOf(turn, service, slotsOf(tx, service).occupied))
      // Asked for once more, it goes on as what it was, and the next leader finds it (in Swarm its status is gone from then on).
      if (existing.status && !isUnderWay(service)) withStatus(tx, service, existing.status)
      this.#advance(turn, service.ID)
      return
    }
    this.#drop(service.ID)
    const mode = modeOf(service.Spec)
    if (isPaused(service) || mode === "replicated-job" || mode === "global-job") return
    const { occupied } = slotsOf(tx, service)
    const begun = turn.first ? begunBefore(service, occupied, now) : nothingBegun
    const dirty = dirtySlotsOf(turn, service, occupied).filter((key) => !begun.slots.has(key))
    const isWatched = begun.made.size > 0 && isUnderWay(service)
    if (dirty.length === 0 && begun.slots.size === 0 && !isWatched) {
      if (isUnderWay(service)) completed(tx, now, service)
      return
    }
    // Slots of nodes that came back, or that are to move, are another update: the ended one's outcome stands no longer.
    const current = isUnderWay(service) ? service : started(tx, now, service)
    const scope = { dirty, begun, isOfSpec: replacedSpecs(tx, begun) || isOfSpec(tx, service, dirty) }
    this.#updates.set(service.ID, new ServiceUpdate(current, scope, this.#starts))
    this.#advance(turn, service.ID)
  }

  #advance(turn: Turn, id: string): void {
    const update = this.#updates.get(id)
    const service = turn.tx.get("services", id)
    const outcome = update && service ? update.advance(turn, service) : "stopped"
    if (service && outcome === "completed") completed(turn.tx, turn.now, service)
    if (outcome !== "going-on") this.#drop(id)
    const wake = outcome === "going-on" ? update?.nextWake() : undefined
    if (wake === undefined) this.#timers.clear(id)
    else this.#timers.set(id, wake)
  }

  #carryOut(turn: Turn, update: ServiceUpdate, { action, message }: Verdict): void {
    update.stop()
    const service = turn.tx.get("services", update.serviceId)
    if (!service) return
    // Tasks that were only moved say nothing against the spec.
    const back = action === "rollback" && update.isOfSpec ? rolledBackIn(turn.tx, service, message) : undefined
    if (back) this.#consider(turn, back)
    else paused(turn.tx, service, message)
  }

  #drop(id: string): void {
    this.#updates.delete(id)
    this.#timers.clear(id)
  }
}

/** Whether the service's tasks may have to change. Progress of an update is written to the service too, and is no new goal. */
function isNewGoal(before: Service | undefined, after: Service | undefined): boolean {
  if (!before || !after) return true
  return before.UpdateStatus?.State !== after.UpdateStatus?.State || !saysTheSame(before.Spec, after.Spec)
}

/** Whether tasks on the node may be replaced there: a paused node keeps what it has. */
const isOpen = (node: Node): boolean => node.Spec.Availability === "active" && node.Status.State === "ready"

/** Whether whatever the node may get now it could get before. */
const isAsItWas = (before: Node | undefined, after: Node): boolean =>
  before !== undefined && isOpen(before) && !isOtherNode(before, after)

/** Global services whose tasks on the node were left behind while it was paused or away, or did not meet the constraints. */
function outdatedOn({ tx }: Turn, nodeId: string): ReadonlySet<string> {
  const services = new Set<string>()
  for (const task of tx.find("tasks", "node", nodeId)) {
    const service = tx.get("services", task.ServiceID)
    // One that ended and that its policy leaves so stands for its place, too.
    if (!service || task.SpecVersion.Index === service.SpecVersion.Index) continue
    if (modeOf(service.Spec) === "global") services.add(service.ID)
  }
  return services
}

/** Whether some slot's tasks are of another spec, or all are only to be moved. */
const isOfSpec = (tx: Transaction, service: Service, slots: ReadonlyArray<string>): boolean =>
  slots.some((slot) =>
    tx
      .find("tasks", "slot", slot)
      .some((task) => isWanted(task) && task.SpecVersion.Index !== service.SpecVersion.Index),
  )

/** Whether what an earlier leader had begun was more than moving tasks: some task was made in the place of one that was not to be moved. */
const replacedSpecs = (tx: Transaction, { made }: Begun): boolean =>
  [...made.keys()].some((id) => {
    const task = tx.get("tasks", id)
    const others = task ? tx.find("tasks", "slot", slotKey(task)).filter((other) => other.ID !== id) : []
    return newestOf(others)?.Moving !== true
  })

/** Slots in the order of their numbers. Those of a global service only where it may have a new task. */
function dirtySlotsOf({ tx }: Turn, service: Service, occupied: ReadonlyMap<string, Slot>): ReadonlyArray<string> {
  const global = modeOf(service.Spec) === "global"
  return (
    [...occupied]
      .filter(([, slot]) => isSlotDirty(tx, service, slot))
      .filter(([, [task]]) => !global || mayGetTask(service, tx.get("nodes", task.NodeID ?? "")))
      // Those that an update was at work on come first, whoever led it.
      .sort(([, a], [, b]) => b.length - a.length || (a[0].Slot ?? 0) - (b[0].Slot ?? 0))
      .map(([key]) => key)
  )
}

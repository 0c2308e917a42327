import { hours, type Instant } from "../../core/instant.ts"
import { modeOf, replicasOf } from "../../core/model/defaults.ts"
import type { Service } from "../../core/model/service.ts"
import { isTerminal, type Task } from "../../core/model/task.ts"
import type { Random } from "../../core/random.ts"
import type { Applied } from "../../core/store/change.ts"
import { type Reader, specRecordOf } from "../../core/store/reader.ts"
import { ClusterStore } from "../../core/store/store.ts"
import { type TableName, tableNames } from "../../core/store/tables.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import { ControlPlane } from "../control-plane.ts"
import { mayBeAlive } from "../tasks.ts"
import { report, wouldReport } from "./pretend.ts"

/** A task that starts or stops because of the change. */
export interface PlanStep {
  /** Milliseconds after the change, by the delays that the specs ask for; what engines take for their work is not counted. */
  readonly At_ms: number
  readonly Action: "start" | "stop"
  readonly Service: string
  readonly Slot?: number
  readonly TaskID: string
  readonly NodeID: string
  readonly Node: string
}

export interface Plan {
  /** In their order. */
  readonly Steps: ReadonlyArray<PlanStep>
  /** Tasks that would have no node in the end, and why. */
  readonly Unplaced: ReadonlyArray<{ readonly Service: string; readonly Slot?: number; readonly Reason: string }>
  /** Services that the change makes or removes, or whose replicas or spec it changes. */
  readonly Services: ReadonlyArray<{ readonly Name: string; readonly Change: string }>
  /** How long it would take at least; undefined when it would not come to rest. */
  readonly Duration_ms?: number
}

const limits = { cycles: 100_000, span: hours(24) } as const

/** A store with the same objects. They are never changed in place, so they are shared. */
function copyOf(reader: Reader): ClusterStore {
  const store = new ClusterStore()
  const copy = <T extends TableName>(name: T): void => {
    for (const object of reader.all(name)) store.table(name).put(object)
  }
  for (const name of tableNames) copy(name)
  return store
}

/**
 * What a change would lead to: the leader's own control loops run on a copy of the cluster, on virtual time, with agents with whom all goes
 * well, until nothing is left to do. What would have happened without the change is done first and not counted.
 */
export function planOf(reader: Reader, now: Instant, random: Random, change: (tx: Transaction) => void): Plan {
  const rehearsal = new Rehearsal(copyOf(reader), now, random)
  rehearsal.settle()
  return rehearsal.carryOut(change)
}

class Rehearsal {
  readonly #store: ClusterStore
  readonly #plane: ControlPlane
  #now: Instant
  #index: number
  #cycles = 0
  #steps: Array<PlanStep> = []
  #since: Instant
  /** Of services, removed ones too. */
  readonly #names = new Map<string, string>()
  /** Tasks of which a report is due. */
  #due = new Set<string>()

  constructor(store: ClusterStore, now: Instant, random: Random) {
    this.#store = store
    this.#plane = new ControlPlane({ random })
    this.#now = now
    this.#since = now
    this.#index = store.index
    for (const { ID, Spec } of store.all("services")) this.#names.set(ID, Spec.Name)
    for (const task of store.all("tasks")) if (wouldReport(store, task)) this.#due.add(task.ID)
  }

  /** Lets everything happen that is under way. */
  settle(): boolean {
    const end = this.#now + limits.span
    let lastChange = this.#now
    this.#cycle(() => {})
    for (;;) {
      if (++this.#cycles > limits.cycles) return false
      const wake = this.#plane.nextWake()
      if (this.#due.size === 0 && !this.#plane.pending()) {
        if (wake === undefined) break
        if (wake > end) return false
        this.#now = Math.max(this.#now, wake)
      } else if (this.#due.size > 0) this.#now += 1
      const due = this.#due
      this.#due = new Set()
      if (this.#cycle((tx) => this.#report(tx, due)) > 0) lastChange = this.#now
    }
    this.#now = lastChange
    return true
  }

  carryOut(change: (tx: Transaction) => void): Plan {
    const before = new Map([...this.#store.all("services")].map((service) => [service.ID, service]))
    const waiting = new Set([...this.#store.all("tasks")].filter(waits).map((task) => task.ID))
    this.#steps = []
    this.#since = this.#now
    this.#cycle(change)
    const settled = this.settle()
    return {
      Steps: this.#steps,
      Unplaced: [...this.#unplaced(waiting)],
      Services: [...this.#changed(before)],
      ...(settled ? { Duration_ms: this.#now - this.#since } : {}),
    }
  }

  #cycle(write: (tx: Transaction) => void): number {
    const tx = this.#store.begin(this.#now)
    write(tx)
    this.#plane.turn(this.#now, tx)
    const applied = this.#store.apply(tx.changeSet(), ++this.#index)
    for (const one of applied) this.#note(one)
    return applied.length
  }

  #report(tx: Transaction, due: ReadonlySet<string>): void {
    for (const id of due) {
      const task = tx.get("tasks", id)
      const state = task && wouldReport(tx, task)
      if (task && state) report(tx, this.#now, task, state)
    }
  }

  #note(change: Applied): void {
    if (change.table === "nodes") {
      for (const task of this.#store.find("tasks", "node", change.id))
        if (wouldReport(this.#store, task)) this.#due.add(task.ID)
      return
    }
    if (change.table === "services" && change.after) this.#names.set(change.id, change.after.Spec.Name)
    if (change.table !== "tasks") return
    const { before, after } = change
    if (!after) {
      // It stopped and was cleared away in one cycle: nobody needs its slot any more.
      if (before && mayBeAlive(before)) this.#add("stop", before)
      return
    }
    if (wouldReport(this.#store, after)) this.#due.add(after.ID)
    const was = before?.Status.State
    const is = after.Status.State
    if (is === "running" && was !== "running") this.#add("start", after)
    else if (is === "complete" && was !== "running" && was !== "complete") this.#add("start", after)
    else if (before?.NodeID && isTerminal(is) && is !== "complete" && !isTerminal(was ?? "new"))
      this.#add("stop", after)
  }

  #add(Action: PlanStep["Action"], task: Task): void {
    const NodeID = task.NodeID ?? ""
    this.#steps.push({
      At_ms: this.#now - this.#since,
      Action,
      Service: this.#nameOf(task),
      ...(task.Slot === undefined ? {} : { Slot: task.Slot }),
      TaskID: task.ID,
      NodeID,
      Node: this.#store.get("nodes", NodeID)?.Description.Hostname ?? NodeID,
    })
  }

  #nameOf(task: Task): string {
    return this.#names.get(task.ServiceID) ?? specRecordOf(this.#store, task)?.ServiceName ?? ""
  }

  /** Tasks that waited before the change, and do so for other reasons, are not its doing. */
  *#unplaced(before: ReadonlySet<string>): Iterable<Plan["Unplaced"][number]> {
    for (const task of this.#store.all("tasks")) {
      if (!waits(task) || before.has(task.ID)) continue
      const Reason = task.Status.Err ?? "waits for its networks and ports"
      yield { Service: this.#nameOf(task), ...(task.Slot === undefined ? {} : { Slot: task.Slot }), Reason }
    }
  }

  *#changed(before: ReadonlyMap<string, Service>): Iterable<Plan["Services"][number]> {
    for (const service of this.#store.all("services")) {
      const was = before.get(service.ID)
      const Change = was ? differenceOf(was, service) : "is created"
      if (Change) yield { Name: service.Spec.Name, Change }
    }
    for (const { ID, Spec } of before.values())
      if (!this.#store.get("services", ID)) yield { Name: Spec.Name, Change: "is removed" }
  }
}

/** Whether the task should have a node and has none. */
const waits = ({ Status, DesiredState }: Task): boolean =>
  (Status.State === "new" || Status.State === "pending") && DesiredState !== "shutdown" && DesiredState !== "remove"

function differenceOf(was: Service, is: Service): string | undefined {
  const changes: Array<string> = []
  const [from, to] = [replicasOf(was.Spec), replicasOf(is.Spec)]
  if (modeOf(is.Spec) === "replicated" && from !== to) changes.push(`is scaled from ${from} to ${to}`)
  if (was.SpecVersion.Index !== is.SpecVersion.Index) changes.push("its tasks are made from a new spec")
  if (was.JobStatus?.JobIteration.Index !== is.JobStatus?.JobIteration.Index) changes.push("is run anew")
  return changes.length > 0 ? changes.join(", ") : undefined
}

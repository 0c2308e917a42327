import { newId } from "../../../core/id.ts"
import { earliest, hours, type Instant, type Millis, nanosToMillis } from "../../../core/instant.ts"
import { type Cluster, defaultClusterSpec } from "../../../core/model/cluster.ts"
import { type Node, roleOf } from "../../../core/model/node.ts"
import type { TaskStatus } from "../../../core/model/task.ts"
import type { Random } from "../../../core/random.ts"
import type { Applied, AppliedTo } from "../../../core/store/change.ts"
import type { Reader } from "../../../core/store/reader.ts"
import type { Transaction } from "../../../core/store/transaction.ts"
import { Timers } from "../../../core/timers.ts"
import type { Peer } from "../../peer.ts"
import type { DispatchMessage, SessionMessage, Wanted } from "../../protocol.ts"
import { managersIn } from "../members.ts"
import { assignmentOf, assignmentsOf, isNews } from "./assignments.ts"
import type { Dispatch } from "./dispatch.ts"
import { letIn, moveNode, orphanTasks, type Registration, retire } from "./node-records.ts"
import { applyReport, isProgress } from "./reported.ts"
import { RouteBook } from "./route-book.ts"
import { Session } from "./session.ts"

export interface DispatcherOptions {
  readonly random: Random
  readonly now: Instant
  /** The cluster's objects, as they are committed. */
  readonly store: Reader
  /** The node of the manager that leads; with it, the dispatcher tells all nodes of its leadership when it begins. */
  readonly nodeId?: string
}

/** Heartbeat periods without a heartbeat after which a node is down: once it has been heard by this leader, and before. */
const gracePeriods = 3
const gracePeriodsUnknown = 6

/** How long a node must be down before its tasks count as lost (swarmkit defaultNodeDownPeriod). */
const orphaned_ms = hours(24)

interface Report {
  readonly nodeId: string
  readonly status: TaskStatus
}

interface Batch {
  readonly session: string
  readonly number: number
}

/** What came in and must be written before it is answered. */
interface Intake {
  readonly registrations: Map<string, Registration>
  readonly reports: Map<string, Report>
  /** The batch of each node that is confirmed once its reports are committed. */
  readonly batches: Map<string, Batch>
  /** Nodes that leave for good. */
  readonly leaving: Set<string>
}

const emptyIntake = (): Intake => ({
  registrations: new Map(),
  reports: new Map(),
  batches: new Map(),
  leaving: new Set(),
})

/**
 * The leader's end of the agents' sessions: lets nodes in, tells them their tasks, takes their reports, and declares them down when they
 * fall silent. It lives as long as the leadership. Whatever it confirms is committed, a session included: an outvoted leader can let
 * nobody in (swarmkit manager/dispatcher).
 *
 * In a cycle: `begin` (the first time) and `write` into the transaction, then `committed` once it is. `tick` at every instant that
 * `nextWake` named, and after a cycle that wrote nothing.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions
  readonly #sessions = new Map<string, Session>()
  readonly #silence = new Timers()
  readonly #resends = new Timers()
  readonly #orphans = new Timers()
  readonly #routes = new RouteBook()
  /** Nodes that were silent for too long, with what is to be said of them. */
  readonly #silent = new Map<string, string>()
  /** Nodes that this leader has not heard of yet. */
  readonly #unheard = new Set<string>()
  readonly #lost = new Set<string>()
  readonly #removed = new Set<string>()
  /** Of nodes that left: the last registration, which may still come once more. */
  readonly #left = new Map<string, string>()
  #incoming: Intake = emptyIntake()
  /** Written, but not committed yet. */
  #written: Intake = emptyIntake()
  #ready: Array<Dispatch> = []
  #toAnnounce = false
  #period: Millis = nanosToMillis(defaultClusterSpec.Dispatcher.HeartbeatPeriod ?? 0)

  constructor(options: DispatcherOptions) {
    this.#options = options
  }

  /** Leadership begins: nobody knows of any node until it registers again, but those that are down are still down. */
  begin(tx: Transaction, now: Instant): void {
    this.#period = periodOf(tx)
    this.#toAnnounce = true
    for (const { ID, Status } of tx.all("nodes")) {
      if (Status.State === "down") {
        this.#orphans.set(ID, now + orphaned_ms)
        continue
      }
      moveNode(tx, ID, "unknown", 'Node moved to "unknown" state due to leadership change in cluster')
      this.#unheard.add(ID)
      this.#silence.set(ID, now + this.#vary(gracePeriodsUnknown * this.#period))
    }
  }

  hasSession(nodeId: string): boolean {
    return this.#sessions.has(nodeId)
  }

  receive(now: Instant, from: Peer, message: SessionMessage): ReadonlyArray<Dispatch> {
    if (message.type === "register") this.#register(now, from, message)
    else if (message.type === "leave") this.#incoming.leaving.add(from.id)
    else {
      const session = this.#sessions.get(from.id)
      if (session === undefined || session.id !== message.session)
        this.#say(from.id, { type: "session-lost", session: message.session })
      else this.#inSession(now, session, message)
    }
    return this.#take()
  }

  /**
   * The link to a node broke: its process ended, or nothing gets through. It is given one heartbeat period to be back, not three: a daemon
   * that is started again is in time, one that is dead is not waited for any longer.
   */
  linkDown(now: Instant, nodeId: string): void {
    const due = this.#silence.at(nodeId)
    if (due === undefined || !this.#sessions.has(nodeId)) return
    this.#silence.set(nodeId, Math.min(due, now + this.#vary(this.#period)))
  }

  /** Whether a cycle would have something to write. */
  wantsCycle(now: Instant): boolean {
    this.#look(now)
    const { registrations, batches, leaving } = this.#incoming
    if (registrations.size > 0 || batches.size > 0 || leaving.size > 0) return true
    return this.#silent.size > 0 || this.#lost.size > 0
  }

  write(tx: Transaction, now: Instant): void {
    this.#look(now)
    for (const registration of this.#incoming.registrations.values()) {
      letIn(tx, registration)
    }
    for (const nodeId of this.#incoming.leaving) this.#part(tx, now, nodeId)
    for (const [nodeId, message] of this.#silent) this.#lose(tx, now, nodeId, message)
    this.#silent.clear()
    for (const [taskId, { nodeId, status }] of this.#incoming.reports) applyReport(tx, nodeId, taskId, status)
    for (const nodeId of this.#lost) orphanTasks(tx, nodeId, now)
    this.#lost.clear()
    for (const [id, registration] of this.#incoming.registrations) this.#written.registrations.set(id, registration)
    for (const [id, batch] of this.#incoming.batches) this.#written.batches.set(id, batch)
    for (const id of this.#incoming.leaving) this.#written.leaving.add(id)
    this.#incoming = emptyIntake()
    // Reports that say nothing new are confirmed without an entry.
    if (tx.steps.length === 0) this.#confirm()
  }

  /** An entry was applied; `store` holds it. */
  committed(now: Instant, changes: ReadonlyArray<Applied>, store: Reader): ReadonlyArray<Dispatch> {
    if (this.#toAnnounce) {
      this.#announce(store)
      this.#routes.begin(store)
    } else this.#routes.applied(now, changes)
    for (const change of changes) {
      if (change.table === "tasks") this.#taskChanged(store, change)
      else if (change.table === "nodes") this.#nodeChanged(now, change)
      else if (change.table === "clusters") this.#clusterChanged(change)
    }
    for (const registration of this.#written.registrations.values()) this.#open(now, registration, store)
    this.#confirm()
    const nodes = changes.flatMap((change) => (change.table === "tasks" ? nodesOf(change) : []))
    for (const nodeId of new Set(nodes)) this.#tell(now, this.#sessions.get(nodeId))
    return this.#take()
  }

  /** What time brings: messages that nobody confirmed go out again. */
  tick(now: Instant): ReadonlyArray<Dispatch> {
    this.#look(now)
    for (const nodeId of this.#resends.due(now)) {
      const session = this.#sessions.get(nodeId)
      const message = session?.again(now)
      if (session === undefined || message === undefined) continue
      this.#say(nodeId, message)
      this.#watchResend(session)
    }
    if (this.#routes.look(now, this.#options.store)) {
      for (const session of this.#sessions.values()) this.#showRoutes(session)
    }
    return this.#take()
  }

  /** What the agents are told when this manager stops leading. */
  stepDown(leader?: string): ReadonlyArray<Dispatch> {
    const managers = managersIn(this.#options.store)
    const message: DispatchMessage =
      leader === undefined ? { type: "redirect", managers } : { type: "redirect", leader, managers }
    return [...this.#sessions.keys()].map((to) => ({ to, message }))
  }

  nextWake(): Instant | undefined {
    const sessions = earliest(this.#silence.next(), this.#resends.next())
    return earliest(earliest(sessions, this.#orphans.next()), this.#routes.nextWake())
  }

  #register(now: Instant, peer: Peer, message: Extract<SessionMessage, { readonly type: "register" }>): void {
    const { attempt } = message
    const session = this.#sessions.get(peer.id)
    if (
      this.#removed.has(peer.id) ||
      this.#left.get(peer.id) === attempt ||
      this.#written.registrations.get(peer.id)?.attempt === attempt
    )
      return
    if (session?.attempt === attempt) {
      // Its answer was lost.
      this.#greet(session)
      const last = session.again(now)
      if (last !== undefined) this.#say(peer.id, last)
      return
    }
    this.#incoming.registrations.set(peer.id, { peer, ...message })
  }

  #inSession(now: Instant, session: Session, message: Extract<SessionMessage, { readonly session: string }>): void {
    switch (message.type) {
      case "heartbeat":
        this.#heard(now, session.nodeId)
        this.#say(session.nodeId, {
          type: "heartbeat-ack",
          session: session.id,
          wanted: this.#wantedOf(session.nodeId),
        })
        if (message.routes !== undefined && message.routes !== this.#routes.number) this.#showRoutes(session)
        break
      case "assigned":
        session.confirmed(message.sequence)
        this.#tell(now, session)
        break
      case "statuses":
        for (const { taskId, status } of message.statuses) this.#note(taskId, session.nodeId, status)
        this.#incoming.batches.set(session.nodeId, { session: session.id, number: message.batch })
    }
  }

  #note(taskId: string, nodeId: string, status: TaskStatus): void {
    const { reports } = this.#incoming
    const before = reports.get(taskId)
    if (before === undefined || before.nodeId !== nodeId || isProgress(before.status, status))
      reports.set(taskId, { nodeId, status })
  }

  #heard(now: Instant, nodeId: string): void {
    this.#silent.delete(nodeId)
    this.#silence.set(nodeId, now + gracePeriods * this.#vary(this.#period))
  }

  /** Sees which deadlines have passed. */
  #look(now: Instant): void {
    for (const nodeId of this.#silence.due(now)) {
      const message = this.#unheard.has(nodeId) ? 'heartbeat failure for node in "unknown" state' : "heartbeat failure"
      this.#silent.set(nodeId, message)
    }
    for (const nodeId of this.#orphans.due(now)) this.#lost.add(nodeId)
  }

  #lose(tx: Transaction, now: Instant, nodeId: string, message: string): void {
    this.#end(nodeId)
    // Whoever asks to be let in at this very moment is not down.
    if (this.#incoming.registrations.has(nodeId)) return
    if (moveNode(tx, nodeId, "down", message)) this.#orphans.set(nodeId, now + orphaned_ms)
  }

  /** It runs nothing any more and is not waited for. */
  #part(tx: Transaction, now: Instant, nodeId: string): void {
    this.#left.set(nodeId, this.#sessions.get(nodeId)?.attempt ?? "")
    this.#incoming.registrations.delete(nodeId)
    this.#end(nodeId)
    if (moveNode(tx, nodeId, "down", "node left the swarm")) this.#orphans.set(nodeId, now + orphaned_ms)
    retire(tx, nodeId)
  }

  #open(now: Instant, { peer, attempt }: Registration, store: Reader): void {
    this.#written.registrations.delete(peer.id)
    if (store.get("nodes", peer.id) === undefined) return
    const session = new Session(newId(this.#options.random), peer.id, attempt)
    this.#sessions.set(peer.id, session)
    this.#unheard.delete(peer.id)
    this.#orphans.clear(peer.id)
    this.#heard(now, peer.id)
    this.#greet(session)
    this.#say(peer.id, session.begin(now, assignmentsOf(store, peer.id)))
    this.#showRoutes(session)
    this.#watchResend(session)
  }

  #greet(session: Session): void {
    this.#say(session.nodeId, {
      type: "session",
      attempt: session.attempt,
      session: session.id,
      heartbeatPeriod: this.#period,
      managers: managersIn(this.#options.store),
      wanted: this.#wantedOf(session.nodeId),
    })
  }

  #showRoutes({ nodeId, id }: Session): void {
    const { number, routes, network } = this.#routes
    this.#say(nodeId, { type: "routes", session: id, number, routes, ...(network && { network }) })
  }

  #wantedOf(nodeId: string): Wanted {
    const { store } = this.#options
    const node = store.get("nodes", nodeId)
    return { role: node === undefined ? "worker" : roleOf(node), ...rootOf(store) }
  }

  #taskChanged(store: Reader, { id, before, after }: AppliedTo<"tasks">): void {
    const session = this.#sessions.get(after?.NodeID ?? before?.NodeID ?? "")
    if (session === undefined) return
    if (after === undefined) session.remove(id)
    else if (isNews(before, after)) {
      const assignment = assignmentOf(store, after)
      if (assignment !== undefined) session.put(assignment)
    }
  }

  #nodeRemoved(nodeId: string): void {
    this.#removed.add(nodeId)
    this.#end(nodeId)
    this.#orphans.clear(nodeId)
    this.#written.registrations.delete(nodeId)
    this.#incoming.registrations.delete(nodeId)
  }

  #nodeChanged(now: Instant, { id, before, after }: AppliedTo<"nodes">): void {
    if (after === undefined) {
      this.#nodeRemoved(id)
      return
    }
    if (before === undefined && after.Status.State === "unknown") {
      // It was admitted, and has yet to come.
      this.#unheard.add(id)
      this.#silence.set(id, now + this.#vary(gracePeriodsUnknown * this.#period))
    }
    const session = this.#sessions.get(id)
    if (managerAddr(before) !== managerAddr(after)) this.#greetAll()
    else if (session !== undefined && before !== undefined && roleOf(before) !== roleOf(after)) this.#greet(session)
  }

  /** Everybody is told at once of another heartbeat period, and of another root certificate. */
  #clusterChanged({ before, after }: AppliedTo<"clusters">): void {
    if (after === undefined) return
    const period = periodOf(this.#options.store)
    const isNews = period !== this.#period || !sameRoot(wantedRoot(before), wantedRoot(after))
    this.#period = period
    if (isNews) this.#greetAll()
  }

  #greetAll(): void {
    for (const session of this.#sessions.values()) this.#greet(session)
  }

  #end(nodeId: string): void {
    this.#sessions.delete(nodeId)
    this.#silence.clear(nodeId)
    this.#resends.clear(nodeId)
    this.#silent.delete(nodeId)
    this.#unheard.delete(nodeId)
  }

  #confirm(): void {
    for (const [nodeId, { session, number }] of this.#written.batches) {
      if (this.#sessions.get(nodeId)?.id === session)
        this.#say(nodeId, { type: "statuses-ack", session, batch: number })
    }
    this.#written.batches.clear()
    for (const nodeId of this.#written.leaving) this.#say(nodeId, { type: "leave-ack" })
    this.#written.leaving.clear()
  }

  #tell(now: Instant, session: Session | undefined): void {
    if (session === undefined) return
    const message = session.take(now)
    if (message !== undefined) this.#say(session.nodeId, message)
    this.#watchResend(session)
  }

  #watchResend(session: Session): void {
    if (session.resendAt === undefined) this.#resends.clear(session.nodeId)
    else this.#resends.set(session.nodeId, session.resendAt)
  }

  #announce(store: Reader): void {
    this.#toAnnounce = false
    const { nodeId } = this.#options
    if (nodeId === undefined) return
    const managers = managersIn(store)
    for (const { ID } of store.all("nodes")) this.#say(ID, { type: "redirect", leader: nodeId, managers })
  }

  #vary(span: Millis): Millis {
    return Math.round(span * (0.9 + 0.2 * this.#options.random.next()))
  }

  #say(to: string, message: DispatchMessage): void {
    this.#ready.push({ to, message })
  }

  #take(): ReadonlyArray<Dispatch> {
    const ready = this.#ready
    this.#ready = []
    return ready
  }
}

const nodesOf = ({ before, after }: AppliedTo<"tasks">): ReadonlyArray<string> => {
  const nodeId = after?.NodeID ?? before?.NodeID
  return nodeId === undefined ? [] : [nodeId]
}

/** Where a node's manager is reached, if it is one. */
const managerAddr = (node: Node | undefined): string | undefined => node?.ManagerStatus?.Addr

type WantedRoot = Pick<Wanted, "root" | "rotating">

/** The root certificate that all are to have theirs from, and whether it is the only one that they are to trust. */
function wantedRoot(cluster: Cluster | undefined): WantedRoot {
  const { RootCA, RootRotation } = cluster ?? {}
  if (RootRotation !== undefined) return { root: RootRotation.Root.Digest, rotating: true }
  return RootCA === undefined ? {} : { root: RootCA.Digest }
}

const sameRoot = (a: WantedRoot, b: WantedRoot): boolean => a.root === b.root && a.rotating === b.rotating

function rootOf(store: Reader): WantedRoot {
  for (const cluster of store.all("clusters")) return wantedRoot(cluster)
  return {}
}

function periodOf(store: Reader): Millis {
  for (const cluster of store.all("clusters")) {
    const period = cluster.Spec.Dispatcher.HeartbeatPeriod
    if (period !== undefined && period > 0) return nanosToMillis(period)
  }
  return nanosToMillis(defaultClusterSpec.Dispatcher.HeartbeatPeriod ?? 0)
}

import { newId } from "../../../core/id.ts"
import { earliest, type Instant } from "../../../core/instant.ts"
import { type Node, roleOf } from "../../../core/model/node.ts"
import type { Random } from "../../../core/random.ts"
import type { Applied, AppliedTo } from "../../../core/store/change.ts"
import type { Reader } from "../../../core/store/reader.ts"
import type { Transaction } from "../../../core/store/transaction.ts"
import { Timers } from "../../../core/timers.ts"
import type { Peer } from "../../peer.ts"
import type { DispatchMessage, SessionMessage } from "../../protocol.ts"
import { managersIn } from "../members.ts"
import { assignmentOf, assignmentsOf, isNews } from "./assignments.ts"
import type { Dispatch } from "./dispatch.ts"
import { Intake } from "./intake.ts"
import { Liveness } from "./liveness.ts"
import { letIn, moveNode, orphanTasks, type Registration, retire } from "./node-records.ts"
import { applyReport } from "./reported.ts"
import { RouteBook } from "./route-book.ts"
import { Session } from "./session.ts"
import { defaultPeriod, periodOf, sameRoot, wantedOf } from "./wanted.ts"

export interface DispatcherOptions {
  readonly random: Random
  readonly now: Instant
  /** The cluster's objects, as they are committed. */
  readonly store: Reader
  /** The node of the manager that leads; with it, the dispatcher tells all nodes of its leadership when it begins. */
  readonly nodeId?: string
}

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
  readonly #resends = new Timers()
  readonly #routes = new RouteBook()
  readonly #liveness: Liveness
  readonly #removed = new Set<string>()
  /** Of nodes that left: the last registration, which may still come once more. */
  readonly #left = new Map<string, string>()
  #incoming = new Intake()
  /** Written, but not committed yet. */
  #written = new Intake()
  #ready: Array<Dispatch> = []
  #toAnnounce = false

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#liveness = new Liveness(options.random, defaultPeriod)
  }

  /** Leadership begins: nobody knows of any node until it registers again, but those that are down are still down. */
  begin(tx: Transaction, now: Instant): void {
    this.#liveness.period = periodOf(tx)
    this.#toAnnounce = true
    for (const { ID, Status } of tx.all("nodes")) {
      if (Status.State === "down") {
        this.#liveness.down(now, ID)
        continue
      }
      moveNode(tx, ID, "unknown", 'Node moved to "unknown" state due to leadership change in cluster')
      this.#liveness.expect(now, ID)
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
    if (this.#sessions.has(nodeId)) this.#liveness.hurry(now, nodeId)
  }

  /** Whether a cycle would have something to write. */
  wantsCycle(now: Instant): boolean {
    this.#liveness.look(now)
    return this.#incoming.isWork || this.#liveness.isWork
  }

  write(tx: Transaction, now: Instant): void {
    this.#liveness.look(now)
    for (const registration of this.#incoming.registrations.values()) {
      letIn(tx, registration)
    }
    for (const nodeId of this.#incoming.leaving) this.#part(tx, now, nodeId)
    for (const [nodeId, message] of this.#liveness.takeSilent()) this.#lose(tx, now, nodeId, message)
    for (const [taskId, { nodeId, status }] of this.#incoming.reports) applyReport(tx, nodeId, taskId, status)
    for (const nodeId of this.#liveness.takeLost()) orphanTasks(tx, nodeId, now)
    this.#written.join(this.#incoming)
    this.#incoming = new Intake()
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
    this.#liveness.look(now)
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
    return earliest(earliest(this.#liveness.nextWake(), this.#resends.next()), this.#routes.nextWake())
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
        this.#liveness.heard(now, session.nodeId)
        this.#say(session.nodeId, {
          type: "heartbeat-ack",
          session: session.id,
          wanted: wantedOf(this.#options.store, session.nodeId),
        })
        if (message.routes !== undefined && message.routes !== this.#routes.number) this.#showRoutes(session)
        break
      case "assigned":
        session.confirmed(message.sequence)
        this.#tell(now, session)
        break
      case "statuses":
        for (const { taskId, status } of message.statuses) this.#incoming.note(taskId, session.nodeId, status)
        this.#incoming.batches.set(session.nodeId, { session: session.id, number: message.batch })
    }
  }

  #lose(tx: Transaction, now: Instant, nodeId: string, message: string): void {
    this.#end(nodeId)
    // Whoever asks to be let in at this very moment is not down.
    if (this.#incoming.registrations.has(nodeId)) return
    if (moveNode(tx, nodeId, "down", message)) this.#liveness.down(now, nodeId)
  }

  /** It runs nothing any more and is not waited for. */
  #part(tx: Transaction, now: Instant, nodeId: string): void {
    this.#left.set(nodeId, this.#sessions.get(nodeId)?.attempt ?? "")
    this.#incoming.registrations.delete(nodeId)
    this.#end(nodeId)
    if (moveNode(tx, nodeId, "down", "node left the swarm")) this.#liveness.down(now, nodeId)
    retire(tx, nodeId)
  }

  #open(now: Instant, { peer, attempt }: Registration, store: Reader): void {
    this.#written.registrations.delete(peer.id)
    if (store.get("nodes", peer.id) === undefined) return
    const session = new Session(newId(this.#options.random), peer.id, attempt)
    this.#sessions.set(peer.id, session)
    this.#liveness.arrived(now, peer.id)
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
      heartbeatPeriod: this.#liveness.period,
      managers: managersIn(this.#options.store),
      wanted: wantedOf(this.#options.store, session.nodeId),
    })
  }

  #showRoutes({ nodeId, id }: Session): void {
    const { number, routes, network } = this.#routes
    this.#say(nodeId, { type: "routes", session: id, number, routes, ...(network && { network }) })
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
    this.#liveness.removed(nodeId)
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
      this.#liveness.expect(now, id)
    }
    const session = this.#sessions.get(id)
    if (managerAddr(before) !== managerAddr(after)) this.#greetAll()
    else if (session !== undefined && before !== undefined && roleOf(before) !== roleOf(after)) this.#greet(session)
  }

  /** Everybody is told at once of another heartbeat period, and of another root certificate. */
  #clusterChanged({ before, after }: AppliedTo<"clusters">): void {
    if (after === undefined) return
    const period = periodOf(this.#options.store)
    const isNews = period !== this.#liveness.period || !sameRoot(before, after)
    this.#liveness.period = period
    if (isNews) this.#greetAll()
  }

  #greetAll(): void {
    for (const session of this.#sessions.values()) this.#greet(session)
  }

  #end(nodeId: string): void {
    this.#sessions.delete(nodeId)
    this.#liveness.forget(nodeId)
    this.#resends.clear(nodeId)
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

import type { Instant, Millis } from "../../core/instant.ts"
import { type Node, roleOf } from "../../core/model/node.ts"
import type { Applied } from "../../core/store/change.ts"
import type { Reader } from "../../core/store/reader.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import type { ConfigurationChange, MemberId } from "../../raft/index.ts"
import { takeRaftId } from "./control/raft-ids.ts"
import { alive, type Group } from "./group.ts"

/** What the leader is to do with its group. */
export type Step =
  | { readonly type: "change"; readonly change: ConfigurationChange }
  /** Another one is to lead: this manager becomes a worker. */
  | { readonly type: "transfer"; readonly to: MemberId }

interface Candidate {
  readonly member: MemberId
  readonly addr: string
  readonly at: Instant
}

/** What cannot be done now is tried again after this. */
const retry_ms: Millis = 500

/** A manager that wants in says so twice a second. */
const fresh_ms: Millis = 3_000

/**
 * Makes the consensus group follow what is wanted of the nodes, and the nodes follow the group: a node becomes a manager in its certificate first
 * and a member then; one that stops being a manager is taken out of the group first, and is a worker once that is committed (swarmkit
 * manager/role_manager.go). It lives as long as the leadership.
 *
 * In a cycle: `write` into the transaction. After it: `next` says what is to be done with the group, one step at a time.
 */
export class RoleManager {
  readonly #candidates = new Map<string, Candidate>()
  #toWrite = true
  #toStep = true
  #retryAt: Instant | undefined

  /** A manager asks to become a member. */
  asked(now: Instant, nodeId: string, member: MemberId, addr: string): void {
    const known = this.#candidates.get(nodeId)
    this.#candidates.set(nodeId, { member, addr, at: now })
    if (known?.member !== member || known.addr !== addr) this.#toWrite = true
    this.#toStep = true
  }

  /** Another configuration is committed. */
  groupChanged(): void {
    this.#toWrite = true
    this.#toStep = true
  }

  committed(changes: ReadonlyArray<Applied>): void {
    if (!changes.some((change) => change.table === "nodes" && concernsGroup(change.before, change.after))) return
    this.#toWrite = true
    this.#toStep = true
  }

  wantsCycle(): boolean {
    return this.#toWrite
  }

  nextWake(): Instant | undefined {
    return this.#retryAt
  }

  /** What the group is said of the nodes. */
  write(tx: Transaction, group: Group): void {
    this.#toWrite = false
    const members = new Set([...group.voters, ...group.learners])
    for (const node of tx.find("nodes", "group", "member")) this.#follow(tx, node, group, members)
    for (const node of tx.find("nodes", "role", "manager")) if (node.RaftID === undefined) promote(tx, node)
  }

  #follow(tx: Transaction, node: Node, group: Group, members: ReadonlySet<MemberId>): void {
    const { RaftID = 0, Spec, ManagerStatus } = node
    if (group.removed.includes(RaftID) || (Spec.Role === "worker" && !members.has(RaftID))) {
      demote(tx, node)
      return
    }
    if (!group.settled || !group.voters.includes(RaftID)) return
    const candidate = this.#candidates.get(node.ID)
    const asked = candidate?.member === RaftID ? candidate.addr : undefined
    const Addr = asked ?? ManagerStatus?.Addr ?? `${node.Status.Addr ?? ""}:2377`
    if (ManagerStatus?.Addr === Addr) return
    tx.update("nodes", { ...node, ManagerStatus: { Reachability: "reachable", Addr, RaftID } })
  }

  /** The next step, if there is one that can be taken now. `store`: as it is committed. */
  next(now: Instant, store: Reader, group: Group): Step | undefined {
    if (!this.#toStep && (this.#retryAt === undefined || now < this.#retryAt)) return undefined
    this.#toStep = false
    this.#retryAt = undefined
    const wanted = new Set<MemberId>()
    const gone = new Set<MemberId>()
    const joining: Array<MemberId> = []
    for (const node of store.find("nodes", "group", "member")) {
      if (node.RaftID === undefined) continue
      if (node.Spec.Role !== "manager") {
        if (node.Status.State === "down") gone.add(node.RaftID)
        continue
      }
      wanted.add(node.RaftID)
      if (this.#wantsIn(now, node)) joining.push(node.RaftID)
    }
    const members = [...group.voters, ...group.learners]
    const leaving = members.filter((member) => !wanted.has(member))
    const newcomers = joining.filter((member) => !members.includes(member) && !group.removed.includes(member))
    // A leader whose cluster has not begun yet knows no node.
    if (store.count("clusters") === 0 || leaving.length + newcomers.length === 0) return undefined
    // Whatever becomes of this step, look again.
    this.#retryAt = now + retry_ms
    if (!group.settled) return undefined
    return removal(leaving, wanted, alive(group, gone), group) ?? addition(newcomers)
  }

  #wantsIn(now: Instant, node: Node): boolean {
    const candidate = this.#candidates.get(node.ID)
    return candidate !== undefined && candidate.member === node.RaftID && now - candidate.at <= fresh_ms
  }
}

const addition = ([id]: ReadonlyArray<MemberId>): Step | undefined =>
  id === undefined ? undefined : { type: "change", change: { type: "join", id } }

/** Nobody is taken out whom the others could not do without: who was to stay may have failed since that was decided. */
function removal(
  leaving: ReadonlyArray<MemberId>,
  wanted: ReadonlySet<MemberId>,
  living: ReadonlySet<MemberId>,
  group: Group,
): Step | undefined {
  for (const id of leaving) {
    if (group.learners.includes(id)) return { type: "change", change: { type: "remove", id } }
    const rest = group.voters.filter((voter) => voter !== id)
    const others = rest.filter((voter) => living.has(voter))
    if (others.length <= rest.length / 2) continue
    if (id !== group.own) return { type: "change", change: { type: "remove", id } }
    const heir = others.find((voter) => wanted.has(voter))
    if (heir !== undefined) return { type: "transfer", to: heir }
  }
  return undefined
}

/** It may be a manager from now on: its certificate may say so, and its member of the group has an ID that nobody had before. */
function promote(tx: Transaction, node: Node): void {
  for (const cluster of tx.all("clusters")) {
    tx.update("nodes", { ...node, Role: "manager", RaftID: takeRaftId(tx, cluster) })
  }
}

/** It is no member any more, and so no manager. */
function demote(tx: Transaction, node: Node): void {
  const { ManagerStatus: _, RaftID: __, ...rest } = node
  tx.update("nodes", { ...rest, Role: "worker", Spec: { ...node.Spec, Role: "worker" } })
}

const concernsGroup = (before: Node | undefined, after: Node | undefined): boolean =>
  before?.RaftID !== after?.RaftID ||
  before?.Spec.Role !== after?.Spec.Role ||
  (before && roleOf(before)) !== (after && roleOf(after)) ||
  before?.ManagerStatus?.Addr !== after?.ManagerStatus?.Addr

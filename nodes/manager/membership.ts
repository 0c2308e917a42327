import type { Instant } from "../../core/instant.ts"
import { roleOf } from "../../core/model/node.ts"
import type { Reader } from "../../core/store/reader.ts"
import type { MemberId } from "../../raft/index.ts"
import type { Peer } from "../peer.ts"
import type { ManagerAddress } from "../protocol.ts"
import type { Managers } from "./control/context.ts"
import type { Dispatch } from "./dispatcher/dispatch.ts"
import type { Group } from "./group.ts"
import type { ManagerOutput } from "./io.ts"
import { Members } from "./members.ts"
import type { ManagerOptions } from "./options.ts"

/** How often a manager that is not a member yet says that it is ready to become one. */
const join_ms = 500

type Outputs = ReadonlyArray<ManagerOutput>

/** This manager among the others: who they are and where, whether it has a vote, and its asking for one. */
export class Membership {
  readonly #nodeId: string
  readonly #raftId: MemberId
  readonly #addr: string
  readonly #members: Members
  /** When to ask again to be let into the group; undefined for a voter. */
  #joinAt: Instant | undefined
  #isVoter = false

  constructor({ nodeId, raftId, addr, remotes = [], now }: ManagerOptions) {
    this.#nodeId = nodeId
    this.#raftId = raftId
    this.#addr = addr
    this.#members = new Members(remotes)
    this.#joinAt = now
  }

  /** Whether it is a voter of the consensus group. */
  get isVoter(): boolean {
    return this.#isVoter
  }

  nextWake(): Instant | undefined {
    return this.#joinAt
  }

  nodeIdOf(member: MemberId): string | undefined {
    return this.#members.nodeIdOf(member)
  }

  /** Everybody who may lead. */
  known(store: Reader): ReadonlyArray<ManagerAddress> {
    return this.#members.known(store)
  }

  /** Those who are in the cluster's objects, in its founding, or were told when this one was admitted. */
  meet(store: Reader, { founding, remotes = [] }: ManagerOptions): Outputs {
    const founders = (founding?.nodes ?? []).flatMap(({ nodeId, raftId, managerAddr }): Outputs => {
      if (raftId === undefined) return []
      this.#members.hear(raftId, nodeId)
      return managerAddr === undefined ? [] : this.#moved(nodeId, managerAddr)
    })
    return [...founders, ...remotes.flatMap(({ nodeId, addr }) => this.#moved(nodeId, addr)), ...this.read(store)]
  }

  /** Where an agent finds the leader, told by one that is none. */
  redirect(store: Reader, agent: Peer, leader: string | undefined): Dispatch {
    const known = leader === undefined || leader === this.#nodeId ? {} : { leader }
    return { to: agent.id, message: { type: "redirect", managers: this.known(store), ...known } }
  }

  /** The managers that this one, which leads, hears. */
  reachable(group: Group): Managers {
    const nodeIds = [...group.reachable].map((member) => this.nodeIdOf(member) ?? "")
    return { leader: this.#nodeId, reachable: new Set([this.#nodeId, ...nodeIds]) }
  }

  /** The cluster's objects name others than before. */
  read(store: Reader): Outputs {
    return this.#members.read(store).flatMap(({ nodeId, addr }) => this.#know(nodeId, addr))
  }

  /** Whether a node may speak for this member: as its certificate is a manager's, and no other node is known for it. */
  isOf(from: Peer, member: MemberId): boolean {
    return this.#members.hear(member, from.id)
  }

  /** Another manager wants in, and says where it is reached. */
  asked(from: Peer, addr: string): Outputs {
    return this.#moved(from.id, addr)
  }

  /** Sees whether this member has a vote. */
  look(voters: ReadonlyArray<MemberId>): Outputs {
    const before = this.#isVoter
    this.#isVoter = voters.includes(this.#raftId)
    if (this.#isVoter) this.#joinAt = undefined
    return this.#isVoter && !before ? [{ type: "member" }] : []
  }

  /** Tells those who may lead that this manager is ready to become a member. */
  wake(now: Instant, store: Reader): Outputs {
    if (this.#joinAt === undefined || now < this.#joinAt) return []
    this.#joinAt = now + join_ms
    return this.known(store).flatMap(({ nodeId }): Outputs => {
      if (nodeId === this.#nodeId) return []
      return [{ type: "send", to: nodeId, envelope: { kind: "join", member: this.#raftId, addr: this.#addr } }]
    })
  }

  /** It was taken out for good. */
  end(): void {
    this.#joinAt = undefined
  }

  #moved(nodeId: string, addr: string): Outputs {
    return this.#members.move(nodeId, addr) ? this.#know(nodeId, addr) : []
  }

  #know(nodeId: string, addr: string): Outputs {
    return nodeId === this.#nodeId ? [] : [{ type: "know", nodeId, addr }]
  }
}

/**
 * Whether the leader hears this node as a manager. The certificate of one that was demoted or removed says manager until it is replaced; what
 * the store says holds. A cluster that is about to begin knows no node yet.
 */
export function isManagerNow(store: Reader, from: Peer): boolean {
  const node = store.get("nodes", from.id)
  return node === undefined ? store.count("clusters") === 0 : roleOf(node) === "manager"
}

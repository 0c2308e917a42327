import type { Reader } from "../../core/store/reader.ts"
import { type MemberId, none } from "../../raft/index.ts"
import type { ManagerAddress } from "../protocol.ts"

/** The managers that the cluster's objects name, in the order of their IDs. */
export function managersIn(reader: Reader): ReadonlyArray<ManagerAddress> {
  const managers = reader
    .find("nodes", "group", "member")
    .flatMap(({ ID, ManagerStatus }) => (ManagerStatus ? [{ nodeId: ID, addr: ManagerStatus.Addr }] : []))
  return managers.sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1))
}

/**
 * Which node each member of the consensus group runs on, and where that is reached. Most of it stands in the cluster's objects; a manager that
 * joins, and does not have them yet, knows what it was told when it was admitted and who has written to it. Nothing is forgotten: members'
 * IDs are never used again, and one that was removed may still have to be told so.
 */
export class Members {
  readonly #nodes = new Map<MemberId, string>()
  readonly #addresses = new Map<string, string>()
  readonly #remotes: ReadonlyArray<ManagerAddress>

  constructor(remotes: ReadonlyArray<ManagerAddress>) {
    this.#remotes = remotes
  }

  nodeIdOf(member: MemberId): string | undefined {
    return member === none ? undefined : this.#nodes.get(member)
  }

  /** A manager wrote in the name of this member. False: it is known to be another node's. */
  hear(member: MemberId, nodeId: string): boolean {
    if (!this.#nodes.has(member)) this.#nodes.set(member, nodeId)
    return this.#nodes.get(member) === nodeId
  }

  /** The addresses that are new. */
  read(reader: Reader): ReadonlyArray<ManagerAddress> {
    for (const { ID, RaftID } of reader.find("nodes", "group", "member"))
      if (RaftID !== undefined) this.#nodes.set(RaftID, ID)
    return managersIn(reader).filter((manager) => this.move(manager.nodeId, manager.addr))
  }

  /** Whether the address is another than was known. */
  move(nodeId: string, addr: string): boolean {
    if (this.#addresses.get(nodeId) === addr) return false
    this.#addresses.set(nodeId, addr)
    return true
  }

  /** Everybody who may lead. */
  known(reader: Reader): ReadonlyArray<ManagerAddress> {
    const managers = managersIn(reader)
    return managers.length > 0 ? managers : this.#remotes
  }
}

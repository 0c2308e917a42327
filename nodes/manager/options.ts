import type { Instant } from "../../core/instant.ts"
import type { Random } from "../../core/random.ts"
import type { Limits, MemberId, Stored } from "../../raft/index.ts"
import type { ManagerAddress } from "../protocol.ts"
import type { Founding } from "./founding.ts"

export interface ManagerOptions {
  readonly nodeId: string
  /** Its member of the consensus group. */
  readonly raftId: MemberId
  /** "ip:port" under which the other managers reach this one. */
  readonly addr: string
  /** What the cluster begins with: given to those who begin it, ever. Without it, this manager joins one that is there. */
  readonly founding?: Founding | undefined
  /** Managers to join through, until the log tells who they are. */
  readonly remotes?: ReadonlyArray<ManagerAddress>
  readonly random: Random
  readonly now: Instant
  /** What its disk gave back: everything after a restart, nothing at first. */
  readonly stored: Stored
  readonly limits?: Partial<Limits> | undefined
}

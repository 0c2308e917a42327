import type { Instant } from "../../../core/instant.ts"
import type { Random } from "../../../core/random.ts"
import type { Transaction } from "../../../core/store/transaction.ts"

/** What the leader knows of the managers beside what the store says. */
export interface Managers {
  /** Node ID of the leader: of this manager, while it answers. */
  readonly leader: string
  /** Node IDs of the managers that the leader heard of within an election timeout, itself included. */
  readonly reachable: ReadonlySet<string>
}

/** What a request is carried out with: one transaction of the leader's cycle, shared with the other requests of that cycle. */
export interface ControlContext {
  readonly tx: Transaction
  readonly now: Instant
  readonly random: Random
  readonly managers: Managers
}

import type { Instant } from "../core/instant.ts"
import type { Random } from "../core/random.ts"
import type { Applied } from "../core/store/change.ts"
import type { Transaction } from "../core/store/transaction.ts"

/** What a control loop gets when its turn comes in a cycle. */
export interface Turn {
  readonly now: Instant
  readonly tx: Transaction
  /** Every write since this loop's last turn ended, by whomever but itself, in order. Empty on a first turn, when it looks at everything. */
  readonly changes: ReadonlyArray<Applied>
  readonly first: boolean
  readonly random: Random
}

/**
 * One of the leader's control loops. It lives as long as the leadership does and may remember what it likes, since all it sees is
 * committed or about to be; a new leader starts with new loops, whose first turn looks at the whole cluster once. After that a turn costs what
 * the changes and the due timers cost.
 */
export interface ControlLoop {
  readonly name: string
  turn(turn: Turn): void
  /** When a timer of the loop is due. */
  nextWake(): Instant | undefined
}

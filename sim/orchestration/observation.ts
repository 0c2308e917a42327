import type { Instant } from "../../core/instant.ts"
import type { Applied } from "../../core/store/change.ts"
import type { ClusterStore } from "../../core/store/store.ts"
import type { MemberId } from "../../raft/index.ts"

/** One entry of the cluster's log, seen when the first manager has applied it. */
export interface Committed {
  readonly at: Instant
  readonly index: number
  readonly changes: ReadonlyArray<Applied>
  /** The cluster's objects after the entry. What a cycle decides, it decides on this state: requests and reports come before the loops. */
  readonly after: ClusterStore
}

/** A container that runs at this moment, wherever its machine may be cut off to. */
export interface RunningContainer {
  readonly taskId: string
  readonly nodeId: string
}

/** What the engines really run, whatever the managers believe. */
export interface Engines {
  readonly at: Instant
  readonly running: ReadonlyArray<RunningContainer>
  /** The cluster's objects as of the last committed entry. */
  readonly store: ClusterStore
}

/** The consensus group as the manager has it that leads, in a configuration that need not be committed yet. */
export interface GroupSeen {
  readonly at: Instant
  /** Index of the entry that made it so. */
  readonly index: number
  readonly voters: ReadonlyArray<MemberId>
  /** Members whose machine is up. */
  readonly up: ReadonlySet<MemberId>
}

/** A property that must hold at all times. Each instance remembers one run. What is wrong is told in words; undefined: all is well. */
export interface Checker {
  readonly name: string
  committed?(entry: Committed): string | undefined
  /** Another manager leads from now on. */
  leaderChanged?(at: Instant): void
  engines?(engines: Engines): string | undefined
  group?(group: GroupSeen): string | undefined
}

/** A property did not hold. */
export class OrchestrationViolation extends Error {
  override readonly name = "OrchestrationViolation"
  readonly checker: string
  readonly at: Instant
  constructor(checker: string, at: Instant, what: string) {
    super(`${checker}: ${what}`)
    this.checker = checker
    this.at = at
  }
}

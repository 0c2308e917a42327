import type {
  Entry,
  HardState,
  Index,
  MemberId,
  RaftOutput,
  RaftStatus,
  ReadContext,
  Snapshot,
} from "../../raft/index.ts"
import type { AppliedState } from "./state-machine.ts"

export interface LogView {
  readonly firstIndex: Index
  readonly lastIndex: Index
  readonly snapshot: Snapshot | undefined
  entry(index: Index): Entry | undefined
}

/** What a checker may look at in one member. It sees everything, unlike any member. */
export interface MemberView {
  readonly id: MemberId
  readonly up: boolean
  /** What the running process holds in memory, as its saves told. */
  readonly log: LogView
  /** What a crash at this moment would leave. */
  readonly disk: LogView & { readonly hardState: HardState }
  /** What was applied before this event; undefined when the member is down. */
  readonly state: AppliedState | undefined
}

/** One event of the simulated group, seen after the machine has decided and before its outputs are carried out. */
export type Observation =
  | { readonly type: "started"; readonly member: MemberView; readonly status: RaftStatus }
  | { readonly type: "crashed"; readonly member: MemberView }
  /** A client is about to ask for a read. */
  | { readonly type: "asked"; readonly member: MemberView; readonly context: ReadContext }
  | {
      readonly type: "stepped"
      readonly member: MemberView
      readonly status: RaftStatus
      readonly outputs: ReadonlyArray<RaftOutput>
    }

/** A property that must hold after every event. Each instance remembers one run. */
export interface Checker {
  readonly name: string
  /** What is wrong, in words; undefined when all is well. */
  observe(event: Observation, members: ReadonlyArray<MemberView>): string | undefined
}

/** A property did not hold. */
export class SafetyViolation extends Error {
  override readonly name = "SafetyViolation"
  readonly checker: string
  readonly at: number
  constructor(checker: string, at: number, what: string) {
    super(`${checker}, at ${at} ms: ${what}`)
    this.checker = checker
    this.at = at
  }
}

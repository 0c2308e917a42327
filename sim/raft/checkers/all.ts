import type { Checker } from "../observation.ts"
import { CommittedIsDurable } from "./committed-is-durable.ts"
import { ConfigurationOfTheLog } from "./configuration-of-the-log.ts"
import { DurableBeforeTold } from "./durable-before-told.ts"
import { ElectionSafety } from "./election-safety.ts"
import { LeaderAppendOnly } from "./leader-append-only.ts"
import { LeaderCompleteness } from "./leader-completeness.ts"
import { LogMatching } from "./log-matching.ts"
import { Monotonic } from "./monotonic.ts"
import { ReadsAreLinearizable } from "./reads-are-linearizable.ts"
import { RemovedStaysRemoved } from "./removed-stays-removed.ts"
import { StateHash } from "./state-hash.ts"
import { StateMachineSafety } from "./state-machine-safety.ts"

/** Every safety property, each fresh for one run. */
export const allCheckers = (): ReadonlyArray<Checker> => [
  new ElectionSafety(),
  new LeaderAppendOnly(),
  new LogMatching(),
  new LeaderCompleteness(),
  new StateMachineSafety(),
  new StateHash(),
  new CommittedIsDurable(),
  new DurableBeforeTold(),
  new Monotonic(),
  new ReadsAreLinearizable(),
  new RemovedStaysRemoved(),
  new ConfigurationOfTheLog(),
]

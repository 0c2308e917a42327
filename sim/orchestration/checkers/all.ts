import type { Checker } from "../observation.ts"
import { AllocatedOnce } from "./allocated-once.ts"
import { ContainersPerSlot } from "./containers-per-slot.ts"
import { EligibleNode } from "./eligible-node.ts"
import { ForwardOnly } from "./forward-only.ts"
import { LeftAlone } from "./left-alone.ts"
import { MembershipKept } from "./membership.ts"
import { OnePerSlot } from "./one-per-slot.ts"
import { PlacedForGood } from "./placed-for-good.ts"
import { RestartPolicyKept } from "./restart-policy.ts"
import { StopFirst } from "./stop-first.ts"
import { UpdatePace } from "./update-pace.ts"
import { UpdateStatusOnce } from "./update-status.ts"
import { WithinCapacity } from "./within-capacity.ts"

/** Every property that always holds, each fresh for one run. */
export const allCheckers = (): ReadonlyArray<Checker> => [
  new ForwardOnly(),
  new PlacedForGood(),
  new EligibleNode(),
  new WithinCapacity(),
  new OnePerSlot(),
  new ContainersPerSlot(),
  new UpdatePace(),
  new StopFirst(),
  new LeftAlone(),
  new RestartPolicyKept(),
  new AllocatedOnce(),
  new UpdateStatusOnce(),
  new MembershipKept(),
]

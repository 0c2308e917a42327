import type { ConfigurationChange, MemberId } from "../../raft/index.ts"
import type { DiskConditions } from "../disk/disk.ts"
import type { Conditions } from "../network/conditions.ts"
import type { RaftCluster } from "./cluster.ts"
import { type CrashPoint, endpointOf } from "./member.ts"

/** One thing done to a group from outside, plain data: a schedule of them can be printed, shrunk and replayed. */
export type Fault =
  | { readonly type: "propose"; readonly member: MemberId }
  /** To whoever leads, the latest of them if several believe that they do. */
  | { readonly type: "propose-to-leader" }
  | { readonly type: "crash"; readonly member: MemberId }
  | { readonly type: "crash-leader" }
  | { readonly type: "start"; readonly member: MemberId }
  | { readonly type: "start-all" }
  /** A crash that is over at once: what was in memory is gone, and nobody has noticed. */
  | { readonly type: "restart"; readonly member: MemberId }
  | { readonly type: "restart-all" }
  | {
      readonly type: "restart-at"
      readonly member: MemberId
      readonly point: CrashPoint
      readonly passes: number
    }
  | { readonly type: "cut"; readonly from: MemberId; readonly to: MemberId; readonly oneWay: boolean }
  | { readonly type: "isolate"; readonly member: MemberId }
  | { readonly type: "isolate-leader" }
  | { readonly type: "split"; readonly group: ReadonlyArray<MemberId> }
  | { readonly type: "heal" }
  | { readonly type: "network"; readonly conditions: Partial<Conditions> }
  /** The member's process stands still, and then goes on as if nothing had been. */
  | { readonly type: "pause"; readonly member: MemberId }
  | { readonly type: "resume"; readonly member: MemberId }
  /** The member's clock jumps, and runs at this rate from then on. */
  | { readonly type: "clock"; readonly member: MemberId; readonly rate: number; readonly jump_ms: number }
  | { readonly type: "disk-full"; readonly member: MemberId; readonly full: boolean }
  | { readonly type: "read"; readonly member: MemberId }
  | { readonly type: "transfer" }
  /** Asked of whoever leads. */
  | { readonly type: "change"; readonly changes: ReadonlyArray<ConfigurationChange> }
  | { readonly type: "disk"; readonly member: MemberId; readonly conditions: Partial<DiskConditions> }

/** A fault, and how long the group then runs. */
export interface Step {
  readonly fault: Fault
  readonly run_ms: number
}

export function runSchedule(cluster: RaftCluster, schedule: ReadonlyArray<Step>): void {
  for (const { fault, run_ms } of schedule) {
    inject(cluster, fault)
    cluster.runFor(run_ms)
  }
}

export function inject(cluster: RaftCluster, fault: Fault): void {
  const { network } = cluster
  const leader = cluster.leader()
  switch (fault.type) {
    case "propose":
      cluster.propose(cluster.member(fault.member))
      break
    case "propose-to-leader":
      cluster.propose(leader)
      break
    case "crash":
      cluster.member(fault.member).crash()
      break
    case "crash-leader":
      leader?.crash()
      break
    case "start":
      cluster.member(fault.member).start()
      break
    case "start-all":
      for (const member of cluster.members) member.start()
      break
    case "restart":
      cluster.member(fault.member).restart()
      break
    case "restart-all":
      for (const member of cluster.members) member.restart()
      break
    case "restart-at":
      cluster.member(fault.member).restartAt(fault.point, fault.passes)
      break
    case "cut":
      network.cut(endpointOf(fault.from), endpointOf(fault.to), { oneWay: fault.oneWay })
      break
    case "isolate":
      network.isolate(endpointOf(fault.member))
      break
    case "isolate-leader":
      if (leader !== undefined) network.isolate(endpointOf(leader.id))
      break
    case "split":
      split(cluster, fault.group)
      break
    case "heal":
      network.heal()
      break
    case "network":
      network.conditions = { ...network.conditions, ...fault.conditions }
      break
    case "pause":
      cluster.member(fault.member).pause()
      break
    case "resume":
      cluster.member(fault.member).resume()
      break
    case "clock":
      cluster.member(fault.member).skewClock(fault.rate, fault.jump_ms)
      break
    case "disk-full":
      cluster.member(fault.member).diskFull = fault.full
      break
    case "read":
      cluster.read(cluster.member(fault.member))
      break
    case "transfer":
      leader?.transfer()
      break
    case "change":
      leader?.change(fault.changes)
      break
    case "disk": {
      const { disk } = cluster.member(fault.member).device
      disk.conditions = { ...disk.conditions, ...fault.conditions }
      break
    }
  }
}

function split(cluster: RaftCluster, group: ReadonlyArray<MemberId>): void {
  const rest = cluster.members.map(({ id }) => id).filter((id) => !group.includes(id))
  cluster.network.partition(group.map(endpointOf), rest.map(endpointOf))
}

import type { Random } from "../../core/random.ts"
import type { ConfigurationChange, MemberId } from "../../raft/index.ts"
import { damages } from "../disk/damage.ts"
import type { DiskConditions } from "../disk/disk.ts"
import type { Conditions } from "../network/conditions.ts"
import type { CrashPoint } from "../raft/member.ts"
import type { ChaosFault } from "./fault.ts"

export interface FaultScope {
  readonly members: ReadonlyArray<MemberId>
  /** So many of them, the first ones, are the group at first. */
  readonly voters: number
  /** Members come and go. */
  readonly membership: boolean
  /** Clocks run fast and slow, and jump; a number: they are off by no more than this share, and none jumps. False: all go right. */
  readonly clocks: boolean | number
  /** One disk, and no more, may be damaged. */
  readonly damage: boolean
  /** Anything; or only what makes leaders die young, with entries that reached only some; or only what puts leases to the test. */
  readonly style: "storm" | "churn" | "leases"
}

type Kind = ChaosFault["type"]

/** Undo what the others do, so that there is work to be disturbed again: never left out of a run. */
const recoveries: ReadonlyArray<Kind> = ["heal", "start-all", "resume"]

/** Each run leaves most of these out: what all together would hide, some of them show. */
const disturbances: ReadonlyArray<Kind> = [
  "crash",
  "crash-leader",
  "crash-group",
  "start",
  "restart",
  "restart-all",
  "restart-at",
  "cut",
  "isolate",
  "isolate-leader",
  "split",
  "deafen-leader",
  "mute-leader",
  "bridge",
  "chain",
  "link",
  "network",
  "disk",
  "disk-full",
  "pause",
  "transfer",
]

interface Weighted {
  readonly kind: Kind
  readonly weight: number
}

const churn: ReadonlyArray<Weighted> = [
  { kind: "crash-leader", weight: 4 },
  { kind: "start", weight: 6 },
  { kind: "crash", weight: 1 },
  { kind: "restart", weight: 2 },
  { kind: "restart-all", weight: 1 },
  { kind: "restart-at", weight: 3 },
  { kind: "start-all", weight: 1 },
]

/** Leaders that clients still reach while others replace them. */
const leases: ReadonlyArray<Weighted> = [
  { kind: "isolate-leader", weight: 4 },
  { kind: "heal", weight: 4 },
  { kind: "clock", weight: 4 },
  { kind: "transfer", weight: 2 },
  { kind: "mute-leader", weight: 1 },
  { kind: "deafen-leader", weight: 1 },
  { kind: "restart", weight: 2 },
  { kind: "link", weight: 2 },
  { kind: "start-all", weight: 1 },
]

const styles = { churn, leases }

function drawKinds(random: Random, { membership, clocks, damage }: FaultScope): ReadonlyArray<Weighted> {
  const share = random.pick([0.1, 0.3, 0.6]) ?? 0.3
  const weigh = (kind: Kind) => ({ kind, weight: random.chance(share) ? random.range(1, 8) : 0 })
  return [
    ...recoveries.map((kind) => ({ kind, weight: random.range(3, 10) })),
    ...disturbances.map(weigh),
    ...(membership ? [{ kind: "change" as const, weight: random.range(10, 50) }] : []),
    ...(clocks === false ? [] : [weigh("clock")]),
    ...(damage ? [{ kind: "damage" as const, weight: random.chance(0.2) ? 2 : 0 }] : []),
  ]
}

/** Draws the kinds of faults of one run, then fault after fault. */
export class FaultSource {
  readonly #random: Random
  readonly #scope: FaultScope
  readonly #kinds: ReadonlyArray<Weighted>
  readonly #sum: number
  #damaged = false

  constructor(random: Random, scope: FaultScope) {
    this.#random = random
    this.#scope = scope
    this.#kinds = scope.style === "storm" ? drawKinds(random, scope) : styles[scope.style]
    this.#sum = this.#kinds.reduce((sum, { weight }) => sum + weight, 0)
  }

  next(): ChaosFault {
    let left = this.#random.int(this.#sum)
    for (const { kind, weight } of this.#kinds) {
      if (left < weight) return this.#draw(kind)
      left -= weight
    }
    return { type: "heal" }
  }

  #draw(kind: Kind): ChaosFault {
    const random = this.#random
    const member = this.#member()
    switch (kind) {
      case "crash":
      case "start":
      case "restart":
      case "isolate":
      case "pause":
      case "bridge":
        return { type: kind, member }
      case "resume":
        return { type: kind, member }
      case "crash-group":
      case "split":
        return { type: kind, group: this.#group() }
      case "restart-at":
        return { type: kind, member, point: random.pick(crashPoints) ?? "save", passes: random.range(1, 4) }
      case "cut":
        return { type: kind, from: member, to: this.#member(), oneWay: random.chance(0.5) }
      case "link":
        return { type: kind, from: member, to: this.#member(), conditions: drawConditions(random) }
      case "network":
        return { type: kind, conditions: drawConditions(random) }
      case "disk":
        return { type: kind, member, conditions: drawDisk(random) }
      case "disk-full":
        return { type: kind, member, full: random.chance(0.3) }
      case "clock":
        return { type: kind, member, ...this.#clock() }
      case "change":
        return { type: kind, changes: this.#changes() }
      case "damage":
        return this.#damage(member)
      case "crash-leader":
      case "restart-all":
      case "isolate-leader":
      case "deafen-leader":
      case "mute-leader":
      case "chain":
      case "transfer":
      case "start-all":
        return { type: kind }
      default:
        return { type: "heal" }
    }
  }

  /** More than one of them might leave no quorum. */
  #damage(member: MemberId): ChaosFault {
    if (this.#damaged) return { type: "heal" }
    this.#damaged = true
    return { type: "damage", member, damage: this.#random.pick(damages) ?? "flipped bit" }
  }

  #member(): MemberId {
    return this.#random.pick(this.#scope.members) ?? 1
  }

  #group(): ReadonlyArray<MemberId> {
    const share = this.#random.next()
    const group = this.#scope.members.filter(() => this.#random.chance(share))
    return group.length > 0 ? group : [this.#member()]
  }

  #clock(): { readonly rate: number; readonly jump_ms: number } {
    const { clocks } = this.#scope
    if (typeof clocks === "number") return { rate: 1 + clocks * (2 * this.#random.next() - 1), jump_ms: 0 }
    const rate = this.#random.pick([0.5, 0.9, 1, 1.1, 2]) ?? 1
    return { rate, jump_ms: this.#random.pick([-60_000, -500, 0, 0, 500, 60_000]) ?? 0 }
  }

  #changes(): ReadonlyArray<ConfigurationChange> {
    return Array.from({ length: this.#random.pick([1, 1, 1, 2, 3]) ?? 1 }, () => this.#change())
  }

  /** Mostly what makes sense: those with high ids did not belong to the group at first. The leader refuses what does not. */
  #change(): ConfigurationChange {
    const { members, voters } = this.#scope
    const id = this.#member()
    const comes = members.length > voters ? id > voters : this.#random.chance(0.5)
    const type = this.#random.pick(comes !== this.#random.chance(0.2) ? comings : goings)
    return { type: type ?? "join", id }
  }
}

const crashPoints: ReadonlyArray<CrashPoint> = ["save", "saved", "committed", "restore", "snapshot"]

const comings = ["join", "join", "add-voter", "add-learner"] as const
const goings = ["remove", "demote"] as const

export function drawConditions(random: Random): Conditions {
  const latency_ms_min = random.pick([0, 1, 5]) ?? 1
  return {
    latency_ms_min,
    latency_ms_max: latency_ms_min + (random.pick([4, 30, 100]) ?? 4),
    loss: random.pick([0, 0, 0.05, 0.3]) ?? 0,
    duplication: random.pick([0, 0, 0.05, 0.5]) ?? 0,
    delay: random.pick([0, 0, 0.05, 0.3]) ?? 0,
    extra_ms_min: 30,
    extra_ms_max: random.pick([300, 2000, 5000]) ?? 300,
    reorder: random.chance(0.5),
  }
}

export function drawDisk(random: Random): DiskConditions {
  const fsync_ms_min = random.pick([0, 1, 10]) ?? 1
  return {
    fsync_ms_min,
    fsync_ms_max: fsync_ms_min + (random.pick([2, 20, 100, 500]) ?? 2),
    torn: random.pick([0, 0.5, 1]) ?? 0,
  }
}

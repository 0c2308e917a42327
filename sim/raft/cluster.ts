import { Random } from "../../core/random.ts"
import type { Behaviour, Limits, MemberId, Message, Timing } from "../../raft/index.ts"
import type { DiskConditions } from "../disk/disk.ts"
import type { Conditions } from "../network/conditions.ts"
import { Network } from "../network/network.ts"
import { EventQueue } from "../time/event-queue.ts"
import { allCheckers } from "./checkers/all.ts"
import { endpointOf, SimulatedMember } from "./member.ts"
import { type Checker, type Observation, SafetyViolation } from "./observation.ts"

export interface ClusterOptions {
  readonly seed: number | string
  /** Voters, with the ids 1 to `size`. */
  readonly size: number
  /** More members, with the ids after those, who belong to nothing until a leader adds them. Default: none. */
  readonly spares?: number
  readonly network?: Partial<Conditions>
  readonly disk?: Partial<DiskConditions>
  readonly timing?: Partial<Timing>
  readonly limits?: Partial<Limits>
  readonly behaviour?: Partial<Behaviour>
  /** Default: all of them. */
  readonly checkers?: ReadonlyArray<Checker>
  /** Sees every event, after the checkers. */
  readonly trace?: (at: number, event: Observation) => void
}

/**
 * A simulated Raft group and nothing else: machines, network, disks, one virtual clock. A run is a function of the options and the calls
 * made. Every checker looks after every event; one that finds something ends the run with SafetyViolation.
 */
export class RaftCluster {
  readonly queue = new EventQueue()
  readonly network: Network<Message>
  readonly members: ReadonlyArray<SimulatedMember>
  readonly #checkers: ReadonlyArray<Checker>
  readonly #trace: ClusterOptions["trace"]
  #proposals = 0
  #reads = 0

  constructor(options: ClusterOptions) {
    const random = new Random(options.seed)
    this.#checkers = options.checkers ?? allCheckers()
    this.#trace = options.trace
    this.network = new Network(this.queue, random.fork("network"), options.network)
    const voters = Array.from({ length: options.size }, (_, i) => i + 1)
    const { disk, timing, limits, behaviour } = options
    const spares = Array.from({ length: options.spares ?? 0 }, (_, i) => options.size + i + 1)
    this.members = [...voters, ...spares].map((id) => {
      const { queue, network } = this
      const observe = (event: Observation) => this.#observe(event)
      const more = {
        ...(disk && { disk }),
        ...(timing && { timing }),
        ...(limits && { limits }),
        ...(behaviour && { behaviour }),
      }
      const initial = id <= options.size ? voters : []
      return new SimulatedMember({
        id,
        voters: initial,
        queue,
        network,
        random: random.fork(endpointOf(id)),
        observe,
        ...more,
      })
    })
    for (const member of this.members) member.start()
  }

  get now(): number {
    return this.queue.now
  }

  member(id: MemberId): SimulatedMember {
    const member = this.members[id - 1]
    if (member === undefined) throw new RangeError(`no member ${id}`)
    return member
  }

  /** The leader of the highest term among those that are up; others may believe that they lead, too. */
  leader(): SimulatedMember | undefined {
    let leader: SimulatedMember | undefined
    let term = 0
    for (const member of this.members) {
      const status = member.status()
      if (status?.role !== "leader" || status.term <= term) continue
      leader = member
      term = status.term
    }
    return leader
  }

  /** Proposes a fresh value, unlike any other of the run. Returns it when the member was a leader and took it. */
  propose(member: SimulatedMember | undefined): Uint8Array | undefined {
    const data = new TextEncoder().encode(`value ${++this.#proposals}`)
    return member?.propose(data)?.accepted ? data : undefined
  }

  /** Asks for a linearizable read at this member; the checkers see what becomes of it. */
  read(member: SimulatedMember | undefined): boolean {
    return member?.read(++this.#reads) === true
  }

  runFor(span_ms: number): void {
    this.queue.runFor(span_ms)
  }

  /** Runs event by event until `done` says so; false when `bound_ms` of virtual time pass first. */
  runUntil(done: () => boolean, bound_ms: number): boolean {
    const end = this.queue.now + bound_ms
    while (!done()) {
      const next = this.queue.nextAt
      if (next === undefined || next > end) {
        this.queue.runUntil(end)
        return done()
      }
      this.queue.runNext()
    }
    return true
  }

  #observe(event: Observation): void {
    for (const checker of this.#checkers) {
      const problem = checker.observe(event, this.members)
      if (problem !== undefined) throw new SafetyViolation(checker.name, this.queue.now, problem)
    }
    this.#trace?.(this.queue.now, event)
  }
}

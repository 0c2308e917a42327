import { afterEach, describe, expect, it, vi } from "vitest"
import { Forwarding } from "../../raft/forwarding.ts"
import { defaultTiming, type Forwarded } from "../../raft/index.ts"
import { Reads } from "../../raft/reads.ts"
import type { ChaosStep } from "../../sim/chaos/fault.ts"
import { drawPlan, type Plan } from "../../sim/chaos/plan.ts"
import { play } from "../../sim/chaos/run.ts"
import { Server, type Waiting } from "../../sim/chaos/server.ts"
import { goodConditions } from "../../sim/network/conditions.ts"
import { firstSeed, report, seedsUntilFound, withServer } from "./planting.ts"

afterEach(() => {
  vi.restoreAllMocks()
})

/** A seed's plan with leaders that read under leases, and are cut off now and then while clients still reach them. */
function leasing(seed: number, more: (i: number) => ReadonlyArray<ChaosStep> = () => []): Plan {
  const plan = drawPlan(seed)
  const behaviour = { ...plan.behaviour, checkQuorum: true, leaseDrift_ms: 10 }
  const steps = plan.steps.flatMap((step, i): ReadonlyArray<ChaosStep> => {
    if (i % 4 === 0) return [{ fault: { type: "isolate-leader" }, run_ms: 0 }, ...more(i / 4), followed]
    return step.fault.type === "clock" ? [] : [step]
  })
  // Many clients that ask anybody, often, for the same: some of them ask the leader that is cut off.
  const clients = [1, 2, 3, 4, 5, 6].map((id) => ({ ...busy, id }))
  return { ...plan, behaviour, steps, clients, timing: defaultTiming, network: goodConditions }
}

const busy = {
  persistent: false,
  patience_ms: 150,
  think_ms_max: 10,
  reads: 4,
  writes: 1,
  swaps: 0,
  keys: 1,
  roams: true,
}

const followed: ChaosStep = { fault: { type: "start-all" }, run_ms: 400 }

/** While the leader is cut off, all clocks but one jump ahead: sometimes the one is the leader's. */
function jumping(seed: number): Plan {
  const { size, spares } = drawPlan(seed)
  const members = Array.from({ length: size + spares }, (_, i) => i + 1)
  const jump = (member: number): ChaosStep => ({
    fault: { type: "clock", member, rate: 1, jump_ms: 60_000 },
    run_ms: 0,
  })
  return leasing(seed, (i) => members.filter((member) => member !== 1 + (i % members.length)).map(jump))
}

describe("leases", { timeout: 120_000 }, () => {
  it("hold while clocks keep to their promise", () => {
    let read = 0
    for (let seed = 1; seed <= 150; seed++) {
      const { failure, figures } = play(leasing(seed))
      expect(failure).toBeUndefined()
      read += figures.leaseReads
    }
    expect(read).toBeGreaterThan(500)
  })

  it("that are kept by clocks that jump are found out", () => {
    report("a lease is served though clocks jump", seedsUntilFound({}, jumping))
    const kinds = ["reads are linearizable", "linearizability"]
    expect(firstSeed((seed) => kinds.includes(play(jumping(seed)).failure?.kind ?? ""))).toBeTypeOf("number")
  })

  it("that last as long as the longest election timeout are found out", () => {
    const holds = Reads.prototype.askHere
    vi.spyOn(Reads.prototype, "askHere").mockImplementation(function (this: Reads, state, asker) {
      const { timing } = state
      return holds.call(this, { ...state, timing: { ...timing, election_ms_min: timing.election_ms_max * 2 } }, asker)
    })
    report(
      "a lease lasts too long",
      seedsUntilFound({}, (seed) => leasing(seed)),
    )
  })
})

describe("the clients' histories alone give away, where followers pass proposals on", { timeout: 120_000 }, () => {
  it("a leader that appends what arrives a second time a second time", () => {
    vi.spyOn(Forwarding.prototype, "receive").mockImplementation((state, from, { request, data }, append) => {
      state.outbox.send(from, { type: "propose-reply", term: state.term, request, index: append(data) })
    })
    report("a proposal that followers pass on, and the network repeats, is appended twice", seedsUntilFound({}))
  })

  it("a proposal that is called done once the leader has appended it", () => {
    class Bug extends Server {
      protected override hearOf(waiting: Waiting, result: Forwarded): void {
        if (result.outcome === "appended") this.done(waiting, true)
        else super.hearOf(waiting, result)
      }
    }
    report("a proposal passed on is acknowledged once the leader has appended it", withServer(Bug))
  })
})

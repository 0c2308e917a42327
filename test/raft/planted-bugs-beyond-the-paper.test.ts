import { afterEach, describe, expect, it, vi } from "vitest"
import { Configuration } from "../../raft/configuration.ts"
import { Configurations } from "../../raft/configurations.ts"
import { Durability } from "../../raft/durability.ts"
import { Log } from "../../raft/log.ts"
import { Outbox } from "../../raft/outbox.ts"
import { Progress } from "../../raft/progress.ts"
import { majority } from "../../raft/quorum.ts"
import { Reads } from "../../raft/reads.ts"
import { Receiving } from "../../raft/receiving.ts"
import { allCheckers } from "../../sim/raft/checkers/all.ts"
import { ConfigurationOfTheLog } from "../../sim/raft/checkers/configuration-of-the-log.ts"
import { DurableBeforeTold } from "../../sim/raft/checkers/durable-before-told.ts"
import { ElectionSafety } from "../../sim/raft/checkers/election-safety.ts"
import { LeaderCompleteness } from "../../sim/raft/checkers/leader-completeness.ts"
import { Monotonic } from "../../sim/raft/checkers/monotonic.ts"
import { ReadsAreLinearizable } from "../../sim/raft/checkers/reads-are-linearizable.ts"
import { RemovedStaysRemoved } from "../../sim/raft/checkers/removed-stays-removed.ts"
import { StateHash } from "../../sim/raft/checkers/state-hash.ts"
import type { Checker } from "../../sim/raft/observation.ts"
import { exchange, handover, reconfiguration, scenario } from "./fault-schedule.ts"
import { scenariosUntilFound, scenariosUntilStuck } from "./planting.ts"

// Bugs that a module's own function would have. Off unless a test switches them on.
const bugs = vi.hoisted(() => ({
  neverJoint: false,
  forgetsRemoved: false,
  standsOnlyAsVoter: false,
  snapshotOneTooEarly: false,
}))

vi.mock("../../raft/membership.ts", async (original) => {
  const real = await original<typeof import("../../raft/membership.ts")>()
  const changeConfiguration: typeof real.changeConfiguration = (before, changes) => {
    const known = bugs.forgetsRemoved ? new Configuration({ ...before.data(), removed: [] }) : before
    const next = real.changeConfiguration(known, changes)
    if (typeof next === "string" || !bugs.neverJoint || !next.joint) return next
    return real.leaveJoint(next)
  }
  return { ...real, changeConfiguration }
})

vi.mock("../../raft/election.ts", async (original) => {
  const real = await original<typeof import("../../raft/election.ts")>()
  const mayStand: typeof real.mayStand = (state) =>
    bugs.standsOnlyAsVoter ? state.configuration.isVoter(state.id) : real.mayStand(state)
  return { ...real, mayStand }
})

vi.mock("../../raft/compaction.ts", async (original) => {
  const real = await original<typeof import("../../raft/compaction.ts")>()
  const takeSnapshot: typeof real.takeSnapshot = (state, index, data) =>
    real.takeSnapshot(state, bugs.snapshotOneTooEarly ? index - 1 : index, data)
  return { ...real, takeSnapshot }
})

afterEach(() => {
  vi.restoreAllMocks()
  for (const bug of Object.keys(bugs) as (keyof typeof bugs)[]) bugs[bug] = false
})

describe("the checkers find bugs that are planted in what goes beyond the paper", { timeout: 120_000 }, () => {
  it("without a bug none of them finds anything", () => {
    const everything = () => {
      const checkers = allCheckers()
      const observe: Checker["observe"] = (event, members) => {
        for (const checker of checkers) {
          const problem = checker.observe(event, members)
          if (problem !== undefined) return problem
        }
        return undefined
      }
      return { name: "all", observe }
    }
    expect(scenariosUntilFound(everything, reconfiguration, { numRuns: 200 })).toBeUndefined()
  })

  it("a leader that answers reads without asking whether it still leads answers with old state", () => {
    const confirm = Reads.prototype.confirm
    vi.spyOn(Reads.prototype, "confirm").mockImplementation(function (this: Reads, state) {
      const everybody = { reached: { value: () => Number.POSITIVE_INFINITY } }
      confirm.call(this, { ...state, configuration: Object.create(state.configuration, everybody) })
    })
    expect(scenariosUntilFound(() => new ReadsAreLinearizable(), scenario)).toBeDefined()
  })

  it("a new leader that answers reads before it knows what is committed answers with old state", () => {
    const askHere = Reads.prototype.askHere
    vi.spyOn(Reads.prototype, "askHere").mockImplementation(function (this: Reads, state, asker) {
      const { termStart } = state
      Object.assign(state, { termStart: 0 })
      const result = askHere.call(this, state, asker)
      Object.assign(state, { termStart })
      return result
    })
    expect(scenariosUntilFound(() => new ReadsAreLinearizable(), scenario)).toBeDefined()
  })

  it("several voters exchanged in one step, without a joint configuration, can decide apart", () => {
    bugs.neverJoint = true
    expect(scenariosUntilFound(() => new ElectionSafety(), exchange)).toBeDefined()
  })

  it("a commit that only the new voters of a joint configuration have is not durable", () => {
    vi.spyOn(Configuration.prototype, "committed").mockImplementation(function (this: Configuration, progress) {
      const matches = this.voters.map((id) => progress.get(id)?.match ?? 0).sort((a, b) => b - a)
      return matches[majority(this.voters.length) - 1] ?? 0
    })
    expect(scenariosUntilFound(() => new LeaderCompleteness(), handover)).toBeDefined()
  })

  it("an election that only the new voters of a joint configuration decide makes two leaders in a term", () => {
    vi.spyOn(Configuration.prototype, "election").mockImplementation(function (this: Configuration, votes) {
      const granted = this.voters.filter((id) => votes.get(id)).length
      return granted >= majority(this.voters.length) ? "won" : "pending"
    })
    expect(scenariosUntilFound(() => new ElectionSafety(), exchange)).toBeDefined()
  })

  it("a configuration that is not taken back with its entry goes on to decide", () => {
    vi.spyOn(Configurations.prototype, "truncate").mockImplementation(() => {})
    expect(scenariosUntilFound(() => new ConfigurationOfTheLog(), exchange)).toBeDefined()
  })

  it("a configuration that holds only from the next one on leaves the last one without effect", () => {
    vi.spyOn(Configurations.prototype, "latest", "get").mockImplementation(function (this: Configurations) {
      return this.at(Math.max(0, this.latestIndex - 1))
    })
    expect(scenariosUntilFound(() => new ConfigurationOfTheLog(), exchange)).toBeDefined()
  })

  it("an id that is forgotten once it was removed comes back", () => {
    bugs.forgetsRemoved = true
    expect(scenariosUntilFound(() => new RemovedStaysRemoved(), reconfiguration)).toBeDefined()
  })

  it("a group in which nobody stands who is not to be a voter any more may never elect anybody", () => {
    bugs.standsOnlyAsVoter = true
    expect(scenariosUntilStuck(reconfiguration)).toBeDefined()
  })

  it("a snapshot that says it stands for one entry less brings that one about twice", () => {
    bugs.snapshotOneTooEarly = true
    expect(scenariosUntilFound(() => new StateHash(), scenario)).toBeDefined()
  })

  it("a snapshot whose pieces are put together in the order of their arrival is another state", () => {
    vi.spyOn(Receiving.prototype, "take").mockImplementation(function (this: Receiving, { data, offset }) {
      this.data.set(data.subarray(0, this.data.length - offset), offset)
      this.received = Math.min(this.data.length, this.received + data.length)
      return true
    })
    // The checksum of the whole finds it in time: the follower asks for all of it again, and may never get it right.
    expect(scenariosUntilFound(() => new StateHash(), scenario, { numRuns: 300 })).toBeUndefined()
  })

  it("a snapshot that is handed out before it is on the disk is gone after a crash", () => {
    vi.spyOn(Durability.prototype, "durable", "get").mockReturnValue(Number.MAX_SAFE_INTEGER)
    expect(scenariosUntilFound(() => new Monotonic(), scenario)).toBeDefined()
  })

  it("a follower whose snapshot is acknowledged and who is sent it for ever does not catch up", () => {
    vi.spyOn(Progress.prototype, "becomeReplicate").mockImplementation(() => {})
    expect(scenariosUntilStuck(scenario)).toBeDefined()
  })

  it("a refused save that counts as made acknowledges what is not on the disk", () => {
    vi.spyOn(Log.prototype, "saveFailed").mockImplementation(function (this: Log, ticket) {
      this.saved(ticket)
    })
    vi.spyOn(Outbox.prototype, "saveFailed").mockImplementation(() => {})
    expect(scenariosUntilFound(() => new DurableBeforeTold(), scenario)).toBeDefined()
  })
})

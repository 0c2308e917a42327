import { afterEach, describe, expect, it, vi } from "vitest"
import { Configuration } from "../../raft/configuration.ts"
import { MemoryLogStorage } from "../../raft/index.ts"
import { Log } from "../../raft/log.ts"
import { Outbox } from "../../raft/outbox.ts"
import type { State } from "../../raft/state.ts"
import { allCheckers } from "../../sim/raft/checkers/all.ts"
import { CommittedIsDurable } from "../../sim/raft/checkers/committed-is-durable.ts"
import { DurableBeforeTold } from "../../sim/raft/checkers/durable-before-told.ts"
import { ElectionSafety } from "../../sim/raft/checkers/election-safety.ts"
import { LeaderAppendOnly } from "../../sim/raft/checkers/leader-append-only.ts"
import { LeaderCompleteness } from "../../sim/raft/checkers/leader-completeness.ts"
import { LogMatching } from "../../sim/raft/checkers/log-matching.ts"
import { Monotonic } from "../../sim/raft/checkers/monotonic.ts"
import { StateMachineSafety } from "../../sim/raft/checkers/state-machine-safety.ts"
import type { Checker } from "../../sim/raft/observation.ts"
import { churn, figure8, scenario } from "./fault-schedule.ts"
import { scenariosUntilFound, scenariosUntilStuck } from "./planting.ts"

// Bugs that a module's own function would have. Off unless a test switches them on.
const bugs = vi.hoisted(() => ({ commitsEarlierTerms: false, deafToHeartbeatReplies: false }))

vi.mock("../../raft/commit.ts", async (original) => {
  const real = await original<typeof import("../../raft/commit.ts")>()
  const advanceCommit = (state: State): boolean => {
    if (!bugs.commitsEarlierTerms) return real.advanceCommit(state)
    const index = state.configuration.committed(state.progress)
    if (index <= state.log.commit) return false
    state.log.commitTo(index)
    return true
  }
  return { advanceCommit }
})

vi.mock("../../raft/replication.ts", async (original) => {
  const real = await original<typeof import("../../raft/replication.ts")>()
  const handleHeartbeatReply: typeof real.handleHeartbeatReply = (state, from, reply) => {
    if (!bugs.deafToHeartbeatReplies) real.handleHeartbeatReply(state, from, reply)
  }
  return { ...real, handleHeartbeatReply }
})

afterEach(() => {
  vi.restoreAllMocks()
  bugs.commitsEarlierTerms = false
  bugs.deafToHeartbeatReplies = false
})

describe("the checkers find bugs that are planted in the machine", { timeout: 120_000 }, () => {
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
    expect(scenariosUntilFound(everything, churn, { numRuns: 300 })).toBeUndefined()
  })

  it("a vote that is not kept on disk elects two leaders in a term", () => {
    const save = MemoryLogStorage.prototype.save
    vi.spyOn(MemoryLogStorage.prototype, "save").mockImplementation(function (this: MemoryLogStorage, what) {
      save.call(this, { ...what, hardState: what.hardState && { ...what.hardState, vote: 0 } })
    })
    expect(scenariosUntilFound(() => new ElectionSafety(), churn)).toBeDefined()
    expect(scenariosUntilFound(() => new DurableBeforeTold(), scenario)).toBeDefined()
  })

  it("an election won with half of the votes elects two leaders in a term", () => {
    vi.spyOn(Configuration.prototype, "election").mockImplementation(function (this: Configuration, votes) {
      const granted = this.voters.filter((id) => votes.get(id)).length
      return granted * 2 >= this.voters.length - 1 ? "won" : "pending"
    })
    expect(scenariosUntilFound(() => new ElectionSafety(), churn)).toBeDefined()
  })

  it("a commit counted with half of the members is not durable, and members apply different entries", () => {
    vi.spyOn(Configuration.prototype, "committed").mockImplementation(function (this: Configuration, progress) {
      const matches = this.voters.map((id) => progress.get(id)?.match ?? 0).sort((a, b) => b - a)
      return matches[Math.max(0, Math.floor(this.voters.length / 2) - 1)] ?? 0
    })
    expect(scenariosUntilFound(() => new CommittedIsDurable(), scenario)).toBeDefined()
    expect(scenariosUntilFound(() => new StateMachineSafety(), scenario)).toBeDefined()
  })

  it("a vote for a log that is behind elects a leader without committed entries (§5.4.1)", () => {
    vi.spyOn(Log.prototype, "isUpToDate").mockReturnValue(true)
    expect(scenariosUntilFound(() => new LeaderCompleteness(), scenario)).toBeDefined()
  })

  it("entries of earlier terms committed by counting are overwritten (§5.4.2, figure 8)", () => {
    bugs.commitsEarlierTerms = true
    expect(scenariosUntilFound(() => new LeaderCompleteness(), figure8)).toBeDefined()
  })

  it("answers that do not wait for the disk acknowledge entries that a crash takes away", () => {
    vi.spyOn(Outbox.prototype, "sendDurably").mockImplementation(function (this: Outbox, to, message) {
      this.send(to, message)
    })
    expect(scenariosUntilFound(() => new CommittedIsDurable(), scenario)).toBeDefined()
    expect(scenariosUntilFound(() => new DurableBeforeTold(), scenario)).toBeDefined()
  })

  it("an append accepted without a look at the entry before it makes logs that do not match", () => {
    vi.spyOn(Log.prototype, "matches").mockImplementation(function (this: Log, index) {
      return index <= this.lastIndex
    })
    expect(scenariosUntilFound(() => new LogMatching(), scenario)).toBeDefined()
  })

  it("a leader that replaces its last uncommitted entry does not only append", () => {
    const push = Log.prototype.push
    vi.spyOn(Log.prototype, "push").mockImplementation(function (this: Log, term, data) {
      if (data.length === 0 || this.lastIndex === this.commit) return push.call(this, term, data)
      this.merge([{ index: this.lastIndex, term: term + 1, kind: "command", data }])
      return push.call(this, term + 1, data)
    })
    expect(scenariosUntilFound(() => new LeaderAppendOnly(), scenario)).toBeDefined()
  })

  it("a disk that loses the term lets it go back", () => {
    const save = MemoryLogStorage.prototype.save
    let saves = 0
    vi.spyOn(MemoryLogStorage.prototype, "save").mockImplementation(function (this: MemoryLogStorage, what) {
      const forgets = ++saves % 50 === 0
      save.call(this, forgets && what.hardState ? { ...what, hardState: { ...what.hardState, term: 0 } } : what)
    })
    expect(scenariosUntilFound(() => new Monotonic(), scenario)).toBeDefined()
  })

  it("a leader that never asks again for what was lost does not bring a healed group back to work", () => {
    bugs.deafToHeartbeatReplies = true
    expect(scenariosUntilStuck(scenario)).toBeDefined()
  })
})

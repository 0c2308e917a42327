import { afterEach, describe, expect, it, vi } from "vitest"
import { Configuration } from "../../raft/configuration.ts"
import { type Entry, MemoryLogStorage } from "../../raft/index.ts"
import { Log } from "../../raft/log.ts"
import { Outbox } from "../../raft/outbox.ts"
import { Progress } from "../../raft/progress.ts"
import { Client } from "../../sim/chaos/client.ts"
import type { Action, ClientId, Key, Result } from "../../sim/chaos/history.ts"
import { drawPlan } from "../../sim/chaos/plan.ts"
import { type Command, decodeCommand, perform, Registers } from "../../sim/chaos/registers.ts"
import { play } from "../../sim/chaos/run.ts"
import { Server, type Waiting } from "../../sim/chaos/server.ts"
import { busier, firstSeed, report, seedsUntilFound, withServer } from "./planting.ts"

afterEach(() => {
  vi.restoreAllMocks()
})

/** A server whose state machine is another. */
function withRegisters(Bug: typeof Registers): number | undefined {
  class Hosting extends Server {
    protected override registers = new Bug()
    protected override empty(): Registers {
      return new Bug()
    }
  }
  return withServer(Hosting)
}

describe("the clients' histories alone give away", { timeout: 300_000 }, () => {
  it("a leader that answers reads without asking whether it still leads", () => {
    class Bug extends Server {
      protected override read(waiting: Waiting): void {
        if (this.parts.member.status()?.role === "leader") this.answerRead(waiting)
        else super.read(waiting)
      }
    }
    report("a leader answers reads without asking whether it still leads", withServer(Bug))
  })

  it("members that answer reads from what they happen to have", () => {
    class Bug extends Server {
      protected override read(waiting: Waiting): void {
        this.answerRead(waiting)
      }
    }
    report("any member answers reads from what it happens to have", withServer(Bug))
  })

  it("a read answered with the state as it was when it was asked for", () => {
    class Bug extends Server {
      readonly early = new Map<Waiting, Result>()
      protected override read(waiting: Waiting): void {
        this.early.set(waiting, this.registers.get(waiting.request.command.key))
        super.read(waiting)
      }
      protected override answerRead(waiting: Waiting): void {
        this.done(waiting, this.early.get(waiting) ?? 0)
      }
    }
    report("a read is confirmed, then answered with the state of when it was asked for", withServer(Bug))
  })

  it("a read answered though the leader was lost before it was confirmed", () => {
    class Bug extends Server {
      protected override refuse(waiting: Waiting): void {
        if (waiting.request.command.action.type === "read") this.answerRead(waiting)
        else super.refuse(waiting)
      }
    }
    report("a read whose leader was lost is answered all the same", withServer(Bug))
  })

  it("a write acknowledged before it is committed", () => {
    class Bug extends Server {
      protected override write(waiting: Waiting): void {
        const { member } = this.parts
        super.write(waiting)
        const { action, key } = waiting.request.command
        if (member.status()?.role !== "leader") return
        const [, result] = perform(this.registers.get(key), action)
        this.done(waiting, result)
      }
    }
    report("a write is acknowledged before it is committed", withServer(Bug))
  })

  it("a proposal taken for committed by its index alone", () => {
    class Bug extends Server {
      readonly waiting = new Map<number, Waiting>()
      protected override write(waiting: Waiting): void {
        super.write(waiting)
        const { role, lastIndex } = this.parts.member.status() ?? {}
        if (role === "leader" && lastIndex !== undefined) this.waiting.set(lastIndex, waiting)
      }
      protected override settle(_: ReadonlyArray<Entry>, results: ReadonlyMap<number, Result>): void {
        for (const [index, result] of results) {
          const waiting = this.waiting.get(index)
          this.waiting.delete(index)
          if (waiting !== undefined) this.done(waiting, result)
        }
      }
    }
    report("a proposal is taken for committed by its index alone, whatever the term", withServer(Bug))
  })

  it("a proposal that was lost and is reported as done", () => {
    class Bug extends Server {
      lost = false
      protected override settle(entries: ReadonlyArray<Entry>, results: ReadonlyMap<number, Result>): void {
        this.lost = true
        super.settle(entries, results)
        this.lost = false
      }
      protected override refuse(waiting: Waiting): void {
        if (this.lost) this.done(waiting, true)
        else super.refuse(waiting)
      }
    }
    report("a proposal that another leader's entry replaced is reported as done", withServer(Bug))
  })

  it("requests sent again that take effect again", () => {
    class Bug extends Registers {
      override apply(command: Command): Result {
        return super.apply({ ...command, number: 0 })
      }
      override copy(): Registers {
        return new Bug(this)
      }
    }
    report("a request that is sent again takes effect again", withRegisters(Bug))
  })

  it("snapshots that leave out which requests were answered", () => {
    class Bug extends Registers {
      override copy(): Registers {
        const copy = new Bug(this)
        copy.sessions.clear()
        return copy
      }
    }
    report("a snapshot leaves out which requests were answered", withRegisters(Bug))
  })

  it("snapshots that lack the latest write", () => {
    class Bug extends Server {
      before = new Registers()
      protected override apply(entries: ReadonlyArray<Entry>): void {
        this.before = this.registers.copy()
        super.apply(entries)
      }
      protected override takeSnapshot(): Registers {
        return this.before.copy()
      }
    }
    report("a snapshot lacks the latest writes", withServer(Bug))
  })

  it("a compare-and-set decided when it is proposed rather than when it is applied", () => {
    class Bug extends Server {
      protected override write(waiting: Waiting): void {
        const { request, client } = waiting
        const { key, action } = request.command
        const holds = action.type === "cas" && this.registers.get(key) === action.expected
        const decided: Action = holds ? { type: "write", value: action.value } : action
        super.write({ client, request: { ...request, command: { ...request.command, action: decided } } })
      }
    }
    report("a compare-and-set is decided when it is proposed", withServer(Bug))
  })

  it("a member that applies some entries twice", () => {
    class Bug extends Server {
      protected override apply(entries: ReadonlyArray<Entry>): void {
        super.apply(entries)
        for (const { index, data } of entries) {
          const command = decodeCommand(data)
          if (command !== undefined && index % 7 === this.parts.member.id)
            this.registers.apply({ ...command, number: 0 })
        }
      }
    }
    report("a member applies some entries twice", withServer(Bug))
  })

  it("a client that takes silence for a refusal", () => {
    const forgotten: [ClientId, Key, number][] = []
    class Bug extends Client {
      protected override giveUp(place: number): void {
        const operation = this.parts.history.operations[place]
        const { action } = operation ?? {}
        // As it sees it, it has read whatever it likes: a compare-and-set that did not find its value.
        if (action?.type === "cas") this.parts.history.end(place, false)
        forgotten.push([this.parts.plan.id, operation?.key ?? 0, place])
        super.giveUp(place)
      }
    }
    report("a client takes silence for failure", seedsUntilFound({ client: (parts) => new Bug(parts) }))
    expect(forgotten.length).toBeGreaterThan(0)
  })

  it("a member that loses what it applies first after a crash", () => {
    class Bug extends Server {
      protected fresh = false
      override started(): void {
        super.started()
        this.fresh = true
      }
      protected override apply(entries: ReadonlyArray<Entry>): void {
        const { fresh } = this
        this.fresh = false
        super.apply(fresh ? entries.slice(1) : entries)
      }
    }
    report("a member loses the first entry that it applies after a crash", withServer(Bug))
  })

  it("commits counted with half of the members", () => {
    vi.spyOn(Configuration.prototype, "committed").mockImplementation(function (this: Configuration, progress) {
      const matches = this.voters.map((id) => progress.get(id)?.match ?? 0).sort((a, b) => b - a)
      return matches[Math.max(0, Math.floor(this.voters.length / 2) - 1)] ?? 0
    })
    report("half of the members are taken for a majority", seedsUntilFound({}, busier))
  })

  it("nothing, when there is no bug", () => {
    for (let seed = 1; seed <= 100; seed++) expect(play(drawPlan(seed), { checkers: [] }).failure).toBeUndefined()
  })
})

describe("a run finds, by one checker or another", { timeout: 300_000 }, () => {
  const found = (kinds: ReadonlyArray<string>) =>
    firstSeed((seed) => {
      const { failure } = play(drawPlan(seed))
      if (failure !== undefined) expect(kinds).toContain(failure.kind)
      return failure !== undefined
    })

  it("a vote that a crash takes back", () => {
    const save = MemoryLogStorage.prototype.save
    vi.spyOn(MemoryLogStorage.prototype, "save").mockImplementation(function (this: MemoryLogStorage, what) {
      save.call(this, { ...what, hardState: what.hardState && { ...what.hardState, vote: 0 } })
    })
    report("the vote is not kept on disk", found(["durable before told", "election safety"]))
  })

  it("acknowledgements that do not wait for the disk: a crash loses what was written", () => {
    vi.spyOn(Outbox.prototype, "sendDurably").mockImplementation(function (this: Outbox, to, message) {
      this.send(to, message)
    })
    report("members acknowledge before their disk has it", found(["durable before told", "committed is durable"]))
  })

  it("a leader that sends nothing more to who has twenty entries: the healed quorum writes nothing", () => {
    const becomeReplicate = Progress.prototype.becomeReplicate
    vi.spyOn(Progress.prototype, "becomeReplicate").mockImplementation(function (this: Progress) {
      becomeReplicate.call(this)
      if (this.match > 20) this.state = "snapshot"
    })
    report("a leader sends nothing more to who has 20 entries", found(["liveness"]))
  })

  it("a vote for a log that is behind", () => {
    vi.spyOn(Log.prototype, "isUpToDate").mockReturnValue(true)
    report("votes are given to logs that are behind", found(["leader completeness", "assertion"]))
  })

  it("a machine that throws what it should not", () => {
    vi.spyOn(Log.prototype, "compact").mockImplementation(() => {
      throw new TypeError("no room")
    })
    report("the machine throws", found(["error"]))
  })
})

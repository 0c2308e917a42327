import { InvariantViolation } from "../invariant.ts"
import type { RaftInput, RaftOutput, SaveOutput } from "../io.ts"
import { Raft } from "../raft.ts"
import { type Behaviour, defaultTiming, type Limits, type Timing } from "../settings.ts"
import { initialHardState, type MemberId } from "../types.ts"
import { showSave } from "./describe.ts"
import { Disk, LogView } from "./disk.ts"
import { type Letter, Mail, showLetter } from "./mail.ts"
import { Machine, type Member, type Process } from "./member.ts"
import { inOrder, tell } from "./tell.ts"

/** What every member of the group is told when it starts. Without more: the Raft of the paper, without pre-vote and check-quorum. */
export interface Settings {
  readonly behaviour: Partial<Behaviour>
  readonly limits: Partial<Limits>
  readonly timing: Partial<Timing>
}

const paper: Settings = { behaviour: { preVote: false, checkQuorum: false }, limits: { tail_entries: 0 }, timing: {} }

/**
 * A group whose every message, save and second is in the hands of whoever leads the conversation: nothing is delivered, written late or timed out
 * but by command. What happens is told line by line. A function of the calls made: no clock, no chance.
 */
export class Conversation {
  /** Milliseconds since the conversation began. Moves by passTime() only. */
  now = 0
  readonly mail = new Mail()
  settings: Settings = paper
  /** While this is on, what happens is not told. */
  silent = false
  /** What members that are added later find on their disks. */
  readonly disks = new Map<MemberId, Disk>()
  /** How long members wait for a leader before they stand for election, where it was said. */
  readonly timeouts = new Map<MemberId, number>()
  readonly #members = new Map<MemberId, Member>()
  #told: string[] = []
  #depth = 0
  /** Which letters will arrive within this command, and so need not be told before. */
  #flows: (letter: Letter) => boolean = () => false

  /** In the order in which they were added. */
  get members(): ReadonlyArray<Member> {
    return [...this.#members.values()]
  }

  /** How long a member may wait for a leader: from `min` up to less than `max` milliseconds. */
  get electionSpan(): { readonly min: number; readonly max: number } {
    const { election_ms_min, election_ms_max } = { ...defaultTiming, ...this.settings.timing }
    return { min: election_ms_min, max: election_ms_max }
  }

  member(id: MemberId): Member | undefined {
    return this.#members.get(id)
  }

  /** What happened since this was asked last. */
  take(): ReadonlyArray<string> {
    const told = this.#told
    this.#told = []
    return told
  }

  say(line: string): void {
    if (this.silent) return
    this.#told.push("  ".repeat(this.#depth) + line)
  }

  /** Adds a member that is not running yet. `voters`: who begins the group; none for one that joins it later. */
  add(id: MemberId, voters: ReadonlyArray<MemberId>): Member {
    const disk = this.disks.get(id) ?? new Disk({ hardState: initialHardState, entries: [] })
    const member: Member = { id, voters, disk, process: undefined, lives: 0, ahead_ms: 0 }
    this.#members.set(id, member)
    return member
  }

  start(member: Member): Process {
    const { id, voters, disk } = member
    const restored = disk.load()
    member.lives++
    const random = () => this.#chance(member)
    const raft = new Raft({ id, voters, random, now: this.#clock(member), restored, ...this.settings })
    const { commit } = raft.status()
    member.process = { raft, log: new LogView(restored.entries), machine: new Machine(restored.snapshot), commit }
    return member.process
  }

  /** The process ends; what its disk has not written never will be. */
  crash(member: Member): void {
    for (const save of member.disk.writing) this.say(`${member.id} loses ${showSave(save)}`)
    member.disk.forget()
    member.process = undefined
  }

  step(member: Member, input: RaftInput): void {
    const { process } = member
    if (process !== undefined) this.#carryOut(member, process, process.raft.step(this.#clock(member), input))
  }

  /** Any other call of the machine's; what it brings about is carried out. */
  call<R extends { readonly accepted: boolean; readonly outputs?: ReadonlyArray<RaftOutput> }>(
    member: Member,
    process: Process,
    make: (raft: Raft, now: number) => R,
  ): R {
    const result = make(process.raft, this.#clock(member))
    if (result.outputs !== undefined) this.#carryOut(member, process, result.outputs)
    return result
  }

  /** The disk writes its oldest save. */
  write(member: Member): SaveOutput | undefined {
    const save = member.disk.write()
    if (save === undefined) return undefined
    if (member.disk.slow) this.say(`${member.id} has saved ${showSave(save)}`)
    this.step(member, { type: "saved", ticket: save.ticket })
    return save
  }

  /** These letters arrive, one after the other. */
  deliver(letters: ReadonlyArray<Letter>): void {
    for (const letter of letters) {
      this.mail.take([letter])
      const to = this.#members.get(letter.to)
      if (to?.process === undefined) {
        this.say(`${showLetter(letter, "-x")} (${letter.to} is down)`)
        continue
      }
      this.say(showLetter(letter, "->"))
      this.#depth++
      this.step(to, { type: "message", from: letter.from, message: letter.message })
      this.#depth--
    }
  }

  /** Letters that pass arrive, and those that they bring about, until none is left. */
  stabilize(passes: (letter: Letter) => boolean = () => true): void {
    this.#flows = passes
    for (let n = 0; ; n++) {
      if (n === deliveries_max)
        throw new InvariantViolation("the conversation does not end", this.mail.letters.slice(-10))
      const next = this.mail.letters.find(passes)
      if (next === undefined) break
      this.deliver([next])
    }
    this.#flows = () => false
  }

  /** Timers that end within this span go off, in their order; `meanwhile` comes after each. */
  passTime(span_ms: number, meanwhile: () => void = () => {}): void {
    const end = this.now + span_ms
    for (let due = this.#nextDue(); due !== undefined && due.at <= end; due = this.#nextDue()) {
      this.now = Math.max(this.now, due.at)
      this.#wake(due.member)
      meanwhile()
    }
    this.now = end
  }

  /** The member's timer goes off now: its own clock jumps ahead, nobody else's does. */
  hurry(member: Member, at: number): void {
    member.ahead_ms = Math.max(member.ahead_ms, at - this.now)
    this.#wake(member)
  }

  #wake(member: Member): void {
    this.say(`${member.id} wakes at ${this.#clock(member)}ms`)
    this.#depth++
    this.step(member, { type: "wake" })
    this.#depth--
  }

  #nextDue(): { readonly member: Member; readonly at: number } | undefined {
    let first: { readonly member: Member; readonly at: number } | undefined
    for (const member of this.#members.values()) {
      const wake = member.process?.raft.nextWake()
      if (wake === undefined) continue
      const at = Math.max(wake - member.ahead_ms, this.now)
      if (first === undefined || at < first.at) first = { member, at }
    }
    return first
  }

  #clock({ ahead_ms }: Member): number {
    return this.now + ahead_ms
  }

  /** The fraction that makes the machine's election timeout what the member's is. */
  #chance({ id, lives }: Member): number {
    const { min, max } = this.electionSpan
    // Some order must be: who came first stands first.
    const place = [...this.#members.keys()].indexOf(id)
    const timeout_ms = this.timeouts.get(id) ?? Math.min(min + 100 * place, max - 1)
    // A part of a millisecond more, as the machine rounds down; another in each life, so that numbers drawn in one do not come again.
    const part = 1 - 1 / (lives + 1)
    return (timeout_ms - min + part) / (max - min)
  }

  #carryOut(member: Member, process: Process, outputs: ReadonlyArray<RaftOutput>): void {
    const { commit } = process.raft.status()
    let untold = commit > process.commit
    process.commit = commit
    for (const output of inOrder(outputs)) {
      if (untold && output.type !== "role" && output.type !== "configuration") {
        this.say(`${member.id} commits up to ${commit}`)
        untold = false
      }
      this.#carryOutOne(member, process, output)
    }
    if (untold) this.say(`${member.id} commits up to ${commit}`)
    if (!member.disk.slow) while (this.write(member) !== undefined);
  }

  #carryOutOne(member: Member, process: Process, output: RaftOutput): void {
    const { id, disk } = member
    switch (output.type) {
      case "send":
        this.#send({ from: id, to: output.to, message: output.message })
        return
      case "save":
        this.say(`${id} ${disk.slow ? "is saving" : "saves"} ${showSave(output)}`)
        process.log.ask(output)
        disk.ask(output)
        return
      case "committed":
        for (const entry of output.entries) process.machine.apply(entry)
        break
      case "restore":
        process.machine.restore(output.snapshot)
        break
    }
    this.say(tell(id, output))
  }

  #send(letter: Letter): void {
    if (this.mail.isCut(letter)) {
      this.say(showLetter(letter, "-x"))
      return
    }
    this.mail.send(letter)
    if (!this.#flows(letter)) this.say(showLetter(letter, "~>"))
  }
}

/** In one command: far more than any conversation that somebody would read. */
const deliveries_max = 10_000

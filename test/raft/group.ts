import {
  type Behaviour,
  type Changed,
  type ConfigurationChange,
  type Entry,
  initialHardState,
  type Limits,
  type MemberId,
  MemoryLogStorage,
  type Message,
  type Proposed,
  Raft,
  type RaftInput,
  type RaftOutput,
  type SaveOutput,
  type Stored,
} from "../../raft/index.ts"
import { saveOf } from "../../sim/raft/memory-view.ts"

export interface Letter {
  readonly from: MemberId
  readonly to: MemberId
  readonly message: Message
}

interface Seat {
  raft: Raft
  readonly storage: MemoryLogStorage
  /** Asked for and not yet durable. */
  saves: SaveOutput[]
  committed: Entry[]
  /** Of the last step. */
  outputs: RaftOutput[]
  /** Of all steps in this life, but for saves, sends and commits. */
  news: RaftOutput[]
}

export interface GroupOptions {
  readonly size: number
  /** More members, with the ids after those, who belong to nothing until a leader adds them. */
  readonly spares?: number
  readonly limits?: Partial<Limits>
  /** Default: the paper's Raft and nothing more. */
  readonly behaviour?: Partial<Behaviour>
  /** What a member finds on its disk when the group starts. */
  readonly restored?: Readonly<Record<MemberId, Stored>>
}

/**
 * A group played by hand, like a conversation: nothing is delivered, saved or woken but what the test asks for. No time passes but by
 * waking.
 */
export class Group {
  now = 0
  /** Saves become durable at once; otherwise only by save(). */
  fastDisks = true
  /** Sent and not yet delivered, in the order of sending. */
  mail: Letter[] = []
  readonly #seats = new Map<MemberId, Seat>()
  readonly #options: GroupOptions

  constructor(options: GroupOptions) {
    this.#options = options
    for (let id = 1; id <= options.size + (options.spares ?? 0); id++) {
      const storage = new MemoryLogStorage()
      storage.save(saveOf(options.restored?.[id] ?? { hardState: initialHardState, entries: [] }))
      this.#seats.set(id, { raft: this.#boot(id, storage), storage, saves: [], committed: [], outputs: [], news: [] })
    }
  }

  seat(id: MemberId): Seat {
    const seat = this.#seats.get(id)
    if (seat === undefined) throw new RangeError(`no member ${id}`)
    return seat
  }

  status(id: MemberId) {
    return this.seat(id).raft.status()
  }

  /** The member's time runs out: it stands for election, or a leader sends heartbeats. */
  wake(id: MemberId): void {
    const { raft } = this.seat(id)
    this.now = Math.max(this.now, raft.nextWake() ?? this.now)
    this.#carryOut(id, raft.step(this.now, { type: "wake" }))
  }

  receive(from: MemberId, to: MemberId, message: Message): void {
    this.#carryOut(to, this.seat(to).raft.step(this.now, { type: "message", from, message }))
  }

  propose(id: MemberId, text: string): Proposed {
    const proposed = this.seat(id).raft.propose(this.now, new TextEncoder().encode(text))
    if (proposed.accepted) this.#carryOut(id, proposed.outputs)
    return proposed
  }

  /** Any other call; its outputs are carried out. */
  call<R extends { readonly accepted: boolean }>(id: MemberId, make: (raft: Raft, now: number) => R): R {
    const result: R & { readonly outputs?: ReadonlyArray<RaftOutput> } = make(this.seat(id).raft, this.now)
    if (result.outputs !== undefined) this.#carryOut(id, result.outputs)
    return result
  }

  step(id: MemberId, input: RaftInput): void {
    this.#carryOut(id, this.seat(id).raft.step(this.now, input))
  }

  change(id: MemberId, ...changes: ReadonlyArray<ConfigurationChange>): Changed {
    return this.call(id, (raft, now) => raft.change(now, changes))
  }

  /** The disk refuses the oldest save that was asked for, and those after it. */
  refuseSaves(id: MemberId): void {
    const seat = this.seat(id)
    const ticket = seat.saves[0]?.ticket
    seat.saves = []
    if (ticket !== undefined) this.step(id, { type: "save-failed", ticket })
  }

  /** What was told besides saves, messages and commits, of one kind; then it is forgotten. */
  heard<T extends RaftOutput["type"]>(id: MemberId, type: T): Extract<RaftOutput, { type: T }>[] {
    const seat = this.seat(id)
    const found = seat.news.filter((output): output is Extract<RaftOutput, { type: T }> => output.type === type)
    seat.news = seat.news.filter((output) => output.type !== type)
    return found
  }

  /** The disk catches up with everything that was asked for. */
  save(id: MemberId): void {
    const seat = this.seat(id)
    for (let save = seat.saves.shift(); save !== undefined; save = seat.saves.shift()) {
      seat.storage.save(save)
      this.#carryOut(id, seat.raft.step(this.now, { type: "saved", ticket: save.ticket }))
    }
  }

  /** Takes the letters that match off the mail. */
  take(which: Partial<Pick<Letter, "from" | "to">> & { readonly type?: Message["type"] } = {}): Letter[] {
    const matches = ({ from, to, message }: Letter) =>
      (which.from ?? from) === from && (which.to ?? to) === to && (which.type ?? message.type) === message.type
    const taken = this.mail.filter(matches)
    this.mail = this.mail.filter((letter) => !matches(letter))
    return taken
  }

  /** Delivers letters, and those that they bring about, until there are none. What `passes` refuses is lost. */
  stabilize(passes: (letter: Letter) => boolean = () => true): void {
    for (let letter = this.mail.shift(); letter !== undefined; letter = this.mail.shift()) {
      if (passes(letter)) this.receive(letter.from, letter.to, letter.message)
    }
  }

  /** What was in memory is gone, and the member starts again from its disk. */
  restart(id: MemberId): void {
    const seat = this.seat(id)
    seat.saves = []
    seat.committed = []
    seat.news = []
    seat.raft = this.#boot(id, seat.storage)
  }

  /** The member becomes leader with the votes of those who are reachable. */
  elect(id: MemberId, passes?: (letter: Letter) => boolean): void {
    this.wake(id)
    this.stabilize(passes)
  }

  #boot(id: MemberId, storage: MemoryLogStorage): Raft {
    const { size, limits, behaviour } = this.#options
    const voters = Array.from({ length: size }, (_, i) => i + 1)
    return new Raft({
      id,
      voters: id <= size ? voters : [],
      random: () => 0.5,
      now: this.now,
      restored: storage.load(),
      ...(limits && { limits }),
      behaviour: behaviour ?? plain,
    })
  }

  #carryOut(id: MemberId, outputs: ReadonlyArray<RaftOutput>): void {
    const seat = this.seat(id)
    seat.outputs = [...outputs]
    for (const output of outputs) {
      if (output.type === "send") this.mail.push({ from: id, to: output.to, message: output.message })
      else if (output.type === "committed") seat.committed.push(...output.entries)
      else if (output.type === "save") seat.saves.push(output)
      else seat.news.push(output)
    }
    if (this.fastDisks) this.save(id)
  }
}

const plain: Partial<Behaviour> = { preVote: false, checkQuorum: false }

/** Only letters among these members pass. */
export const among =
  (...ids: ReadonlyArray<MemberId>) =>
  ({ from, to }: Letter): boolean =>
    ids.includes(from) && ids.includes(to)

/** A log written as its terms: [1, 1, 2] has entries 1 and 2 of term 1, and 3 of term 2. */
export const logOf = (...terms: ReadonlyArray<number>): Entry[] =>
  terms.map((term, i) => ({ index: i + 1, term, kind: "command", data: new TextEncoder().encode(`${i + 1}@${term}`) }))

export const termsOf = (entries: ReadonlyArray<Entry>): number[] => entries.map(({ term }) => term)

/** A member that has this log, and never voted in its last term. */
export const withLog = (...terms: ReadonlyArray<number>) => ({
  hardState: { term: terms.at(-1) ?? 0, vote: 0, commit: 0 },
  entries: logOf(...terms),
})

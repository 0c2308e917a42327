import { initialHardState, type MemberId, type Message, Raft, type RaftOutput } from "../../raft/index.ts"

/** What a message becomes on its way between two members. */
export type Wire = (message: Message) => Message

const leader = 1
const noData = new Uint8Array(0)

/**
 * Members in one process. Messages are handed over directly, in the order of sending; a save is durable as soon as it is asked for; what is
 * applied is counted. Member 1 leads from the start.
 */
export class Group {
  readonly #members: Raft[] = []
  readonly #applied: number[] = []
  readonly #wire: Wire
  readonly #to: MemberId[] = []
  readonly #from: MemberId[] = []
  readonly #mail: Message[] = []
  /** Letters handed over so far. */
  messages = 0

  constructor(size: number, wire: Wire) {
    this.#wire = wire
    const voters = Array.from({ length: size }, (_, i) => i + 1)
    for (const id of voters) {
      const restored = { hardState: initialHardState, entries: [] }
      this.#members.push(new Raft({ id, voters, random: () => 0.5, now: 0, restored }))
      this.#applied.push(0)
    }
    const first = this.#member(leader)
    const now = first.nextWake() ?? 0
    this.#carryOut(leader, first.step(now, { type: "wake" }))
    this.drain()
    if (first.status().role !== "leader") throw new Error("member 1 was not elected")
    this.#applied.fill(0)
    this.messages = 0
  }

  /** Entries that every member has applied. */
  get applied(): number {
    return Math.min(...this.#applied)
  }

  propose(data: Uint8Array): void {
    const proposed = this.#member(leader).propose(0, data)
    if (!proposed.accepted) throw new Error(`refused: ${proposed.error}`)
    this.#carryOut(leader, proposed.outputs)
  }

  proposeAll(datas: ReadonlyArray<Uint8Array>): void {
    const proposed = this.#member(leader).proposeAll(0, datas)
    if (!proposed.accepted) throw new Error(`refused: ${proposed.error}`)
    this.#carryOut(leader, proposed.outputs)
  }

  /** Delivers until nothing moves any more. */
  drain(): void {
    const mail = this.#mail
    for (let i = 0; i < mail.length; i++) {
      const message = mail[i]
      const to = this.#to[i]
      const from = this.#from[i]
      if (message === undefined || to === undefined || from === undefined) break
      this.#carryOut(to, this.#member(to).step(0, { type: "message", from, message: this.#wire(message) }))
    }
    this.messages += mail.length
    mail.length = 0
    this.#to.length = 0
    this.#from.length = 0
  }

  #carryOut(id: MemberId, outputs: ReadonlyArray<RaftOutput>): void {
    for (const output of outputs) {
      if (output.type === "send") {
        this.#from.push(id)
        this.#to.push(output.to)
        this.#mail.push(output.message)
      } else if (output.type === "save") {
        this.#carryOut(id, this.#member(id).step(0, { type: "saved", ticket: output.ticket }))
      } else if (output.type === "snapshot-due") {
        this.#carryOut(id, this.#member(id).step(0, { type: "snapshot", index: output.index, data: noData }))
      } else if (output.type === "committed") {
        this.#applied[id - 1] = (this.#applied[id - 1] ?? 0) + output.entries.length
      }
    }
  }

  #member(id: MemberId): Raft {
    const member = this.#members[id - 1]
    if (member === undefined) throw new RangeError(`no member ${id}`)
    return member
  }
}

import type { RaftOutput, Ticket } from "./io.ts"
import type { Log } from "./log.ts"
import type { Message } from "./message.ts"
import type { HardState, MemberId, Term } from "./types.ts"

interface Held {
  readonly ticket: Ticket
  readonly to: MemberId
  readonly message: Message
}

/**
 * The outputs of the step that is being made, and the messages that wait for the disk. A message handed to `sendDurably` leaves
 * only once everything that was in memory when its step ended is durable: what a member tells others, it knows after a crash.
 */
export class Outbox {
  #outputs: RaftOutput[] = []
  #fresh: { to: MemberId; message: Message }[] = []
  readonly #held: Held[] = []
  #asked: Ticket = 0
  #saved: Ticket = 0
  /** As of the latest save that was asked for. */
  #hardState: HardState
  /** A hard state was in a save that failed. */
  #hardStateLost = false

  constructor(hardState: HardState) {
    this.#hardState = hardState
  }

  output(output: RaftOutput): void {
    this.#outputs.push(output)
  }

  send(to: MemberId, message: Message): void {
    this.#outputs.push({ type: "send", to, message })
  }

  /** To oneself is allowed: it is how a candidate's own vote comes to count. */
  sendDurably(to: MemberId, message: Message): void {
    this.#fresh.push({ to, message })
  }

  /** Asks for a save if anything is not yet part of one, and says whether it did; then lets go of what needs to wait for nothing. */
  flush(log: Log, { term, vote }: { readonly term: Term; readonly vote: MemberId }): boolean {
    const before = this.#hardState
    const newTerm = term !== before.term || vote !== before.vote || this.#hardStateLost
    const saves = newTerm || log.hasUnsaved
    if (saves) {
      const ticket = ++this.#asked
      const { entries, truncateFrom, snapshot, compactTo } = log.startSave(ticket)
      const hardState = newTerm || log.commit !== before.commit ? { term, vote, commit: log.commit } : undefined
      if (hardState !== undefined) this.#hardState = hardState
      this.#hardStateLost = false
      this.#outputs.push({ type: "save", ticket, hardState, snapshot, compactTo, truncateFrom, entries })
    }
    if (this.#fresh.length > 0) this.#hold()
    return saves
  }

  /** The saves up to this ticket are durable. Returns the messages that waited for them. */
  saved(ticket: Ticket): ReadonlyArray<{ readonly to: MemberId; readonly message: Message }> {
    if (ticket > this.#saved) this.#saved = ticket
    let released = 0
    while ((this.#held[released]?.ticket ?? Number.POSITIVE_INFINITY) <= this.#saved) released++
    return released === 0 ? none : this.#held.splice(0, released)
  }

  /** The save of this ticket and those after it will never be durable. What waited for them is not sent: messages may be lost. */
  saveFailed(ticket: Ticket): void {
    const kept = this.#held.findIndex((held) => held.ticket >= ticket)
    if (kept >= 0) this.#held.length = kept
    this.#fresh = []
    this.#hardStateLost = true
  }

  /** While a disk refuses: what would have to be saved first is not sent. */
  dropFresh(): void {
    this.#fresh = []
  }

  get lastAsked(): Ticket {
    return this.#asked
  }

  take(): ReadonlyArray<RaftOutput> {
    const outputs = this.#outputs
    this.#outputs = []
    return outputs
  }

  #hold(): void {
    for (const { to, message } of this.#fresh) {
      if (this.#asked === this.#saved) this.send(to, message)
      else this.#held.push({ ticket: this.#asked, to, message })
    }
    this.#fresh = []
  }
}

const none: ReadonlyArray<Held> = []

import type { RaftOutput, Ticket } from "./io.ts"
import type { Log } from "./log.ts"
import type { Message } from "./message.ts"
import type { HardState, MemberId } from "./types.ts"

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
  #hardState: HardState

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

  /** Asks for a save if anything is not yet part of one, then lets go of what needs to wait for nothing. */
  flush(log: Log, state: HardState): void {
    const before = this.#hardState
    const newTerm = state.term !== before.term || state.vote !== before.vote
    if (newTerm || log.hasUnsaved) {
      const ticket = ++this.#asked
      const { entries, truncateFrom } = log.startSave(ticket)
      const hardState = newTerm || state.commit !== before.commit ? state : undefined
      if (hardState !== undefined) this.#hardState = state
      this.#outputs.push({ type: "save", ticket, hardState, truncateFrom, entries })
    }
    if (this.#fresh.length === 0) return
    for (const { to, message } of this.#fresh) {
      if (this.#asked === this.#saved) this.send(to, message)
      else this.#held.push({ ticket: this.#asked, to, message })
    }
    this.#fresh = []
  }

  /** The saves up to this ticket are durable. Returns the messages that waited for them. */
  saved(ticket: Ticket): ReadonlyArray<{ readonly to: MemberId; readonly message: Message }> {
    if (ticket > this.#saved) this.#saved = ticket
    let released = 0
    while ((this.#held[released]?.ticket ?? Number.POSITIVE_INFINITY) <= this.#saved) released++
    return released === 0 ? none : this.#held.splice(0, released)
  }

  get lastAsked(): Ticket {
    return this.#asked
  }

  take(): ReadonlyArray<RaftOutput> {
    const outputs = this.#outputs
    this.#outputs = []
    return outputs
  }
}

const none: ReadonlyArray<Held> = []

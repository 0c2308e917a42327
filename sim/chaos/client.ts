import type { Random } from "../../core/random.ts"
import { type MemberId, none } from "../../raft/index.ts"
import type { Network } from "../network/network.ts"
import type { EventQueue, ScheduledEvent } from "../time/event-queue.ts"
import type { Action, ClientId, History, Key, Result, Value } from "./history.ts"
import type { Command } from "./registers.ts"
import { type Answer, type Letter, serverEndpoint } from "./server.ts"

/** How one client behaves: plain data, part of the plan. */
export interface ClientPlan {
  readonly id: ClientId
  /** Without an answer it sends an action again, under the same number, until it has one; otherwise it gives up, and never knows. */
  readonly persistent: boolean
  readonly patience_ms: number
  readonly think_ms_max: number
  /** Shares of the three actions, out of their sum. */
  readonly reads: number
  readonly writes: number
  readonly swaps: number
  readonly keys: number
  /** It asks any member, whoever leads: that one must ask the leader, or pass on what it is asked. */
  readonly roams: boolean
}

export interface ClientParts {
  readonly plan: ClientPlan
  readonly members: ReadonlyArray<MemberId>
  readonly random: Random
  readonly queue: EventQueue
  readonly network: Network<Letter>
  readonly history: History
  /** Hears of each call, end and loss. */
  readonly observe?: (client: ClientId, what: string, place: number) => void
}

interface Pending {
  readonly place: number
  readonly command: Command
  /** Requests sent for it and not yet answered: the latest, and those that were waited for in vain. */
  readonly sent: Set<number>
  timeout: ScheduledEvent | undefined
}

/** A client: one action at a time, of registers that it shares with all the others. Who leads, it learns from refusals. */
export class Client {
  readonly parts: ClientParts
  protected pending: Pending | undefined
  readonly #seen = new Map<Key, Value>()
  #leader: MemberId | typeof none = none
  /** Whom to ask next, when it is not known who leads. */
  #turn: number
  #number = 0
  #request = 0
  #stopped = false

  constructor(parts: ClientParts) {
    this.parts = parts
    const { network, plan, random, members } = parts
    this.#turn = random.int(members.length)
    network.attach(`client-${plan.id}`, (_, letter) => {
      if (letter.type === "answer") this.#receive(letter.from, letter.answer)
    })
  }

  /** Nothing that it has asked for is open. */
  get idle(): boolean {
    return this.pending === undefined
  }

  start(): void {
    this.#think()
  }

  /** Finishes what is open and begins nothing more of its own. */
  stop(): void {
    this.#stopped = true
  }

  /** One more read, of a client that is idle and has stopped. */
  readOnce(key: Key): void {
    this.#begin(key, { type: "read" })
  }

  /** The action's outcome will not be known. */
  protected giveUp(place: number): void {
    this.parts.observe?.(this.parts.plan.id, "gives up", place)
    this.#close()
  }

  #think(): void {
    const { queue, random, plan } = this.parts
    queue.after(random.range(0, plan.think_ms_max), () => {
      if (!this.#stopped) this.#begin(random.range(1, plan.keys), this.#draw())
    })
  }

  #draw(): (key: Key) => Action {
    const { random, plan } = this.parts
    const { id, reads, writes, swaps } = plan
    const drawn = random.int(reads + writes + swaps)
    if (drawn < reads) return () => ({ type: "read" })
    const value = id * 1_000_000 + this.#number + 1
    if (drawn < reads + writes) return () => ({ type: "write", value })
    return (key) => ({ type: "cas", expected: this.#seen.get(key) ?? 0, value })
  }

  #begin(key: Key, draw: Action | ((key: Key) => Action)): void {
    const { history, plan, observe } = this.parts
    const action = typeof draw === "function" ? draw(key) : draw
    const number = ++this.#number
    const place = history.call(plan.id, key, action)
    const command = { client: plan.id, number: plan.persistent ? number : 0, key, action }
    this.pending = { place, command, sent: new Set(), timeout: undefined }
    observe?.(plan.id, "asks for", place)
    this.#send(this.pending)
  }

  #send(pending: Pending): void {
    const { network, queue, plan, members, random } = this.parts
    const next = () => members[this.#turn++ % members.length]
    // One that is to come to an end asks whom it should: luck may not decide when it has its answer.
    const roams = plan.roams && !this.#stopped
    const to = (roams ? random.pick(members) : this.#leader === none ? next() : this.#leader) ?? none
    const id = ++this.#request
    pending.sent.add(id)
    const request = { id, command: pending.command }
    network.send(`client-${plan.id}`, serverEndpoint(to), { type: "request", request })
    pending.timeout = queue.after(plan.patience_ms, () => this.#waitedInVain(pending))
  }

  #waitedInVain(pending: Pending): void {
    this.#leader = none
    // A read changes nothing: it may always be asked for again.
    if (this.parts.plan.persistent || pending.command.action.type === "read") this.#send(pending)
    else this.giveUp(pending.place)
  }

  #receive(from: MemberId, answer: Answer): void {
    const { pending } = this
    if (pending?.sent.has(answer.id) !== true) return
    if (answer.outcome === "done") {
      this.#leader = from
      this.#end(pending, answer.result)
      return
    }
    pending.sent.delete(answer.id)
    // An answer to one that was waited for in vain: the latest is still on its way.
    if (answer.id !== this.#request) return
    this.#cancel(pending)
    this.#leader = answer.leader === from ? none : answer.leader
    pending.timeout = this.parts.queue.after(this.parts.random.range(5, 50), () => this.#send(pending))
  }

  #end(pending: Pending, result: Result): void {
    const { history, observe, plan } = this.parts
    const { action, key } = pending.command
    history.end(pending.place, result)
    if (typeof result === "number") this.#seen.set(key, result)
    else if (result && action.type !== "read") this.#seen.set(key, action.value)
    observe?.(plan.id, "gets", pending.place)
    this.#cancel(pending)
    this.#close()
  }

  #cancel({ timeout }: Pending): void {
    if (timeout !== undefined) this.parts.queue.cancel(timeout)
  }

  #close(): void {
    this.pending = undefined
    if (!this.#stopped) this.#think()
  }
}

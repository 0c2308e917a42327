import {
  type Entry,
  type Forwarded,
  type Index,
  type MemberId,
  none,
  Proposals,
  type RaftOutput,
  type ReadContext,
  type Snapshot,
} from "../../raft/index.ts"
import type { Network } from "../network/network.ts"
import type { SimulatedMember } from "../raft/member.ts"
import type { Result } from "./history.ts"
import { type Command, decodeCommand, encodeCommand, Registers } from "./registers.ts"

/** What a client sends: the command, and a number of its own that comes back with the answer. */
export interface Request {
  readonly id: number
  readonly command: Command
}

export type Answer = { readonly id: number } & (
  | { readonly outcome: "done"; readonly result: Result }
  /** It has not happened and will not. `leader`: who may know more. */
  | { readonly outcome: "refused"; readonly leader: MemberId | typeof none }
)

export type Letter =
  | { readonly type: "request"; readonly request: Request }
  | { readonly type: "answer"; readonly from: MemberId; readonly answer: Answer }

/** A request that waits, and who is to be answered. */
export interface Waiting {
  readonly client: string
  readonly request: Request
}

/** The states that snapshots stand for. A simulated snapshot says where in the log and what hash: as good as the name of a state. */
export class Shelf {
  readonly #states = new Map<string, Registers>()

  put(snapshot: Snapshot, state: Registers): void {
    this.#states.set(nameOf(snapshot), state)
  }

  get(snapshot: Snapshot): Registers {
    const state = this.#states.get(nameOf(snapshot))
    if (state === undefined) throw new RangeError(`a snapshot that nobody took: ${nameOf(snapshot)}`)
    return state
  }
}

const nameOf = ({ index, data }: Snapshot): string => `${index} ${new TextDecoder().decode(data).trimEnd()}`

export interface ServerParts {
  readonly member: SimulatedMember
  readonly network: Network<Letter>
  readonly shelf: Shelf
}

export const serverEndpoint = (id: MemberId): string => `server-${id}`

/**
 * What runs beside one member and answers clients: registers replicated by the member's log. It is told of what its member's process
 * puts out, and of its starts and crashes; it decides nothing that Raft decides.
 */
export class Server {
  readonly parts: ServerParts
  protected registers = new Registers()
  protected proposals = new Proposals<Waiting>()
  readonly #reads = new Map<ReadContext, Waiting>()
  /** Passed on to the leader, by the number that the member gave them. */
  readonly #forwarded = new Map<number, Waiting>()
  /** The member's state machine has what the log has up to here. */
  #applied: Index = 0
  /** By index: taken, and not yet asked to be saved. */
  readonly #taken = new Map<number, Registers>()
  #paused: Waiting[] | undefined
  #read = 0

  constructor(parts: ServerParts) {
    this.parts = parts
  }

  started(): void {
    const { member, network, shelf } = this.parts
    const { snapshot } = member.disk
    this.registers = snapshot === undefined ? this.empty() : shelf.get(snapshot).copy()
    this.proposals = new Proposals()
    this.#reads.clear()
    this.#forwarded.clear()
    this.#applied = snapshot?.index ?? 0
    this.#taken.clear()
    this.#paused = undefined
    network.attach(serverEndpoint(member.id), (client, letter) => {
      if (letter.type === "request") this.receive({ client, request: letter.request })
    })
  }

  crashed(): void {
    this.parts.network.detach(serverEndpoint(this.parts.member.id))
  }

  /** What arrives waits for resumed(). */
  paused(): void {
    if (this.parts.member.up) this.#paused ??= []
  }

  resumed(): void {
    const waiting = this.#paused ?? []
    this.#paused = undefined
    for (const each of waiting) this.receive(each)
  }

  /** What the member's process puts out, before it is carried out. */
  stepped(outputs: ReadonlyArray<RaftOutput>): void {
    for (const output of outputs) this.#follow(output)
  }

  protected empty(): Registers {
    return new Registers()
  }

  protected receive(waiting: Waiting): void {
    if (this.#paused !== undefined) this.#paused.push(waiting)
    else if (waiting.request.command.action.type === "read") this.read(waiting)
    else this.write(waiting)
  }

  protected read(waiting: Waiting): void {
    const { member } = this.parts
    const context = `${member.id}-${++this.#read}`
    this.#reads.set(context, waiting)
    if (member.read(context)) return
    this.#reads.delete(context)
    this.refuse(waiting)
  }

  protected write(waiting: Waiting): void {
    const { member } = this.parts
    const data = encodeCommand(waiting.request.command)
    const proposed = member.propose(data)
    if (proposed?.accepted === true) {
      this.proposals.add(proposed, waiting)
      return
    }
    const forward = member.forward(data)
    if (forward?.accepted === true) this.#forwarded.set(forward.request, waiting)
    else this.refuse(waiting)
  }

  /** What is unknown stays without an answer; so does what was applied here before the word came that it would be. */
  protected hearOf(waiting: Waiting, result: Forwarded): void {
    if (result.outcome === "refused") this.refuse(waiting)
    else if (result.outcome === "appended" && result.index > this.#applied) this.proposals.add(result, waiting)
  }

  protected answerRead(waiting: Waiting): void {
    this.done(waiting, this.registers.get(waiting.request.command.key))
  }

  protected apply(entries: ReadonlyArray<Entry>): void {
    const results = new Map<number, Result>()
    for (const { index, kind, data } of entries) {
      const command = kind === "command" ? decodeCommand(data) : undefined
      if (command !== undefined) results.set(index, this.registers.apply(command))
    }
    this.settle(entries, results)
  }

  /** Answers those whose proposals these entries decide. `results`: by index. */
  protected settle(entries: ReadonlyArray<Entry>, results: ReadonlyMap<number, Result>): void {
    for (const { context, index, outcome } of this.proposals.committed(entries)) {
      const result = results.get(index)
      if (outcome === "committed" && result !== undefined) this.done(context, result)
      else this.refuse(context)
    }
  }

  protected takeSnapshot(): Registers {
    return this.registers.copy()
  }

  protected done({ client, request }: Waiting, result: Result): void {
    this.#answer(client, { id: request.id, outcome: "done", result })
  }

  protected refuse({ client, request }: Waiting): void {
    const leader = this.parts.member.status()?.leader ?? none
    this.#answer(client, { id: request.id, outcome: "refused", leader })
  }

  #answer(client: string, answer: Answer): void {
    const { network, member } = this.parts
    network.send(serverEndpoint(member.id), client, { type: "answer", from: member.id, answer })
  }

  #follow(output: RaftOutput): void {
    switch (output.type) {
      case "committed":
        this.apply(output.entries)
        this.#applied = output.entries.at(-1)?.index ?? this.#applied
        break
      case "restore":
        this.#restore(output.snapshot)
        break
      case "snapshot-due":
        this.#taken.set(output.index, this.takeSnapshot())
        break
      case "save":
        if (output.snapshot !== undefined) this.#keep(output.snapshot)
        break
      case "forwarded":
        this.#settleForwarded(output.request, output.result)
        break
      case "read":
        for (const waiting of this.#takeReads(output.contexts)) this.answerRead(waiting)
        break
      case "read-lost":
        for (const waiting of this.#takeReads(output.contexts)) this.refuse(waiting)
        break
    }
  }

  #settleForwarded(request: number, result: Forwarded): void {
    const waiting = this.#forwarded.get(request)
    this.#forwarded.delete(request)
    if (waiting !== undefined) this.hearOf(waiting, result)
  }

  #keep(snapshot: Snapshot): void {
    const own = this.#taken.get(snapshot.index)
    if (own !== undefined) this.parts.shelf.put(snapshot, own)
    for (const index of this.#taken.keys()) if (index <= snapshot.index) this.#taken.delete(index)
  }

  #restore(snapshot: Snapshot): void {
    this.registers = this.parts.shelf.get(snapshot).copy()
    this.#applied = snapshot.index
    for (const { context, outcome } of this.proposals.restored(snapshot)) if (outcome === "lost") this.refuse(context)
  }

  #takeReads(contexts: ReadonlyArray<ReadContext>): ReadonlyArray<Waiting> {
    return contexts.flatMap((context) => {
      const waiting = this.#reads.get(context)
      this.#reads.delete(context)
      return waiting ?? []
    })
  }
}

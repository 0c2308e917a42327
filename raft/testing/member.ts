import type { Raft } from "../raft.ts"
import type { Entry, Index, MemberId, Snapshot } from "../types.ts"
import { textOf } from "./describe.ts"
import type { Disk, LogView } from "./disk.ts"

/** A member of the conversation. What the process has is gone when it crashes. */
export interface Member {
  readonly id: MemberId
  readonly voters: ReadonlyArray<MemberId>
  readonly disk: Disk
  process: Process | undefined
  /** How often it was started. */
  lives: number
  /** By how much its clock is ahead of the conversation's. */
  ahead_ms: number
}

export interface Process {
  readonly raft: Raft
  readonly log: LogView
  readonly machine: Machine
  /** As last told. */
  commit: Index
}

/** The state machine above: it remembers every command, in order. Its state is those words with a space between. */
export class Machine {
  #words: string[]

  constructor(snapshot: Snapshot | undefined) {
    this.#words = snapshot === undefined ? [] : wordsOf(snapshot)
  }

  get state(): string {
    return this.#words.join(" ")
  }

  apply({ kind, data }: Entry): void {
    if (kind === "command" && data.length > 0) this.#words.push(textOf(data))
  }

  restore(snapshot: Snapshot): void {
    this.#words = wordsOf(snapshot)
  }
}

function wordsOf({ data }: Snapshot): string[] {
  const text = textOf(data)
  return text === "" ? [] : text.split(" ")
}

import { checksum, type Entry, type Index, type Snapshot } from "../../raft/index.ts"

export interface AppliedState {
  readonly index: Index
  /** Depends on every entry up to `index`, and on nothing else. */
  readonly hash: number
}

/** The state that simulated members replicate: a hash of all that was applied. Small, and it forgives nothing. */
export class StateMachine {
  #index: Index = 0
  #hash = 0

  get state(): AppliedState {
    return { index: this.#index, hash: this.#hash }
  }

  apply({ index, term, kind, data }: Entry): void {
    const head = new TextEncoder().encode(`${this.#hash} ${index}@${term} ${kind} `)
    const all = new Uint8Array(head.length + data.length)
    all.set(head)
    all.set(data, head.length)
    this.#hash = checksum(all)
    this.#index = index
  }

  /** Larger than a chunk may be in a test, so that it travels in several. */
  snapshot(): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(this.state).padEnd(300, " "))
  }

  restore({ index, data }: Snapshot): void {
    const state: AppliedState = JSON.parse(new TextDecoder().decode(data))
    this.#index = index
    this.#hash = state.hash
  }
}

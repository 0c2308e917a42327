import type { Lane } from "../codec/frame.ts"
import { Outgoing } from "../codec/parts.ts"

/** Envelopes of one lane that wait to be sent: bounded in number and bytes, except that one is let in whatever its size. */
export class LaneQueue {
  readonly #lane: Lane
  readonly #messages_max: number
  readonly #bytes_max: number
  #waiting: Outgoing[] = []
  #head = 0
  #bytes = 0

  constructor(lane: Lane, messages_max: number, bytes_max: number) {
    this.#lane = lane
    this.#messages_max = messages_max
    this.#bytes_max = bytes_max
  }

  get bytes(): number {
    return this.#bytes
  }

  get length(): number {
    return this.#waiting.length - this.#head
  }

  /** False: there is no room. */
  push(body: Uint8Array): boolean {
    if (this.length > 0 && (this.length >= this.#messages_max || this.#bytes + body.length > this.#bytes_max))
      return false
    this.#waiting.push(new Outgoing(this.#lane, body))
    this.#bytes += body.length
    return true
  }

  /** The next frame of the envelope in front. */
  next(): Uint8Array | undefined {
    const first = this.#waiting[this.#head]
    if (first === undefined) return undefined
    const frame = first.next()
    if (first.done) this.#shift(first)
    return frame
  }

  #shift(first: Outgoing): void {
    this.#bytes -= first.bytes
    this.#head++
    if (this.#head === this.#waiting.length || this.#head > 1024) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
  }
}

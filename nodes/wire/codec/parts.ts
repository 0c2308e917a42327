import { wireLimits } from "../limits.ts"
import { encodeFrame, type Frame, frame_overhead_bytes, type Lane } from "./frame.ts"

const part_bytes = wireLimits.frame_bytes - frame_overhead_bytes

/** An envelope on its way out: one frame after the other, cut when it is their turn. */
export class Outgoing {
  readonly lane: Lane
  readonly bytes: number
  readonly #body: Uint8Array
  #at = 0

  constructor(lane: Lane, body: Uint8Array) {
    this.lane = lane
    this.bytes = body.length
    this.#body = body
  }

  get done(): boolean {
    return this.#at >= this.#body.length
  }

  next(): Uint8Array {
    const body = this.#body
    if (body.length <= part_bytes) {
      this.#at = body.length
      return encodeFrame({ type: "envelope", body })
    }
    const at = this.#at
    this.#at = Math.min(at + part_bytes, body.length)
    const part = body.subarray(at, this.#at)
    return encodeFrame({ type: "part", lane: this.lane, first: at === 0, last: this.done, body: part })
  }
}

/** Puts one lane's parts together again. It holds no more than what has come, and never more than `bytes_max`. */
export class Incoming {
  readonly #bytes_max: number
  #parts: Uint8Array[] | undefined
  #bytes = 0

  constructor(bytes_max: number) {
    this.#bytes_max = bytes_max
  }

  /** The whole once its last part has come; "more" until then; undefined when the parts do not make one, or too large a one. */
  take(part: Extract<Frame, { readonly type: "part" }>): Uint8Array | "more" | undefined {
    if (part.first !== (this.#parts === undefined)) return undefined
    this.#parts ??= []
    this.#parts.push(part.body)
    this.#bytes += part.body.length
    // A part of next to nothing costs memory too.
    if (this.#bytes > this.#bytes_max || (!part.last && part.body.length < part_bytes)) return undefined
    if (!part.last) return "more"
    const whole = Buffer.concat(this.#parts, this.#bytes)
    this.#parts = undefined
    this.#bytes = 0
    return whole
  }
}

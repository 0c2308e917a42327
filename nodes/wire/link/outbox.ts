import type { Envelope } from "../../envelope.ts"
import type { Lane } from "../codec/frame.ts"
import { wireLimits } from "../limits.ts"
import { LaneQueue } from "./lane-queue.ts"

/** Consensus without entries comes before all else: what keeps a leader in office must not wait behind a snapshot. */
export function laneOf(envelope: Envelope): Lane {
  if (envelope.kind !== "raft") return "bulk"
  switch (envelope.message.type) {
    case "append":
    case "snapshot":
    case "propose":
      return "log"
    default:
      return "urgent"
  }
}

/** A source of frames that takes its turns with the lanes. */
export interface FrameSource {
  next(): Uint8Array | undefined
}

/** What waits to be sent on a link, and whose turn it is: the urgent lane, then the log, the rest and the streams a frame each. */
export class Outbox {
  readonly #urgent = new LaneQueue("urgent", wireLimits.raftQueue_messages, wireLimits.raftQueue_bytes)
  readonly #log = new LaneQueue("log", wireLimits.raftQueue_messages, wireLimits.raftQueue_bytes)
  readonly #bulk = new LaneQueue("bulk", wireLimits.bulkQueue_messages, wireLimits.bulkQueue_bytes)
  readonly #turns: ReadonlyArray<FrameSource>
  #turn = 0

  constructor(streams: FrameSource) {
    this.#turns = [this.#log, this.#bulk, streams]
  }

  get bytes(): number {
    return this.#urgent.bytes + this.#log.bytes + this.#bulk.bytes
  }

  get length(): number {
    return this.#urgent.length + this.#log.length + this.#bulk.length
  }

  /** False: there is no room. */
  push(lane: Lane, body: Uint8Array): boolean {
    return { urgent: this.#urgent, log: this.#log, bulk: this.#bulk }[lane].push(body)
  }

  next(): Uint8Array | undefined {
    const urgent = this.#urgent.next()
    if (urgent !== undefined) return urgent
    for (let tries = 0; tries < this.#turns.length; tries++) {
      this.#turn = (this.#turn + 1) % this.#turns.length
      const frame = this.#turns[this.#turn]?.next()
      if (frame !== undefined) return frame
    }
    return undefined
  }
}

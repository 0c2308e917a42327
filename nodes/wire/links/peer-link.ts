import type { Envelope } from "../../envelope.ts"
import { wireLimits } from "../limits.ts"
import type { Link } from "../link/link.ts"
import { Backoff } from "./backoff.ts"

interface Live {
  readonly link: Link
  readonly life: string
  /** When it came up here, by performance.now(). */
  readonly since: number
}

/** What this node knows of one peer: where it listens, its link, or the state of dialling it. */
export class PeerLink {
  readonly id: string
  readonly backoff: Backoff
  address: string | undefined
  live: Live | undefined
  /** One that gave way to another, which is not up yet at this end: nobody was told that it went. */
  replaced: Live | undefined
  dialling: AbortController | undefined
  redial: NodeJS.Timeout | undefined
  /** When somebody last wanted to reach it. */
  wantedAt = Number.NEGATIVE_INFINITY
  wasUp = false
  #waiting: Envelope[] = []

  constructor(id: string, random: () => number) {
    this.id = id
    this.backoff = new Backoff(random)
  }

  /** Keeps it for the link that is being dialled. False: too much waits already. */
  wait(envelope: Envelope): boolean {
    if (this.#waiting.length >= wireLimits.dialQueue_messages) return false
    this.#waiting.push(envelope)
    return true
  }

  takeWaiting(): ReadonlyArray<Envelope> {
    const waiting = this.#waiting
    this.#waiting = []
    return waiting
  }

  /** Nobody needs to remember it. */
  get idle(): boolean {
    return this.address === undefined && this.live === undefined
  }

  stopDialling(): void {
    clearTimeout(this.redial)
    this.redial = undefined
    this.dialling?.abort()
    this.dialling = undefined
  }
}

import type { Forwarded } from "./io.ts"
import type { Propose, ProposeReply } from "./message.ts"
import type { Outbox } from "./outbox.ts"
import type { Limits } from "./settings.ts"
import type { Index, MemberId, Term } from "./types.ts"

/** What forwarding needs to know of the member. */
interface Forwarder {
  readonly outbox: Outbox
  readonly limits: Limits
  readonly term: Term
  readonly leader: MemberId
}

/**
 * Proposals that followers pass on to their leader. A leader remembers what became of each request of its term, so that one that arrives twice
 * is appended once; the sender says "unknown" for those that its leader left unanswered.
 */
export class Forwarding {
  #request: number
  /** Follower: not answered yet. */
  readonly #open = new Set<number>()
  /** Leader: by member, where each request was put; 0: refused. */
  readonly #seen = new Map<MemberId, Map<number, Index>>()

  /** `first`: differs between the lives of a process, so that requests of one are not taken for another's. */
  constructor(first: number) {
    this.#request = first
  }

  get waiting(): number {
    return this.#open.size
  }

  send({ outbox, leader, term }: Forwarder, data: Uint8Array): number {
    const request = ++this.#request
    this.#open.add(request)
    outbox.send(leader, { type: "propose", term, request, data })
    return request
  }

  /** On the leader. `append` returns the entry's index, 0 when it is refused. */
  receive(state: Forwarder, from: MemberId, { request, data }: Propose, append: (data: Uint8Array) => Index): void {
    let seen = this.#seen.get(from)
    if (seen === undefined) {
      seen = new Map()
      this.#seen.set(from, seen)
    }
    let index = seen.get(request)
    if (index === undefined) {
      index = append(data)
      seen.set(request, index)
      if (seen.size > state.limits.waiting_max * 2) forgetFirst(seen)
    }
    state.outbox.send(from, { type: "propose-reply", term: state.term, request, index })
  }

  answered({ outbox }: Forwarder, { request, index, term }: ProposeReply): void {
    if (!this.#open.delete(request)) return
    const result: Forwarded = index === 0 ? { outcome: "refused" } : { outcome: "appended", index, term }
    outbox.output({ type: "forwarded", request, result })
  }

  /** The leader or the term is another. */
  abandon({ outbox }: Forwarder): void {
    for (const request of this.#open) outbox.output({ type: "forwarded", request, result: { outcome: "unknown" } })
    this.#open.clear()
    this.#seen.clear()
  }
}

function forgetFirst(seen: Map<number, Index>): void {
  for (const first of seen.keys()) {
    seen.delete(first)
    return
  }
}

import type { Random } from "../../core/random.ts"
import type { EventQueue } from "../time/event-queue.ts"
import { type Conditions, goodConditions } from "./conditions.ts"

export type EndpointName = string

export type Receive<Message> = (from: EndpointName, message: Message) => void

/** A message on its way. Instants in virtual milliseconds. */
export interface Letter<Message> {
  readonly from: EndpointName
  readonly to: EndpointName
  readonly message: Message
  readonly sentAt: number
  readonly at: number
}

class Carried<Message> {
  readonly from: EndpointName
  readonly to: EndpointName
  readonly message: Message
  readonly sentAt: number
  constructor(from: EndpointName, to: EndpointName, message: Message, sentAt: number) {
    this.from = from
    this.to = to
    this.message = message
    this.sentAt = sentAt
  }
}

/** What became of the messages so far. `sent` + `duplicated` = the others + those still on their way. */
export interface NetworkCounts {
  sent: number
  duplicated: number
  delivered: number
  /** By chance. */
  lost: number
  /** Because the link was cut, when sent or when due. */
  cut: number
  /** Because nobody was there, or somebody else than when it was sent: a process that crashed takes its sockets along. */
  unreachable: number
}

interface Link {
  cut: boolean
  conditions: Conditions | undefined
  /** When the latest message arrives; an ordered link delivers nothing before it. */
  busyUntil: number
}

/**
 * A simulated network between named endpoints, each link one-way and with its own fate. What is drawn from the seed depends only on
 * the messages sent and the conditions at the time.
 */
export class Network<Message> {
  /** For every link without conditions of its own. */
  conditions: Conditions
  readonly counts: NetworkCounts = { sent: 0, duplicated: 0, delivered: 0, lost: 0, cut: 0, unreachable: 0 }
  readonly #queue: EventQueue
  readonly #random: Random
  readonly #endpoints = new Map<EndpointName, { readonly receive: Receive<Message> }>()
  readonly #links = new Map<EndpointName, Map<EndpointName, Link>>()
  readonly #isolated = new Set<EndpointName>()

  constructor(queue: EventQueue, random: Random, conditions: Partial<Conditions> = {}) {
    this.#queue = queue
    this.#random = random
    this.conditions = { ...goodConditions, ...conditions }
  }

  /** An endpoint comes up. Messages sent before this do not reach it. */
  attach(name: EndpointName, receive: Receive<Message>): void {
    this.#endpoints.set(name, { receive })
  }

  /** An endpoint goes down, and what is on its way to it is lost. What it has sent still arrives. */
  detach(name: EndpointName): void {
    this.#endpoints.delete(name)
  }

  isAttached(name: EndpointName): boolean {
    return this.#endpoints.has(name)
  }

  /** Never fails: a sender does not learn what becomes of a message. */
  send(from: EndpointName, to: EndpointName, message: Message): void {
    this.counts.sent++
    const link = this.#link(from, to)
    const conditions = link.conditions ?? this.conditions
    if (this.#isCut(link, from, to)) {
      this.counts.cut++
      return
    }
    if (this.#random.chance(conditions.loss)) {
      this.counts.lost++
      return
    }
    this.#carry(link, conditions, from, to, message)
    if (this.#random.chance(conditions.duplication)) {
      this.counts.duplicated++
      this.#carry(link, conditions, from, to, message)
    }
  }

  /** Nothing passes from `a` to `b`, nor back unless `oneWay`. Messages that are due while it is cut are lost. */
  cut(a: EndpointName, b: EndpointName, options: { readonly oneWay?: boolean } = {}): void {
    this.#link(a, b).cut = true
    if (options.oneWay !== true) this.#link(b, a).cut = true
  }

  /** Undoes cut(). */
  mend(a: EndpointName, b: EndpointName, options: { readonly oneWay?: boolean } = {}): void {
    this.#link(a, b).cut = false
    if (options.oneWay !== true) this.#link(b, a).cut = false
  }

  /** Nothing passes between different groups. Endpoints in no group keep all their links. */
  partition(...groups: ReadonlyArray<ReadonlyArray<EndpointName>>): void {
    for (const [i, group] of groups.entries()) {
      for (const other of groups.slice(i + 1)) {
        for (const a of group) for (const b of other) this.cut(a, b)
      }
    }
  }

  /** Cuts an endpoint off from every other, also from those that appear later. */
  isolate(name: EndpointName): void {
    this.#isolated.add(name)
  }

  rejoin(name: EndpointName): void {
    this.#isolated.delete(name)
  }

  /** Undoes every cut and isolation. Conditions stay as they are. */
  heal(): void {
    this.#isolated.clear()
    for (const links of this.#links.values()) for (const link of links.values()) link.cut = false
  }

  /** Gives the link from `from` to `to` conditions of its own; undefined: those of the network again. */
  setLink(from: EndpointName, to: EndpointName, conditions: Partial<Conditions> | undefined): void {
    this.#link(from, to).conditions = conditions && { ...this.conditions, ...conditions }
  }

  /** Whether messages from `from` to `to` pass at this moment, chance aside. */
  connected(from: EndpointName, to: EndpointName): boolean {
    return !this.#isCut(this.#link(from, to), from, to)
  }

  /** The messages on their way, the one that arrives first first. A look at everything that is to come. */
  inFlight(): ReadonlyArray<Letter<Message>> {
    const letters: Letter<Message>[] = []
    for (const { at, about } of this.#queue.pending()) {
      if (about instanceof Carried) letters.push({ ...about, at })
    }
    return letters.sort((a, b) => a.at - b.at || a.sentAt - b.sentAt)
  }

  #carry(link: Link, conditions: Conditions, from: EndpointName, to: EndpointName, message: Message): void {
    const target = this.#endpoints.get(to)
    if (target === undefined) {
      this.counts.unreachable++
      return
    }
    let at = this.#queue.now + this.#random.range(conditions.latency_ms_min, conditions.latency_ms_max)
    if (this.#random.chance(conditions.delay))
      at += this.#random.range(conditions.extra_ms_min, conditions.extra_ms_max)
    if (!conditions.reorder) {
      at = Math.max(at, link.busyUntil)
      link.busyUntil = at
    }
    const carried = new Carried(from, to, message, this.#queue.now)
    const arrive = () => {
      if (this.#isCut(link, from, to)) {
        this.counts.cut++
      } else if (this.#endpoints.get(to) !== target) {
        this.counts.unreachable++
      } else {
        this.counts.delivered++
        target.receive(from, message)
      }
    }
    this.#queue.at(at, arrive, carried)
  }

  #isCut(link: Link, from: EndpointName, to: EndpointName): boolean {
    return link.cut || (this.#isolated.size > 0 && from !== to && (this.#isolated.has(from) || this.#isolated.has(to)))
  }

  #link(from: EndpointName, to: EndpointName): Link {
    let links = this.#links.get(from)
    if (links === undefined) {
      links = new Map()
      this.#links.set(from, links)
    }
    let link = links.get(to)
    if (link === undefined) {
      link = { cut: false, conditions: undefined, busyUntil: 0 }
      links.set(to, link)
    }
    return link
  }
}

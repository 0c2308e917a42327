import { type Duplex, PassThrough } from "node:stream"
import type { Envelope } from "../../envelope.ts"
import type { Peer } from "../../peer.ts"
import { wireLimits } from "../limits.ts"
import { type Counters, newCounters } from "../link/counters.ts"
import { Link, type LinkTiming } from "../link/link.ts"
import { Rates } from "../link/rates.ts"
import type { Connection, Dialer } from "./dialer.ts"
import type { Links, LinksHandlers, Removed, StreamHeader } from "./links.ts"
import type { LinksMetrics } from "./metrics.ts"
import { PeerLink } from "./peer-link.ts"
import { newOneStays, type Rival } from "./prefer.ts"

/** Why a link ends that is not missed: its peer is told the same. */
const otherStays = "another link stays"

export interface LinkTableOptions {
  /** This node, as its certificate says. Asked anew each time: its role may change. */
  readonly self: () => Peer & { readonly clusterId: string }
  readonly dialer: Dialer
  readonly handlers: LinksHandlers
  readonly removed: Removed
  readonly timing?: LinkTiming
  /** Draws from [0, 1): how long to wait before dialling again. */
  readonly random?: () => number
}

/** Links to any number of peers, however their sockets come about. */
export class LinkTable implements Links {
  readonly #options: LinkTableOptions
  readonly #timing: LinkTiming
  readonly #peers = new Map<string, PeerLink>()
  readonly #counters: Counters = newCounters()
  readonly #workers = new Rates(wireLimits.workerEnvelopes_burst, wireLimits.workerEnvelopes_perSecond)
  #closed = false

  constructor(options: LinkTableOptions) {
    this.#options = options
    this.#timing = options.timing ?? wireLimits
  }

  send(to: string, envelope: Envelope): boolean {
    if (this.#closed) return false
    const self = this.#options.self()
    if (to === self.id) {
      queueMicrotask(() => this.#closed || this.#options.handlers.envelope({ id: self.id, role: self.role }, envelope))
      return true
    }
    const peer = this.#peers.get(to)
    if (peer === undefined) return this.#dropped("noLink")
    peer.wantedAt = performance.now()
    if (peer.live) return peer.live.link.send(envelope)
    if (peer.address === undefined) return this.#dropped("noLink")
    // Between two tries nothing waits: by then it would be old.
    if (peer.redial !== undefined) return this.#dropped("noLink")
    this.#dial(peer)
    if (!peer.dialling) return this.#dropped("noLink")
    return peer.wait(envelope) || this.#dropped("queueFull")
  }

  know(id: string, address: string): void {
    if (id === this.#options.self().id) return
    const peer = this.#peer(id)
    if (peer.address === address) return
    peer.address = address
    if (peer.live) return
    peer.stopDialling()
    peer.backoff.reset()
    this.#redialIfWanted(peer)
  }

  forget(id: string): void {
    const peer = this.#peers.get(id)
    if (peer === undefined) return
    peer.address = undefined
    this.#drop(peer)
    this.#tidy(peer)
  }

  cut(id: string, reason: string): void {
    const peer = this.#peers.get(id)
    if (peer === undefined) return
    if (!peer.live) this.#drop(peer)
    peer.live?.link.close(reason)
  }

  /** Cuts the links of nodes that have been removed meanwhile. */
  cutRemoved(): void {
    for (const { id, live } of this.#peers.values()) {
      if (live && this.#options.removed(id, live.link.peer.role)) this.cut(id, "removed")
    }
  }

  /** Ends every link, to be dialled anew at once: this node's certificate is another one. */
  renew(): void {
    for (const peer of this.#peers.values()) {
      peer.backoff.reset()
      peer.live?.link.close("renewed")
    }
  }

  peers(): ReadonlyArray<Peer> {
    const peers: Peer[] = []
    for (const { live } of this.#peers.values())
      if (live) peers.push({ id: live.link.peer.id, role: live.link.peer.role })
    return peers.sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  openStream(to: string, header: StreamHeader): Duplex {
    const peer = this.#peers.get(to)
    const stream = peer?.live?.link.openStream(header)
    if (stream !== undefined) return stream
    if (peer?.address !== undefined && !peer.live) {
      peer.wantedAt = performance.now()
      if (peer.redial === undefined) this.#dial(peer)
    }
    const none = new PassThrough()
    none.on("error", () => {})
    none.destroy(new Error(peer?.live ? "no stream can be opened: too many, or its header is too large" : "no link"))
    return none
  }

  metrics(): LinksMetrics {
    const links = [...this.#peers.values()].flatMap(({ live }) => (live ? [live.link.metrics()] : []))
    const { dropped, violations, ...rest } = this.#counters
    return { ...rest, dropped: { ...dropped }, violations: { ...violations }, links }
  }

  /** A connection that a peer made to this node. */
  accept(connection: Connection): void {
    const peer = this.#peer(connection.peer.id)
    this.#up(peer, connection, false)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    for (const peer of this.#peers.values()) {
      peer.stopDialling()
      peer.live?.link.close("stopped")
    }
  }

  #peer(id: string): PeerLink {
    const known = this.#peers.get(id)
    if (known) return known
    const peer = new PeerLink(id, this.#options.random ?? Math.random)
    this.#peers.set(id, peer)
    return peer
  }

  #dial(peer: PeerLink): void {
    const { address } = peer
    if (peer.dialling || address === undefined || this.#closed || this.#options.removed(peer.id)) return
    const dialling = new AbortController()
    const timeout = setTimeout(() => dialling.abort(), wireLimits.dial_ms)
    peer.dialling = dialling
    this.#counters.dials++
    const over = (): boolean => {
      clearTimeout(timeout)
      if (peer.dialling !== dialling) return false
      peer.dialling = undefined
      return true
    }
    this.#options.dialer.dial(peer.id, address, dialling.signal).then(
      (connection) => {
        if (over()) this.#up(peer, connection, true)
        else connection.socket.destroy()
      },
      () => {
        if (!over()) return
        this.#counters.dialFailures++
        if (peer.live) return
        this.#tellReplacedDown(peer, "it cannot be reached")
        this.#drop(peer)
        this.#redialIfWanted(peer)
      },
    )
  }

  #up(peer: PeerLink, connection: Connection, dialled: boolean): void {
    const { socket, peer: identity, life } = connection
    const self = this.#options.self()
    if (
      this.#closed ||
      this.#options.removed(identity.id, identity.role) ||
      identity.clusterId !== self.clusterId ||
      identity.id === self.id
    ) {
      socket.destroy()
      this.#tidy(peer)
      return
    }
    const now = performance.now()
    const present = peer.live
    if (present) {
      const standing: Rival = {
        dialledBy: present.link.dialled ? self.id : peer.id,
        life: present.life,
        age_ms: now - present.since,
      }
      if (!newOneStays(standing, { dialledBy: dialled ? self.id : peer.id, life, age_ms: 0 })) {
        socket.close(otherStays)
        return
      }
    }
    clearTimeout(peer.redial)
    peer.redial = undefined
    const link = this.#link(peer, connection, dialled)
    peer.live = { link, life, since: now }
    const before = present ?? peer.replaced
    peer.replaced = undefined
    const anew = before === undefined || before.life !== life || before.link.peer.role !== identity.role
    if (before && anew) this.#tellDown(before.link.peer, "it was started anew")
    present?.link.close(otherStays)
    if (anew) {
      if (peer.wasUp) this.#counters.reconnects++
      peer.wasUp = true
      const { id, role } = identity
      queueMicrotask(() => this.#options.handlers.up({ id, role }))
    }
    for (const envelope of peer.takeWaiting()) link.send(envelope)
  }

  #link(peer: PeerLink, { socket, peer: identity }: Connection, dialled: boolean): Link {
    const from: Peer = { id: identity.id, role: identity.role }
    const { handlers } = this.#options
    const link: Link = new Link({
      socket,
      peer: identity,
      dialled,
      counters: this.#counters,
      timing: this.#timing,
      ...(identity.role === "worker" ? { rate: this.#workers.of(identity.id) } : {}),
      envelope: (envelope) => handlers.envelope(from, envelope),
      stream: (header, stream) => handlers.stream(from, header, stream),
      closed: (reason) => this.#lost(peer, link, reason),
    })
    return link
  }

  #lost(peer: PeerLink, link: Link, reason: string): void {
    const { live } = peer
    // One that gave way to another link is not missed.
    if (live?.link !== link) return
    peer.live = undefined
    if (performance.now() - live.since >= wireLimits.stable_ms) peer.backoff.reset()
    // The other end has this node's own dial already, whose answer is on its way.
    if (reason === otherStays && peer.dialling) {
      peer.replaced = live
      return
    }
    this.#tellDown(link.peer, reason)
    this.#redialIfWanted(peer)
    this.#tidy(peer)
  }

  #redialIfWanted(peer: PeerLink): void {
    const wanted = performance.now() - peer.wantedAt < wireLimits.wanted_ms
    if (this.#closed || !wanted || peer.address === undefined || peer.live || peer.redial !== undefined) return
    peer.redial = setTimeout(() => {
      peer.redial = undefined
      this.#dial(peer)
    }, peer.backoff.next())
  }

  #tellReplacedDown(peer: PeerLink, reason: string): void {
    if (peer.replaced) this.#tellDown(peer.replaced.link.peer, reason)
    peer.replaced = undefined
  }

  #tellDown({ id, role }: Peer, reason: string): void {
    queueMicrotask(() => this.#options.handlers.down({ id, role }, reason))
  }

  #dropped(why: "noLink" | "queueFull"): false {
    this.#counters.dropped[why]++
    return false
  }

  /** What waits for a link is not sent any more. */
  #drop(peer: PeerLink): void {
    this.#tellReplacedDown(peer, "it is no longer dialled")
    peer.stopDialling()
    this.#counters.dropped.noLink += peer.takeWaiting().length
  }

  #tidy(peer: PeerLink): void {
    if (peer.idle && this.#peers.get(peer.id) === peer) this.#peers.delete(peer.id)
  }
}

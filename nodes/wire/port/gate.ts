import type { Socket } from "node:net"
import type { TLSSocket } from "node:tls"
import { wireLimits } from "../limits.ts"
import { Rates } from "../link/rates.ts"
import { networkOf } from "./network-of.ts"

/** A connection from its first byte on: raw, then over TLS, then (with a certificate) a node's. */
interface Entry {
  readonly raw: Socket
  readonly address: string
  tls?: TLSSocket
  node?: string
  deadline?: NodeJS.Timeout
}

/** What the gate turned away, since the start. */
export interface GateMetrics {
  readonly open: number
  readonly strangers: number
  readonly refused: { readonly full: number; readonly rate: number; readonly perNode: number }
  /** Strangers that gave way to newer ones, or took too long. */
  readonly displaced: number
  readonly late: number
}

/**
 * Who may hold a connection, and for how long. A stranger (without a valid certificate, or before showing it) has a few seconds for each thing it is
 * to do, and when there are too many the oldest gives way: an honest one is done long before. So strangers cannot keep nodes out.
 */
export class Gate {
  readonly #entries = new Map<string, Entry>()
  /** In the order of their coming. */
  readonly #strangers = new Set<Entry>()
  readonly #connects = new Rates(wireLimits.connectsPerAddress_burst, wireLimits.connectsPerAddress_perSecond)
  readonly #refused = { full: 0, rate: 0, perNode: 0 }
  #displaced = 0
  #late = 0

  /** False: the connection was refused, and is gone. */
  enter(raw: Socket): boolean {
    if (raw.remoteAddress === undefined) return this.#refuse(raw)
    const address = networkOf(raw.remoteAddress)
    if (!this.#connects.take(address)) return this.#refuse(raw, "rate")
    this.#makeRoom(address)
    if (this.#entries.size >= wireLimits.connections_max) return this.#refuse(raw, "full")
    const entry: Entry = { raw, address }
    const key = keyOf(raw)
    this.#entries.set(key, entry)
    this.#strangers.add(entry)
    raw.on("error", () => {})
    raw.once("close", () => this.#leave(key, entry))
    this.#limit(entry, wireLimits.handshake_ms)
    return true
  }

  /** The handshake is done: the request must follow. */
  secured(tls: TLSSocket): void {
    tls.on("error", () => {})
    const entry = this.#entries.get(keyOf(tls))
    if (entry === undefined) return void tls.destroy()
    entry.tls = tls
    this.#limit(entry, wireLimits.request_ms)
  }

  /** The connection is a node's. False: it has too many already, and this one is gone. */
  isNode(tls: TLSSocket, node: string): boolean {
    const entry = this.#entries.get(keyOf(tls))
    if (entry === undefined) return false
    let same = 0
    for (const other of this.#entries.values()) if (other.node === node) same++
    if (same >= wireLimits.connectionsPerNode_max) {
      this.#refused.perNode++
      this.#cut(entry)
      return false
    }
    entry.node = node
    this.#strangers.delete(entry)
    return true
  }

  /** The request is being answered: that may take until then. */
  answering(tls: TLSSocket, ms: number): void {
    const entry = this.#entries.get(keyOf(tls))
    if (entry) this.#limit(entry, ms)
  }

  /** It is a link now, which looks after itself. */
  linked(tls: TLSSocket): void {
    const entry = this.#entries.get(keyOf(tls))
    clearTimeout(entry?.deadline)
  }

  metrics(): GateMetrics {
    return {
      open: this.#entries.size,
      strangers: this.#strangers.size,
      refused: { ...this.#refused },
      displaced: this.#displaced,
      late: this.#late,
    }
  }

  /** Cuts everything. */
  close(): void {
    for (const entry of this.#entries.values()) this.#cut(entry)
  }

  #makeRoom(address: string): void {
    let oldest: Entry | undefined
    let same = 0
    for (const entry of this.#strangers) {
      if (entry.address !== address) continue
      oldest ??= entry
      same++
    }
    if (same < wireLimits.strangersPerAddress_max) {
      oldest = undefined
      if (this.#strangers.size >= wireLimits.strangers_max) [oldest] = this.#strangers
    }
    if (oldest === undefined) return
    this.#displaced++
    this.#cut(oldest)
  }

  #limit(entry: Entry, ms: number): void {
    clearTimeout(entry.deadline)
    entry.deadline = setTimeout(() => {
      this.#late++
      this.#cut(entry)
    }, ms)
  }

  #cut(entry: Entry): void {
    this.#leave(keyOf(entry.raw), entry)
    entry.tls?.destroy()
    entry.raw.destroy()
  }

  #leave(key: string, entry: Entry): void {
    clearTimeout(entry.deadline)
    this.#strangers.delete(entry)
    if (this.#entries.get(key) === entry) this.#entries.delete(key)
  }

  #refuse(raw: Socket, why?: "full" | "rate"): false {
    if (why) this.#refused[why]++
    raw.destroy()
    return false
  }
}

/** A connection's other end, which a TLS socket shares with the socket below it. */
const keyOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`

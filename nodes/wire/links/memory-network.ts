import type { Identity } from "../credentials.ts"
import type { FrameSocket, FrameSocketEvents } from "../link/frame-socket.ts"
import type { LinkTiming } from "../link/link.ts"
import { LinkTable } from "./link-table.ts"
import type { LinksHandlers, Removed } from "./links.ts"

export interface MemoryNode {
  readonly identity: Identity
  readonly handlers: LinksHandlers
  readonly removed?: Removed
  readonly timing?: LinkTiming
  /** Where others reach it. Absent: it only dials. */
  readonly address?: string
}

/** Links between any number of nodes of one process, without sockets or certificates: the same code from frames upwards. */
export class MemoryNetwork {
  readonly #listening = new Map<
    string,
    { readonly links: LinkTable; readonly identity: Identity; readonly life: string }
  >()
  #lives = 0

  /** A node on this network, until `close`. */
  node({ identity, handlers, removed = () => false, timing, address }: MemoryNode): LinkTable {
    const life = `life ${++this.#lives}`
    const links: LinkTable = new LinkTable({
      self: () => identity,
      handlers,
      removed,
      ...(timing ? { timing } : {}),
      dialer: {
        dial: async (id, to) => {
          const other = this.#listening.get(to)
          if (other?.identity.id !== id) throw new Error(`no ${id} at ${to}`)
          const [near, far] = socketPair()
          other.links.accept({ socket: far, peer: identity, life })
          return { socket: near, peer: other.identity, life: other.life }
        },
      },
    })
    if (address !== undefined) this.#listening.set(address, { links, identity, life })
    return links
  }

  /** Nobody reaches the address any more. Links that are up stay. */
  unlisten(address: string): void {
    this.#listening.delete(address)
  }
}

/** The two ends of a connection in memory. What one sends, the other gets a moment later, as a copy. */
export function socketPair(): readonly [MemorySocket, MemorySocket] {
  const near = new MemorySocket()
  const far = new MemorySocket()
  near.join(far)
  far.join(near)
  return [near, far]
}

export class MemorySocket implements FrameSocket {
  #events: FrameSocketEvents | undefined
  #other: MemorySocket | undefined
  #inbox: (() => void)[] = []
  #paused = false
  #running = false
  #isClosed = false
  /** True: what is sent vanishes, as on a network that was cut. */
  cut = false
  buffered = 0

  join(other: MemorySocket): void {
    this.#other = other
  }

  attach(events: FrameSocketEvents): void {
    this.#events = events
    this.#run()
  }

  send(frame: Uint8Array): void {
    if (this.#isClosed || this.cut) return
    const copy = Uint8Array.from(frame)
    this.buffered += copy.length
    this.#other?.deliver(() => {
      this.buffered -= copy.length
      if (!this.#isClosed) this.#events?.drained()
      this.#other?.receive(copy)
    })
  }

  cork(): void {}
  uncork(): void {}

  ping(): void {
    if (this.cut) return
    this.#other?.deliver(() => this.#other?.pong())
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#run()
  }

  close(reason: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (!this.cut) this.#other?.deliver(() => this.#other?.end(reason))
  }

  destroy(): void {
    this.close("the connection was cut")
  }

  deliver(what: () => void): void {
    this.#inbox.push(what)
    this.#run()
  }

  receive(frame: Uint8Array): void {
    if (!this.#isClosed) this.#events?.frame(frame)
  }

  pong(): void {
    if (!this.cut && !this.#isClosed) this.#other?.deliver(() => this.#other?.answered())
  }

  answered(): void {
    if (!this.#isClosed) this.#events?.alive()
  }

  end(reason: string): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#events?.closed(reason)
  }

  #run(): void {
    if (this.#running) return
    this.#running = true
    setImmediate(() => {
      this.#running = false
      for (let turns = this.#inbox.length; turns > 0 && !this.#paused && this.#events; turns--) this.#inbox.shift()?.()
      if (this.#inbox.length > 0 && !this.#paused && this.#events) this.#run()
    })
  }
}

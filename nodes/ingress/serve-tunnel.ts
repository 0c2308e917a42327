import type { Duplex } from "node:stream"
import { dial } from "./dial.ts"
import { join } from "./join.ts"
import type { IngressLimits } from "./limits.ts"
import { accepted, isTunnelHeader, refused, type TunnelHeader } from "./tunnel.ts"

/** What the receiving end needs of its node. */
export interface TunnelEnd {
  readonly addressOf: (taskId: string) => string | undefined
  readonly limits: IngressLimits
}

/** The other end of tunnels: takes streams from peers to this node's own containers. */
export class TunnelServer {
  readonly #end: TunnelEnd
  readonly #open = new Set<Duplex>()

  constructor(end: TunnelEnd) {
    this.#end = end
  }

  get count(): number {
    return this.#open.size
  }

  /** A peer opened a stream. False when it is none of ingress, and then it is destroyed, or cannot be served. */
  take(header: Readonly<Record<string, unknown>>, stream: Duplex): boolean {
    const { addressOf, limits } = this.#end
    stream.on("error", () => undefined)
    if (!isTunnelHeader(header)) {
      stream.destroy()
      return false
    }
    const address = addressOf(header.taskId)
    if (address === undefined || this.#open.size >= limits.connections) {
      refuse(stream)
      return false
    }
    this.#serve(stream, header, address)
    return true
  }

  #serve(stream: Duplex, header: TunnelHeader, address: string): void {
    const { limits } = this.#end
    this.#open.add(stream)
    const connection = dial(header.protocol, address, header.port, () => {
      clearTimeout(late)
      connection.off("error", failed)
      stream.write(Buffer.of(accepted))
      join(stream, connection, header.protocol === "udp" ? limits.flow_ms : limits.idle_ms)
    })
    const failed = (): void => {
      clearTimeout(late)
      connection.destroy()
      refuse(stream)
    }
    const late = setTimeout(failed, limits.dial_ms)
    connection.on("error", () => undefined)
    connection.once("error", failed)
    stream.once("close", () => {
      clearTimeout(late)
      this.#open.delete(stream)
      connection.destroy()
    })
  }

  close(): void {
    for (const stream of this.#open) stream.destroy()
  }
}

/** Says so, and is done with it; a peer that does not read it gets no more than a second. */
function refuse(stream: Duplex): void {
  const late = setTimeout(() => stream.destroy(), 1_000)
  stream.once("close", () => clearTimeout(late))
  stream.resume()
  stream.end(Buffer.of(refused), () => setImmediate(() => stream.destroy()))
}

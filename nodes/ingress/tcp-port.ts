import { createServer, type Server, type Socket } from "node:net"
import type { Balancer } from "./balancer.ts"
import { join } from "./join.ts"
import type { PublishedPort } from "./published-port.ts"
import { type Reach, reachFirst } from "./reach.ts"

/** A published TCP port of this node. */
export class TcpPort implements PublishedPort {
  readonly #reach: Reach
  readonly #balancer: Balancer
  readonly #server: Server
  readonly #clients = new Set<Socket>()

  constructor(reach: Reach, balancer: Balancer) {
    this.#reach = reach
    this.#balancer = balancer
    // Who is not read yet waits with what it sends; who ends its side may still want the answer.
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true, keepAlive: true })
    this.#server.maxConnections = reach.limits.connections
    this.#server.on("connection", (client) => void this.#accept(client))
  }

  get count(): number {
    return this.#clients.size
  }

  listen(host: string, port: number, listening: () => void, failed: (error: Error) => void): void {
    this.#server.on("error", failed)
    this.#server.listen({ host, port, ipv6Only: false }, listening)
  }

  close(): void {
    this.#server.close()
    for (const client of this.#clients) client.destroy()
  }

  async #accept(client: Socket): Promise<void> {
    this.#clients.add(client)
    client.on("error", () => undefined)
    client.once("close", () => this.#clients.delete(client))
    const reached = await reachFirst(this.#reach, "tcp", this.#balancer.order(), () => !client.destroyed)
    if (reached === undefined) client.resetAndDestroy()
    else if (client.destroyed) reached.stream.on("error", () => undefined).destroy()
    else {
      join(client, reached.stream, this.#reach.limits.idle_ms)
      client.resume()
    }
  }
}

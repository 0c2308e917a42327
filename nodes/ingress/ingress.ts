import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { Balancer } from "./balancer.ts"
import { defaultIngressLimits, type IngressLimits } from "./limits.ts"
import type { PublishedPort } from "./published-port.ts"
import type { Reach } from "./reach.ts"
import type { IngressRoute } from "./routes.ts"
import { TcpPort } from "./tcp-port.ts"
import type { Tunnel } from "./tunnel.ts"
import { UdpPort } from "./udp-port.ts"

export interface IngressOptions {
  readonly nodeId: string
  readonly addressOf: (taskId: string) => string | undefined
  readonly tunnel: Tunnel
  /** The address to listen on; all of the machine's ("::") unless said otherwise. */
  readonly host?: string
  readonly limits?: Partial<IngressLimits>
  readonly warn: (message: string) => void
}

/** The published ports of a node. */
export interface Ingress {
  /** Listens on these ports and no others. Connections to tasks that are gone end by themselves. */
  readonly set: (routes: ReadonlyArray<IngressRoute>) => void
  /** For metrics: where it listens, and how many connections each port has. */
  readonly ports: () => ReadonlyArray<PortStanding>
}

export interface PortStanding {
  readonly protocol: "tcp" | "udp"
  readonly publishedPort: number
  readonly listening: boolean
  readonly connections: number
}

/** Every node listens on every published port, whether it has a task of the service or not. Closing the scope closes all. */
export const makeIngress = (options: IngressOptions): Effect.Effect<Ingress, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => new Ports(options)),
    (ports) => Effect.sync(() => ports.set([])),
  )

class Ports implements Ingress {
  readonly #options: IngressOptions
  readonly #reach: Reach
  readonly #open = new Map<string, OpenPort>()

  constructor(options: IngressOptions) {
    const { nodeId, addressOf, tunnel } = options
    this.#options = options
    this.#reach = { nodeId, addressOf, tunnel, limits: { ...defaultIngressLimits, ...options.limits } }
  }

  readonly set = (routes: ReadonlyArray<IngressRoute>): void => {
    const wanted = new Map(routes.map((route) => [keyOf(route), route]))
    for (const [key, port] of this.#open) {
      if (wanted.has(key)) continue
      port.close()
      this.#open.delete(key)
    }
    for (const [key, route] of wanted) {
      const known = this.#open.get(key)
      if (known !== undefined) known.balancer.set(route.targets)
      else this.#open.set(key, new OpenPort(this.#reach, route, this.#options))
    }
  }

  readonly ports = (): ReadonlyArray<PortStanding> => [...this.#open.values()].map((port) => port.standing)
}

const keyOf = ({ protocol, publishedPort }: IngressRoute): string => `${publishedPort}/${protocol}`

/** A port that is to be open; tried again while something else on the machine has it. */
class OpenPort {
  readonly balancer = new Balancer()
  readonly #reach: Reach
  readonly #route: IngressRoute
  readonly #options: IngressOptions
  #port: PublishedPort | undefined
  #listening = false
  #retry: NodeJS.Timeout | undefined
  #warned = false

  constructor(reach: Reach, route: IngressRoute, options: IngressOptions) {
    this.#reach = reach
    this.#route = route
    this.#options = options
    this.balancer.set(route.targets)
    this.#listen()
  }

  get standing(): PortStanding {
    const { protocol, publishedPort } = this.#route
    return { protocol, publishedPort, listening: this.#listening, connections: this.#port?.count ?? 0 }
  }

  close(): void {
    clearTimeout(this.#retry)
    this.#listening = false
    this.#port?.close()
    this.#port = undefined
  }

  #listen(): void {
    const { protocol, publishedPort } = this.#route
    const port = new (protocol === "tcp" ? TcpPort : UdpPort)(this.#reach, this.balancer)
    this.#port = port
    const listening = (): void => {
      this.#listening = true
      this.#warned = false
    }
    const failed = (error: Error): void => {
      if (this.#port !== port) return
      this.close()
      // Once is enough to be read.
      if (!this.#warned) this.#options.warn(`published port ${keyOf(this.#route)} cannot be opened: ${error.message}`)
      this.#warned = true
      this.#retry = setTimeout(() => this.#listen(), this.#reach.limits.retry_ms)
      this.#retry.unref()
    }
    port.listen(this.#options.host ?? "::", publishedPort, listening, failed)
  }
}

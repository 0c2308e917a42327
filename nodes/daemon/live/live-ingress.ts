import { Duplex } from "node:stream"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { type Ingress, makeIngress } from "../../ingress/ingress.ts"
import { join } from "../../ingress/join.ts"
import { defaultIngressLimits } from "../../ingress/limits.ts"
import type { IngressRoute } from "../../ingress/routes.ts"
import { TunnelServer } from "../../ingress/serve-tunnel.ts"
import { isTunnelHeader, type TunnelHeader } from "../../ingress/tunnel.ts"
import type { StreamHeader } from "../../wire/links/links.ts"
import type { Log } from "../log.ts"
import type { NodeLinks } from "./live-links.ts"

export interface LiveIngressOptions {
  readonly nodeId: string
  /** Where published ports are listened for. */
  readonly host: string
  readonly log: Log
  readonly links: Pick<NodeLinks, "openStream" | "peers">
  /** The manager that this node's agent obeys: it has a link to every node. */
  readonly leader: () => string | undefined
  /** Where this machine reaches the container of one of its tasks. */
  readonly addressOf: (taskId: string) => string | undefined
}

/** The published ports of one node, and its part in those of others. */
export interface LiveIngress {
  readonly set: (routes: ReadonlyArray<IngressRoute>) => void
  /** A peer opened a stream: for a container here, or for another node, to which it is passed on. */
  readonly take: (header: StreamHeader, stream: Duplex) => void
  readonly ports: Ingress["ports"]
}

export const makeLiveIngress: (options: LiveIngressOptions) => Effect.Effect<LiveIngress, never, Scope.Scope> =
  Effect.fnUntraced(function* ({ nodeId, host, log, links, leader, addressOf }) {
    const limits = defaultIngressLimits
    const server = yield* Effect.acquireRelease(
      Effect.sync(() => new TunnelServer({ addressOf, limits })),
      (one) => Effect.sync(() => one.close()),
    )
    /** To another node: over the link to it if there is one, else by way of the leader, which has one to everybody. */
    const open = (to: string, header: TunnelHeader): Duplex => {
      const direct = links.peers().some(({ id }) => id === to)
      const via = direct ? to : leader()
      const stream = via === undefined || via === nodeId ? undefined : links.openStream(via, { ...header, to })
      return stream ?? unreachable(to)
    }
    const ingress = yield* makeIngress({
      nodeId,
      addressOf,
      tunnel: { open },
      host,
      warn: (message) => log.warn("ingress", { reason: message }),
    })
    let published = new Set<string>()
    return {
      ports: ingress.ports,
      set: (routes) => {
        published = new Set(routes.flatMap(({ targets }) => targets.map(({ taskId, port }) => `${taskId} ${port}`)))
        ingress.set(routes)
      },
      take: (header, stream) => {
        const { to } = header
        // Nobody reaches by way of this node what the cluster does not publish.
        const isPublished = isTunnelHeader(header) && published.has(`${header.taskId} ${header.port}`)
        if (!isPublished || typeof to !== "string") stream.destroy()
        else if (to === nodeId) server.take(header, stream)
        else relay(links, header, to, stream)
      },
    }
  })

/** Once: what comes here for another node came because this node has a link to it. */
function relay(links: LiveIngressOptions["links"], header: StreamHeader, to: string, stream: Duplex): void {
  stream.on("error", () => undefined)
  const onward = links.peers().some(({ id }) => id === to) ? links.openStream(to, header) : undefined
  if (onward) join(stream, onward, defaultIngressLimits.idle_ms)
  else stream.destroy()
}

function unreachable(to: string): Duplex {
  const stream = new Duplex({ read: () => undefined, write: (_, __, done) => done() })
  process.nextTick(() => stream.destroy(new Error(`there is no way to node ${to}`)))
  return stream
}

/** The ingress of whoever this machine is at present: a node that joins anew is another one. */
export class IngressKeeper {
  readonly #make: (nodeId: string) => Effect.Effect<LiveIngress, never, Scope.Scope>
  readonly #outer: Scope.Scope
  #current: { readonly nodeId: string; readonly scope: Scope.Closeable; readonly ingress: LiveIngress } | undefined

  constructor(outer: Scope.Scope, make: (nodeId: string) => Effect.Effect<LiveIngress, never, Scope.Scope>) {
    this.#outer = outer
    this.#make = make
  }

  set(nodeId: string, routes: ReadonlyArray<IngressRoute>): void {
    if (this.#current?.nodeId !== nodeId) {
      this.end()
      const scope = Scope.forkUnsafe(this.#outer)
      this.#current = { nodeId, scope, ingress: Effect.runSync(Scope.provide(this.#make(nodeId), scope)) }
    }
    this.#current.ingress.set(routes)
  }

  take(header: StreamHeader, stream: Duplex): void {
    if (this.#current) this.#current.ingress.take(header, stream)
    else stream.destroy()
  }

  ports(): ReturnType<LiveIngress["ports"]> {
    return this.#current?.ingress.ports() ?? []
  }

  /** The machine belongs to no swarm any more. */
  end(): void {
    const current = this.#current
    this.#current = undefined
    if (current) Effect.runFork(Scope.close(current.scope, Exit.void))
  }
}

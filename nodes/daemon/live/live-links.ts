import type { Duplex } from "node:stream"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { Envelope } from "../../envelope.ts"
import type { Identity } from "../../node/identity.ts"
import type { Links } from "../../node/platform.ts"
import type { Peer } from "../../peer.ts"
import type { StreamHeader } from "../../wire/links/links.ts"
import { type LiveLinks, makeLinks } from "../../wire/links/live-links.ts"
import type { LinksMetrics } from "../../wire/links/metrics.ts"
import type { Admit } from "../../wire/port/admission.ts"
import type { GateMetrics } from "../../wire/port/gate.ts"
import { makePort, type WirePort } from "../../wire/port/port.ts"
import { parseHostPort } from "../config.ts"
import type { Log } from "../log.ts"
import { type Material, materialOf } from "./material.ts"
import { whyNotListen } from "./try-listen.ts"

export interface NodeLinksOptions {
  readonly log: Log
  readonly received: (from: Peer, envelope: Envelope) => void
  readonly down: (nodeId: string) => void
  readonly stream: (from: Peer, header: StreamHeader, stream: Duplex) => void
  /** Whether a node was removed from the swarm, as far as this one knows. */
  readonly removed: (nodeId: string) => boolean
  /** The root certificate whose digest is in join tokens; undefined while this node knows none. */
  readonly rootCertificate: () => string | undefined
  readonly admit: Admit
  /** The machine belongs to no swarm any more. */
  readonly closed: () => void
}

/** What this node has open at present: its links as who it is, and its port if it is a manager or was one. */
interface Open {
  readonly scope: Scope.Closeable
  readonly clusterId: string
  links?: LiveLinks
  port?: { readonly scope: Scope.Closeable; wire?: WirePort }
}

/** Messages that wait while the links are being opened. */
const early_max = 64

/** How long to wait before listening is tried again, and how often one is told. */
const retry_ms = 1_000

/** Links over the wire, as a SwarmNode opens and closes them. What opening takes happens behind its back: messages are lost until then. */
export class NodeLinks implements Links {
  readonly #options: NodeLinksOptions
  readonly #addresses = new Map<string, string>()
  #self = ""
  /** Said before the links were open: what machines say first when they start. */
  #early: Array<readonly [nodeId: string, envelope: Envelope]> = []
  #open: Open | undefined
  /** Openings and closings happen one after the other. */
  #turn: Promise<void> = Promise.resolve()

  constructor(options: NodeLinksOptions) {
    this.#options = options
  }

  open(identity: Identity): void {
    this.#self = identity.nodeId
    const material = materialOf(identity)
    if (!material) throw new Error("an identity without certificate and key")
    this.#inTurn(() => this.#become(identity, material))
  }

  tryListen(listenAddr: string, done: (why: string | undefined) => void): void {
    const where = parseHostPort(listenAddr, 2377)
    this.#inTurn(async () => {
      const why = where && (await whyNotListen(where))
      setImmediate(() => done(why))
    })
  }

  close(): void {
    this.#self = ""
    this.#early = []
    this.#addresses.clear()
    this.#options.closed()
    this.#inTurn(() => this.#end())
  }

  /** Everything is closed once this is done. */
  async shutDown(): Promise<void> {
    this.close()
    await this.#turn
  }

  send(nodeId: string, envelope: Envelope): void {
    const links = this.#open?.links
    if (nodeId !== this.#self) {
      if (links) links.send(nodeId, envelope)
      else if (this.#early.length < early_max) this.#early.push([nodeId, envelope])
    } else setImmediate(() => this.#options.received({ id: nodeId, role: "manager" }, envelope))
  }

  know(nodeId: string, addr: string): void {
    this.#addresses.set(nodeId, addr)
    this.#open?.links?.know(nodeId, addr)
  }

  openStream(nodeId: string, header: StreamHeader): Duplex | undefined {
    return this.#open?.links?.openStream(nodeId, header)
  }

  peers(): ReadonlyArray<Peer> {
    return this.#open?.links?.peers() ?? []
  }

  /** Nodes were removed from the swarm: their links are cut. */
  cutRemoved(): void {
    this.#open?.links?.cutRemoved()
  }

  metrics(): { readonly links: LinksMetrics | undefined; readonly port: GateMetrics | undefined } {
    return { links: this.#open?.links?.metrics(), port: this.#open?.port?.wire?.metrics() }
  }

  #inTurn(act: () => Promise<void>): void {
    this.#turn = this.#turn.then(act).catch((error: unknown) => {
      this.#options.log.error("links", { reason: String(error) })
    })
  }

  async #become(identity: Identity, material: Material): Promise<void> {
    if (this.#open && this.#open.clusterId !== identity.clusterId) await this.#end()
    const open = this.#open ?? { scope: Scope.makeUnsafe(), clusterId: identity.clusterId }
    this.#open = open
    if (open.links) {
      await Effect.runPromise(open.links.use(material))
      open.port?.wire?.use(material)
    } else {
      open.links = await Effect.runPromise(Scope.provide(this.#makeLinks(material), open.scope))
      for (const [nodeId, addr] of this.#addresses) open.links.know(nodeId, addr)
      const early = this.#early
      this.#early = []
      for (const [nodeId, envelope] of early) open.links.send(nodeId, envelope)
    }
    const listens = identity.role === "manager" || identity.wasManager === true
    if (listens && !open.port) await this.#listen(open, identity, material)
    if (!listens && open.port) {
      await close(open.port.scope)
      delete open.port
    }
  }

  #makeLinks(credentials: Material) {
    const { log, received, down, stream, removed } = this.#options
    return makeLinks({
      credentials,
      removed,
      handlers: {
        envelope: received,
        up: ({ id, role }) => log.debug("link up", { node: id, role }),
        down: ({ id }, reason) => {
          log.debug("link down", { node: id, reason })
          down(id)
        },
        stream,
      },
    })
  }

  /** A port that is taken is waited for: its former owner may be about to go. */
  async #listen(open: Open, identity: Identity, credentials: Material): Promise<void> {
    const { links } = open
    const where = parseHostPort(identity.listenAddr, 2377)
    if (!links || !where) return
    const scope = Scope.makeUnsafe()
    open.port = { scope }
    const { rootCertificate, admit, removed, log } = this.#options
    const port = makePort({
      ...where,
      credentials,
      clusterId: identity.clusterId,
      links,
      rootCertificate,
      admit,
      removed,
    })
    const attempt = async (told: string): Promise<void> => {
      if (open.port?.scope !== scope) return
      const exit = await Effect.runPromiseExit(Effect.result(Scope.provide(port, scope)))
      if (!Exit.isSuccess(exit)) return
      const result = exit.value
      if (result._tag === "Success") {
        if (open.port?.scope === scope) open.port.wire = result.success
        log.info("listening for nodes", { address: identity.listenAddr })
        return
      }
      const { message } = result.failure
      if (message !== told) log.error("cannot listen for nodes", { address: identity.listenAddr, reason: message })
      setTimeout(() => void attempt(message), retry_ms).unref()
    }
    await attempt("")
  }

  async #end(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    if (!open) return
    const { port } = open
    delete open.port
    if (port) await close(port.scope)
    await close(open.scope)
  }
}

const close = (scope: Scope.Closeable): Promise<void> => Effect.runPromise(Scope.close(scope, Exit.void))

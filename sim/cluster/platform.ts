import * as Result from "effect/Result"
import { refuse } from "../../core/errors.ts"
import type { Instant } from "../../core/instant.ts"
import type { NodeDescription } from "../../core/model/node.ts"
import type { Random } from "../../core/random.ts"
import type { AgentOutput } from "../../nodes/agent/agent.ts"
import type { EngineCommand } from "../../nodes/engine/engine.ts"
import type { Envelope } from "../../nodes/envelope.ts"
import type { Admission } from "../../nodes/manager/control/admission.ts"
import type { ManagerOutput } from "../../nodes/manager/io.ts"
import type { Identity } from "../../nodes/node/identity.ts"
import type { Authority, IdentityStorage, Links, MemberStorage, Obtained, Platform } from "../../nodes/node/platform.ts"
import { parseToken } from "../../nodes/node/requests.ts"
import type { SwarmNode } from "../../nodes/node/swarm-node.ts"
import type { Limits } from "../../raft/index.ts"
import type { Network } from "../network/network.ts"
import type { EventQueue } from "../time/event-queue.ts"
import { WakeTimer } from "../time/wake-timer.ts"
import type { Ask, Packet } from "./packet.ts"
import { digestInToken, paperCertificate, paperRoot, paperSecrets } from "./paper-authority.ts"

export interface SimulatedPlatformOptions {
  /** Its name in the network. */
  readonly endpoint: string
  readonly address: string
  readonly queue: EventQueue
  readonly network: Network<Packet>
  readonly random: Random
  readonly secrets: Random
  /** Which endpoint has this IP address. */
  readonly endpointAt: (ip: string) => string | undefined
  readonly describe: () => NodeDescription
  readonly engine: (number: number, command: EngineCommand) => void
  readonly member: MemberStorage
  readonly identity: IdentityStorage
  readonly raftLimits?: Partial<Limits> | undefined
  readonly observeManager: (output: ManagerOutput) => void
  readonly observeAgent?: (output: AgentOutput) => void
  readonly trace?: NonNullable<Platform["trace"]> | undefined
}

/** How long a machine waits for the answer of a manager that it asks for a certificate. */
const patience_ms = 3_000

/** What a SwarmNode stands on in a simulation: the virtual clock, the simulated network, disks whose crash loses what was not durable. */
export class SimulatedPlatform implements Platform {
  readonly address: string
  readonly random: Random
  readonly describe: () => NodeDescription
  readonly engine: (number: number, command: EngineCommand) => void
  readonly member: MemberStorage
  readonly identity: IdentityStorage
  readonly links: Links
  readonly authority: Authority
  readonly raftLimits?: Partial<Limits>
  readonly observeManager: (output: ManagerOutput) => void
  readonly observeAgent?: (output: AgentOutput) => void
  readonly trace?: NonNullable<Platform["trace"]>
  readonly #options: SimulatedPlatformOptions
  readonly #secrets: Random
  /** The endpoint of each node that was heard of. */
  readonly #book = new Map<string, string>()
  readonly #asked = new Map<number, (outcome: Obtained) => void>()
  #asks = 0
  #self: Identity | undefined
  #ended = false

  constructor(options: SimulatedPlatformOptions) {
    this.#options = options
    this.address = options.address
    this.random = options.random
    this.#secrets = options.secrets
    this.describe = options.describe
    this.engine = options.engine
    this.member = options.member
    this.identity = options.identity
    this.observeManager = options.observeManager
    if (options.observeAgent) this.observeAgent = options.observeAgent
    if (options.raftLimits) this.raftLimits = options.raftLimits
    if (options.trace) this.trace = options.trace
    this.links = {
      open: (identity) => {
        this.#self = identity
      },
      close: () => {
        this.#self = undefined
        this.#book.clear()
      },
      send: (nodeId, envelope) => this.#send(nodeId, envelope),
      know: (nodeId, addr) => {
        const endpoint = options.endpointAt(ipOf(addr))
        if (endpoint !== undefined) this.#book.set(nodeId, endpoint)
      },
    }
    this.authority = {
      found: (done) => this.#soon(() => this.#found(done)),
      issue: (root, _admission, expiry, done) => this.#soon(() => done(paperCertificate(root, expiry, this.now()))),
      secrets: (root, { rotate }, done) =>
        this.#soon(() => done(paperSecrets(root, this.#secrets, rotate, this.now()))),
      obtain: ({ remote, ...wanted }, done) => this.#ask(remote, { type: "join", ...wanted }, done),
      renew: (identity, done) => this.#renew(identity, done),
    }
  }

  readonly now = (): Instant => this.#options.queue.now

  readonly alarm = (ring: () => void): ((at: Instant | undefined) => void) => {
    const timer = new WakeTimer(this.#options.queue, () => {
      if (!this.#ended) ring()
    })
    return (at) => timer.set(at)
  }

  /** The machine is off: nothing calls back any more. */
  end(): void {
    this.#ended = true
    this.#asked.clear()
  }

  /** What the network brought. */
  receive(node: SwarmNode, from: string, packet: Packet): void {
    switch (packet.kind) {
      case "envelope":
        if (packet.to !== this.#self?.nodeId) return
        this.#book.set(packet.from.id, from)
        node.receive(packet.from, packet.envelope)
        break
      case "ask":
        this.#answer(node, packet, (outcome) =>
          this.#options.network.send(this.#options.endpoint, from, { kind: "answer", number: packet.number, outcome }),
        )
        break
      case "answer": {
        const done = this.#asked.get(packet.number)
        this.#asked.delete(packet.number)
        done?.(packet.outcome)
      }
    }
  }

  #send(to: string, envelope: Envelope): void {
    const self = this.#self
    const endpoint = to === self?.nodeId ? this.#options.endpoint : this.#book.get(to)
    if (self === undefined || endpoint === undefined) return
    const from = { id: self.nodeId, role: self.role }
    this.#options.network.send(this.#options.endpoint, endpoint, { kind: "envelope", from, to, envelope })
  }

  #found(done: Parameters<Authority["found"]>[0]): void {
    const root = paperRoot(this.#secrets, this.now())
    done(root, paperSecrets(root, this.#secrets, false, this.now()))
  }

  #renew(identity: Identity, done: (outcome: Obtained) => void): void {
    const managers = identity.managers
    const manager = this.#secrets.pick(managers)
    if (manager === undefined) this.#soon(() => done(undefined))
    else this.#ask(manager.addr, { type: "renew", nodeId: identity.nodeId, clusterId: identity.clusterId }, done)
  }

  #ask(remote: string, ask: Ask, done: (outcome: Obtained) => void): void {
    const number = ++this.#asks
    const endpoint = this.#options.endpointAt(ipOf(remote))
    this.#asked.set(number, done)
    this.#options.queue.after(patience_ms, () => {
      if (this.#asked.delete(number)) done(undefined)
    })
    if (endpoint === undefined) return
    this.#options.network.send(this.#options.endpoint, endpoint, { kind: "ask", number, port: portOf(remote), ask })
  }

  /** As a manager: what a machine is told that asks for a certificate. */
  #answer(node: SwarmNode, { ask, port }: Extract<Packet, { kind: "ask" }>, done: (outcome: Obtained) => void): void {
    const self = this.#self
    const authority = node.authority()
    if (self === undefined || authority === undefined || portOf(self.listenAddr) !== port) return
    // Any manager of the cluster signs, whichever node is reached there by now.
    if (ask.type === "renew" && ask.clusterId !== self.clusterId) return
    if (ask.type === "join" && parseToken(ask.token)?.digest !== digestInToken(authority.previous ?? authority.root)) {
      done(refuse(500, `remote CA does not match fingerprint. Expected: ${parseToken(ask.token)?.digest}`))
      return
    }
    const request =
      ask.type === "renew"
        ? ({ op: "node.renew", nodeId: ask.nodeId } as const)
        : ({
            op: "node.admit",
            secret: parseToken(ask.token)?.secret ?? "",
            availability: ask.availability,
            wish: ask.wish,
          } as const)
    node.request(request, (answer) => {
      // Without a manager that can answer, it is as if nobody had been there.
      if (Result.isFailure(answer) && answer.failure.status >= 500) return done(undefined)
      const present = node.authority() ?? authority
      done(
        Result.map(answer, (admission) => ({
          // What answers these requests is an Admission; requests know answers only as bodies to be sent on.
          admission: admission as Admission,
          certificate: paperCertificate(present.root, present.expiry, this.now(), present.previous),
        })),
      )
    })
  }

  #soon(then: () => void): void {
    this.#options.queue.after(0, () => {
      if (!this.#ended) then()
    })
  }
}

const ipOf = (addr: string): string => addr.slice(0, addr.lastIndexOf(":"))
const portOf = (addr: string): string => addr.slice(addr.lastIndexOf(":") + 1)

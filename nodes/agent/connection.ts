import { newId } from "../../core/id.ts"
import type { Instant, Millis } from "../../core/instant.ts"
import type { Network } from "../../core/model/network.ts"
import type { NodeDescription } from "../../core/model/node.ts"
import type { IngressRoute } from "../ingress/routes.ts"
import type { AgentMessage, DispatchMessage, ManagerAddress, Wanted, Way } from "../protocol.ts"
import type { AgentOptions } from "./io.ts"
import type { AgentTiming } from "./timing.ts"

type Phase =
  /** Until `until`, then on to a manager. */
  | { readonly kind: "idle"; readonly until: Instant }
  | { readonly kind: "registering"; readonly manager: string; readonly attempt: string; readonly until: Instant }
  | {
      readonly kind: "connected"
      readonly manager: string
      readonly session: string
      readonly period: Millis
      readonly beatAt: Instant
      /** When silence counts as a missed answer; undefined while none is awaited. */
      readonly answerBy: Instant | undefined
      readonly missed: number
    }

interface ConnectionOptions extends Omit<AgentOptions, "now" | "timing"> {
  readonly timing: AgentTiming
}

export interface Outgoing {
  readonly to: string
  readonly message: AgentMessage
}

/** How many redirects are followed at once before a pause: two managers may each believe in the other. */
const hopsMax = 4

/** How many managers an agent takes from nodes that are none: more than a swarm has. */
const shownMax = 64

/**
 * The agent's way to the manager that leads: it finds it, registers with it, sends heartbeats, and looks for the next one when it falls
 * silent. What it must send gathers until `take`.
 */
export class Connection {
  readonly #options: ConnectionOptions
  #managers: ReadonlyArray<ManagerAddress>
  #description: NodeDescription
  #wanted: Wanted | undefined
  /** Of this session, the number of the routes as last heard; 0 before. */
  #routesNumber = 0
  #routes: ReadonlyArray<IngressRoute> | undefined
  #ingress: Network | undefined
  #phase: Phase
  #hops = 0
  /** Managers that only nodes which are none have named, since the last session. */
  readonly #shown = new Set<string>()
  #failures = 0
  /** When the present manager was first asked to register this node. */
  #askedAt: Instant = 0
  /** How long the present manager may take to answer a heartbeat. */
  #patience: Millis
  #outgoing: Array<Outgoing> = []

  constructor(options: ConnectionOptions, now: Instant) {
    this.#options = options
    this.#managers = options.managers
    this.#description = options.description
    this.#patience = options.timing.heartbeatPatience
    this.#phase = { kind: "idle", until: now }
  }

  /** The session and who leads it; undefined without one. */
  get session(): { readonly id: string; readonly manager: string } | undefined {
    const phase = this.#phase
    return phase.kind === "connected" ? { id: phase.session, manager: phase.manager } : undefined
  }

  /** The managers as last heard of. */
  get managers(): ReadonlyArray<ManagerAddress> {
    return this.#managers
  }

  /** What this node is to be, as last heard; undefined before the first session. */
  get wanted(): Wanted | undefined {
    return this.#wanted
  }

  /** What the cluster publishes, as last heard; undefined before the first session. */
  get routes(): ReadonlyArray<IngressRoute> | undefined {
    return this.#routes
  }

  /** The ingress network, as last heard. */
  get ingress(): Network | undefined {
    return this.#ingress
  }

  /** The node describes itself otherwise from now on, and was told who the managers are; they learn it at once. */
  describe(now: Instant, description: NodeDescription, managers: ReadonlyArray<ManagerAddress>): void {
    this.#description = description
    this.#managers = managers
    this.#failures = 0
    const phase = this.#phase
    const current = phase.kind === "idle" ? undefined : phase.manager
    const isThere = managers.some((manager) => manager.nodeId === current)
    this.#register(now, isThere ? current : this.#choose(undefined))
  }

  nextWake(): Instant {
    const phase = this.#phase
    return phase.kind === "connected" ? (phase.answerBy ?? phase.beatAt) : phase.until
  }

  take(): ReadonlyArray<Outgoing> {
    const outgoing = this.#outgoing
    this.#outgoing = []
    return outgoing
  }

  wake(now: Instant): void {
    if (now < this.nextWake()) return
    const phase = this.#phase
    if (phase.kind === "connected") this.#beat(now, phase)
    else if (phase.kind === "idle") this.#register(now, this.#choose(undefined))
    else {
      this.#failures++
      const next = this.#choose(phase.manager)
      // The same try, so that an answer on its way still counts.
      this.#register(now, next, next === phase.manager ? phase.attempt : undefined)
    }
  }

  /** What concerns the connection itself. True when a new session began. */
  receive(now: Instant, from: string, message: DispatchMessage): boolean {
    this.#hear(from)
    switch (message.type) {
      case "session":
        return this.#open(now, from, message)
      case "heartbeat-ack":
        if (this.session?.id === message.session) this.#wanted = message.wanted
        return false
      case "routes":
        if (this.session?.id === message.session && message.number > this.#routesNumber) {
          this.#routesNumber = message.number
          this.#routes = message.routes
          this.#ingress = message.network
        }
        return false
      case "session-lost":
        if (this.session?.id === message.session) this.#register(now, from)
        return false
      case "redirect":
        this.#redirect(now, from, message)
        return false
      default:
        return false
    }
  }

  /**
   * A node that was asked, and is no manager any more, says who they are. That is no manager's word, so nothing that was known is given up for
   * it: whom it names is asked once, and then those from before again. Returns whom, if it was not known where that is reached.
   */
  follow(now: Instant, from: string, { leader, managers }: Way): ManagerAddress | undefined {
    const phase = this.#phase
    if (phase.kind !== "registering" || phase.manager !== from) return undefined
    const others = managers.filter(({ nodeId }) => nodeId !== from)
    const next = others.find(({ nodeId }) => nodeId === leader) ?? this.#options.random.pick(others)
    const isKnown = this.#managers.some(({ nodeId }) => nodeId === next?.nodeId)
    if (next === undefined || this.#hops >= hopsMax || (!isKnown && this.#shown.size >= shownMax)) {
      this.#pause(now)
      return undefined
    }
    this.#hops++
    if (!isKnown) this.#shown.add(next.nodeId)
    this.#register(now, next.nodeId)
    return isKnown ? undefined : next
  }

  /** The link to this manager broke. */
  linkDown(now: Instant, manager: string): void {
    const phase = this.#phase
    if (phase.kind !== "idle" && phase.manager === manager) this.#pause(now)
  }

  #hear(from: string): void {
    const phase = this.#phase
    if (phase.kind === "connected" && phase.manager === from) this.#phase = { ...phase, answerBy: undefined, missed: 0 }
  }

  #open(now: Instant, from: string, message: Extract<DispatchMessage, { readonly type: "session" }>): boolean {
    const phase = this.#phase
    const { session, heartbeatPeriod: period } = message
    if (phase.kind === "connected" && phase.session === session) {
      if (period !== phase.period) this.#phase = { ...phase, period, beatAt: this.#nextBeat(now, period) }
      this.#managers = message.managers
      this.#wanted = message.wanted
      return false
    }
    if (phase.kind !== "registering" || phase.attempt !== message.attempt) return false
    this.#managers = message.managers
    this.#wanted = message.wanted
    this.#routesNumber = 0
    this.#hops = 0
    this.#shown.clear()
    this.#failures = 0
    // Over a slow path every answer takes long, and says nothing against the manager.
    const { heartbeatPatience } = this.#options.timing
    this.#patience = Math.max(heartbeatPatience, Math.min(2 * (now - this.#askedAt), period))
    const beatAt = this.#nextBeat(now, period)
    this.#phase = { kind: "connected", manager: from, session, period, beatAt, answerBy: undefined, missed: 0 }
    return true
  }

  #redirect(now: Instant, from: string, message: Extract<DispatchMessage, { readonly type: "redirect" }>): void {
    const phase = this.#phase
    const { leader } = message
    if (message.managers.length > 0) this.#managers = message.managers
    const current = phase.kind === "idle" ? undefined : phase.manager
    if (leader === from) {
      // A manager that begins to lead. Who is on the way to it already need not start again.
      if (current !== from) this.#register(now, from)
    } else if (current !== from) return
    else if (leader !== undefined && this.#hops < hopsMax) {
      this.#hops++
      this.#register(now, leader)
    } else this.#pause(now)
  }

  #beat(now: Instant, phase: Extract<Phase, { readonly kind: "connected" }>): void {
    const silent = phase.answerBy !== undefined
    if (silent && phase.missed > 0) {
      this.#failures++
      this.#register(now, this.#choose(phase.manager))
      return
    }
    this.#send(phase.manager, { type: "heartbeat", session: phase.session, routes: this.#routesNumber })
    this.#phase = {
      ...phase,
      beatAt: this.#nextBeat(now, phase.period),
      answerBy: now + this.#patience,
      missed: silent ? phase.missed + 1 : 0,
    }
  }

  #register(now: Instant, manager: string | undefined, attempt = newId(this.#options.random)): void {
    const { timing, addr, managerAddr } = this.#options
    const patience = Math.min(timing.registerPatience * 2 ** Math.min(this.#failures, 10), timing.registerPatienceMax)
    if (manager === undefined) {
      this.#pause(now)
      return
    }
    if (this.#phase.kind !== "registering" || this.#phase.attempt !== attempt) this.#askedAt = now
    this.#phase = { kind: "registering", manager, attempt, until: now + this.#vary(patience) }
    const description = this.#description
    const manages = managerAddr === undefined ? {} : { managerAddr }
    this.#send(manager, { type: "register", attempt, description, addr, ...manages })
  }

  #pause(now: Instant): void {
    const { retry, retryMax } = this.#options.timing
    const wait = Math.min(retry * 2 ** Math.min(this.#failures, 10), retryMax)
    this.#failures++
    this.#hops = 0
    this.#phase = { kind: "idle", until: now + this.#vary(wait) }
  }

  /** Its own manager first, where the node is one; then any, but rather not the one that just failed. */
  #choose(failed: string | undefined): string | undefined {
    const { nodeId, random } = this.#options
    const managers = this.#managers.map((manager) => manager.nodeId)
    if (this.#failures === 0 && failed === undefined && managers.includes(nodeId)) return nodeId
    const others = managers.filter((manager) => manager !== failed)
    return random.pick(others) ?? failed
  }

  #nextBeat(now: Instant, period: Millis): Instant {
    return now + Math.max(1, Math.round(period * (0.9 + 0.2 * this.#options.random.next())))
  }

  #vary(wait: Millis): Millis {
    return Math.max(1, Math.round(wait * (0.75 + 0.5 * this.#options.random.next())))
  }

  #send(to: string, message: AgentMessage): void {
    this.#outgoing.push({ to, message })
  }
}

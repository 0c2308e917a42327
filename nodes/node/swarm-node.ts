import * as Result from "effect/Result"
import type { Answer, ApiError } from "../../core/errors.ts"
import { type Millis, seconds } from "../../core/instant.ts"
import { defaultClusterSpec } from "../../core/model/cluster.ts"
import type { Node } from "../../core/model/node.ts"
import type { RootCa } from "../../core/model/root-ca.ts"
import type { Agent } from "../agent/agent.ts"
import type { EngineEvent } from "../engine/engine.ts"
import type { Envelope } from "../envelope.ts"
import type { LogOptions, LogSelector } from "../log-protocol.ts"
import type { ControlRequest, SwarmUpdate } from "../manager/control/request.ts"
import { completed, specError, wantsNewRoot } from "../manager/control/swarm-update.ts"
import type { LogChunk } from "../manager/logs/chunk.ts"
import type { Manager } from "../manager/manager.ts"
import type { Peer } from "../peer.ts"
import { addressesOf, withPort } from "./addresses.ts"
import { found } from "./found.ts"
import type { Identity } from "./identity.ts"
import { Joining } from "./joining.ts"
import { Life } from "./life.ts"
import type { Platform } from "./platform.ts"
import type { LogReader } from "./questions.ts"
import { addressingOf, type InitRequest, isUnlockKey, type JoinRequest, parseToken } from "./requests.ts"
import * as words from "./words.ts"

export type LocalNodeState = "inactive" | "pending" | "active" | "error" | "locked"

/** What a machine tells of its place in a swarm without asking anybody: a part of GET /info. */
export interface LocalSwarm {
  readonly nodeId: string
  /** An IP address. */
  readonly address: string
  readonly swarm: LocalNodeState
  /** ControlAvailable: it is a manager that takes part. */
  readonly manager: boolean
  readonly error?: string
  readonly managers: ReadonlyArray<{ readonly NodeID: string; readonly Addr: string }>
}

type Reply<A = unknown> = (answer: Answer<A>) => void

/** Somebody who waits for this node to be what it is about to become. */
interface Waiting {
  readonly failed: (error: ApiError) => void
  readonly ready: () => void
  readonly cancel: () => void
}

/** How long init and join are waited for before the one who asked is told that they go on without him. */
const ready_ms = seconds(20)

/**
 * What a host is to its swarm, the same in every world: outside, on its way in, a worker, a manager, locked, on its way out. It answers what is
 * asked of this one machine (the Engine API's /swarm/*), and starts and stops what runs here. It decides nothing by chance or by
 * the clock but what its platform gives it, and does no I/O of its own.
 */
export class SwarmNode {
  readonly #platform: Platform
  readonly #life: Life
  #state: LocalNodeState = "inactive"
  #error = ""
  #joining: Joining | undefined
  #waiting: Waiting | undefined
  #leaving: Array<Reply<null>> = []
  /** Counts the attempts to belong to a swarm: what comes back for an earlier one is of no use. */
  #attempt = 0

  constructor(platform: Platform) {
    this.#platform = platform
    this.#life = new Life(platform, { ready: () => this.#ready(), left: () => this.#left() })
  }

  /** Who this machine is; undefined while it is nobody, or locked. */
  get identity(): Identity | undefined {
    return this.#life.identity
  }

  get manager(): Manager | undefined {
    return this.#life.manager
  }

  get agent(): Agent | undefined {
    return this.#life.agent
  }

  get state(): LocalNodeState {
    return this.#state
  }

  get leads(): boolean {
    return this.#life.leads
  }

  /** It was asked to leave, and is about to. */
  get isLeaving(): boolean {
    return this.#leaving.length > 0
  }

  local(): LocalSwarm {
    const { identity, manager } = this
    return {
      nodeId: identity?.nodeId ?? "",
      address: identity?.addr ?? this.#platform.address,
      swarm: this.#state,
      manager: manager?.isMember === true,
      ...(this.#error !== "" && { error: this.#error }),
      managers: (identity?.managers ?? []).map(({ nodeId, addr }) => ({ NodeID: nodeId, Addr: addr })),
    }
  }

  /** What a manager signs certificates with; undefined on any other node. `previous`: still trusted, while the root is being replaced. */
  authority(): { readonly root: RootCa; readonly previous?: RootCa; readonly expiry: number } | undefined {
    const { cluster } = this.#life
    if (cluster?.RootCA === undefined) return undefined
    const { RootCA, RootRotation, Spec } = cluster
    const expiry = Spec.CAConfig.NodeCertExpiry ?? defaultClusterSpec.CAConfig.NodeCertExpiry ?? 0
    return RootRotation ? { root: RootRotation.Root, previous: RootCA, expiry } : { root: RootCA, expiry }
  }

  /** The process begins: with what it remembers. */
  start(): void {
    const kept = this.#platform.identity.load()
    if (kept.state === "locked") {
      this.#state = "locked"
      this.#error = words.locked.message
    } else if (kept.state === "open") {
      this.#state = "active"
      this.#life.begin(kept.identity, undefined)
    }
  }

  /** The process ends at once; nobody is told. */
  halt(): void {
    this.#attempt++
    this.#joining?.stop()
    this.#waiting?.cancel()
    this.#life.halt()
  }

  /** The process ends in good order: a manager that leads hands over first, for as long as `patience` allows. */
  stop(patience: Millis, done: () => void): void {
    this.#life.handOver(patience, () => {
      this.halt()
      done()
    })
  }

  /** If the manager here leads, another one is to lead from now on. */
  handOver(): void {
    this.#life.handOver(0, () => {})
  }

  /** What a link brought, with what the sender's certificate says of it. */
  receive(from: Peer, envelope: Envelope): void {
    this.#life.receive(from, envelope)
  }

  /** The link to another node broke. */
  linkDown(nodeId: string): void {
    this.#life.linkDown(nodeId)
  }

  engine(event: EngineEvent): void {
    this.#life.engine(event)
  }

  /** A client's request of this machine, or what another node asks it as a manager. The leader answers, wherever it is. */
  request(request: ControlRequest, reply: Reply): void {
    this.#life.request(request, reply)
  }

  /**
   * A client reads logs at this manager. `tell` is called with every chunk, and no more after an end. What is returned takes back a chunk's
   * ticket, or stops the reading.
   */
  readLogs(selector: LogSelector, options: LogOptions, tell: (chunk: LogChunk) => void): LogReader {
    return this.#life.readLogs(selector, options, tell)
  }

  /** POST /swarm/init. The answer is the node's ID. */
  init(request: InitRequest, reply: Reply<string>): void {
    const again = request.forceNewCluster && this.manager !== undefined
    if (this.#state !== "inactive" && !again) {
      reply(Result.fail(words.alreadyPart))
      return
    }
    const addresses = addressesOf(request, this.#platform)
    const settings = Result.flatMap(addresses, (found) =>
      Result.map(addressingOf(request), (addressing) => ({ ...found, ...addressing })),
    )
    if (Result.isFailure(settings)) {
      reply(Result.fail(settings.failure))
      return
    }
    // A spec that cannot be is only found out once the swarm is there, which then has Swarm's own settings.
    const wrong = again ? undefined : specError(request.spec)
    this.#state = "pending"
    this.#await(reply, () =>
      wrong
        ? Result.fail({ ...wrong, status: 500, message: `error updating cluster settings: ${wrong.message}` })
        : Result.succeed(this.identity?.nodeId ?? ""),
    )
    if (again) this.#life.recover(settings.success)
    else {
      const attempt = ++this.#attempt
      const spec = completed(wrong ? defaultClusterSpec : request.spec)
      found(
        this.#platform,
        { ...settings.success, spec, availability: request.availability },
        (identity, unlockKey) => {
          if (attempt === this.#attempt) this.#settle(identity, unlockKey)
        },
      )
    }
  }

  /** POST /swarm/join. */
  join(request: JoinRequest, reply: Reply<null>): void {
    const error = this.#joinError(request)
    const addresses = error ? Result.fail(error) : addressesOf(request, this.#platform)
    if (Result.isFailure(addresses)) {
      reply(Result.fail(addresses.failure))
      return
    }
    this.#state = "pending"
    this.#await(reply, () => Result.succeed(null))
    this.#joining = new Joining(this.#platform, {
      remotes: request.remoteAddrs.map(withPort),
      token: request.token.trim(),
      availability: request.availability,
      admitted: ({ admission, certificate }) => {
        this.#joining = undefined
        this.#settle({ ...admission, certificate, ...addresses.success }, undefined)
      },
      refused: (refusal) => {
        this.#joining = undefined
        this.#state = "inactive"
        this.#fail(refusal)
      },
    })
    this.#joining.start()
  }

  #joinError(request: JoinRequest): ApiError | undefined {
    if (this.#state !== "inactive") return words.alreadyPart
    if (parseToken(request.token) === undefined) return words.malformedToken
    return request.remoteAddrs.length === 0 ? words.noRemote : undefined
  }

  /** POST /swarm/unlock. */
  unlock(key: string, reply: Reply<null>): void {
    const opened = this.#opened(key.trim())
    if (Result.isFailure(opened)) {
      reply(Result.fail(opened.failure))
      return
    }
    this.#state = "active"
    this.#error = ""
    this.#life.begin(opened.success, key.trim())
    reply(Result.succeed(null))
  }

  #opened(key: string): Answer<Identity> {
    if (this.#state !== "locked") return Result.fail(words.notLocked)
    if (!isUnlockKey(key)) return Result.fail(words.malformedKey)
    const identity = this.#platform.identity.unlock(key)
    return identity ? Result.succeed(identity) : Result.fail(words.wrongKey)
  }

  /** POST /swarm/update: the fresh secrets that it may need are the platform's to make. */
  update(update: SwarmUpdate, reply: Reply): void {
    const { cluster } = this.#life
    if (cluster?.RootCA === undefined) {
      reply(Result.fail(words.noManager))
      return
    }
    const rotate = wantsNewRoot(cluster, update.spec)
    this.#platform.authority.secrets(cluster.RootCA, { rotate }, (secrets) =>
      this.request({ op: "swarm.update", ...update, secrets }, reply),
    )
  }

  /** POST /swarm/leave. */
  leave(force: boolean, reply: Reply<null>): void {
    if (this.#state === "inactive") reply(Result.fail(words.notPart))
    else if (this.#state === "locked" && !force) reply(Result.fail(words.lockedLeave))
    else if (this.identity === undefined) {
      // Locked, or on its way in: there is nothing to leave in good order.
      this.#life.forget()
      this.#leaving.push(reply)
      this.#left()
    } else if (this.manager?.isMember === true && !force) this.#warn(reply)
    else {
      this.#leaving.push(reply)
      if (this.#leaving.length === 1) this.#life.leave()
    }
  }

  /** The machine becomes somebody. One that is to be a manager, and cannot listen as such, does not. */
  #settle(identity: Identity, unlockKey: string | undefined): void {
    const { links } = this.#platform
    if (identity.role !== "manager" || links.tryListen === undefined) {
      this.#life.settle(identity, unlockKey)
      return
    }
    const attempt = this.#attempt
    links.tryListen(identity.listenAddr, (why) => {
      if (attempt !== this.#attempt) return
      if (why === undefined) this.#life.settle(identity, unlockKey)
      else {
        const error = words.cannotListen(why)
        this.#state = "inactive"
        // Whoever waited too long for an answer finds it in GET /info.
        this.#error = this.#waiting === undefined ? error.message : ""
        this.#fail(error)
      }
    })
  }

  /** Tells what it would mean for a manager to leave. */
  #warn(reply: Reply<null>): void {
    this.request({ op: "node.list", filters: { role: ["manager"] } }, (answer) => {
      if (Result.isFailure(answer)) {
        reply(Result.fail(words.managerLeavesBlindly))
        return
      }
      // What answers node.list is listNodes(); requests know answers only as bodies to be sent on.
      const nodes = (answer.success as ReadonlyArray<Node>).filter((node) => node.ManagerStatus !== undefined)
      const reachable = nodes.filter((node) => node.ManagerStatus?.Reachability === "reachable").length
      reply(Result.fail(words.managerLeaves({ reachable, unreachable: nodes.length - reachable })))
    })
  }

  #ready(): void {
    if (this.#state === "pending") this.#state = "active"
    this.#error = ""
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.cancel()
    waiting?.ready()
  }

  #left(): void {
    this.#attempt++
    this.#joining?.stop()
    this.#joining = undefined
    this.#state = "inactive"
    this.#error = ""
    this.#fail(words.notPart)
    const replies = this.#leaving
    this.#leaving = []
    for (const reply of replies) reply(Result.succeed(null))
  }

  #await<A>(reply: Reply<A>, answer: () => Answer<A>): void {
    const set = this.#platform.alarm(() => {
      this.#error = words.timedOut.message
      this.#fail(words.timedOut)
    })
    set(this.#platform.now() + ready_ms)
    this.#waiting = {
      failed: (error) => reply(Result.fail(error)),
      ready: () => reply(answer()),
      cancel: () => set(undefined),
    }
  }

  #fail(error: ApiError): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.cancel()
    waiting?.failed(error)
  }
}

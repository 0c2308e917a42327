import * as Result from "effect/Result"
import type { Answer, ApiError } from "../../core/errors.ts"
import { newId } from "../../core/id.ts"
import { type Millis, seconds } from "../../core/instant.ts"
import { type Cluster, defaultClusterSpec } from "../../core/model/cluster.ts"
import type { Node } from "../../core/model/node.ts"
import type { RootCa } from "../../core/model/root-ca.ts"
import { recoverAlone } from "../../raft/index.ts"
import type { Agent, AgentInput, AgentOutput } from "../agent/agent.ts"
import type { EngineEvent } from "../engine/engine.ts"
import { type Envelope, isForAgent } from "../envelope.ts"
import type { LogOptions, LogSelector } from "../log-protocol.ts"
import type { ControlRequest, SwarmUpdate } from "../manager/control/request.ts"
import { clusterOf } from "../manager/control/swarm.ts"
import { completed, specError, wantsNewRoot } from "../manager/control/swarm-update.ts"
import type { Founding } from "../manager/founding.ts"
import type { ManagerInput, ManagerOutput } from "../manager/io.ts"
import type { LogChunk } from "../manager/logs/chunk.ts"
import type { Manager } from "../manager/manager.ts"
import type { Peer } from "../peer.ts"
import { addressesOf, withPort } from "./addresses.ts"
import type { Identity } from "./identity.ts"
import { Joining } from "./joining.ts"
import { describe, type Running, startAgent, startManager } from "./machines.ts"
import type { Platform } from "./platform.ts"
import { Renewal } from "./renewal.ts"
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

/** The client's side of a reading of logs. */
export interface LogReader {
  /** The client has taken what came with this ticket. */
  readonly taken: (ticket: string) => void
  readonly stop: () => void
}

type Reply<A = unknown> = (answer: Answer<A>) => void

/** How long init and join are waited for before the one who asked is told that they go on without him. */
const ready_ms = seconds(20)

/** How long a manager that leaves waits to be let out of the consensus group. */
const letOut_ms = seconds(8)

/**
 * What a host is to its swarm, the same in every world: outside, on its way in, a worker, a manager, locked, on its way out. It starts and stops
 * the manager machine and the agent machine, remembers over restarts who it is, and follows what the managers want it to be. It decides
 * nothing by chance or by the clock but what its platform gives it, and does no I/O of its own.
 */
export class SwarmNode {
  readonly #platform: Platform
  readonly #replies = new Map<number, Reply>()
  readonly #readers = new Map<number, (chunk: LogChunk) => void>()
  readonly #renewal: Renewal
  #identity: Identity | undefined
  #state: LocalNodeState = "inactive"
  #error = ""
  #manager: Running<Manager, ManagerInput> | undefined
  #agent: Running<Agent, AgentInput> | undefined
  #joining: Joining | undefined
  #requests = 0
  /** The engine answers by number; those of an agent that was here before are below this. */
  #commandsBefore = 0
  #commandsLast = 0
  /** Saves of the member that the disk has not answered yet. */
  #saving = 0
  #afterSaves: Array<() => void> = []
  /** The key that the identity was last saved under. */
  #unlockKey: string | undefined
  #inSession = false
  /** Who waits for this node to be active, and until when he does. */
  #waiting: { readonly reply: Reply; readonly cancel: () => void; readonly answer: () => Answer<unknown> } | undefined
  #deposed: (() => void) | undefined
  #letOut: (() => void) | undefined
  #leaving: Array<Reply<null>> = []
  #halted = false

  constructor(platform: Platform) {
    this.#platform = platform
    this.#renewal = new Renewal(platform, {
      identity: () => this.#identity,
      renewed: (identity) => this.#renewed(identity),
    })
  }

  /** Who this machine is; undefined while it is nobody, or locked. */
  get identity(): Identity | undefined {
    return this.#identity
  }

  get manager(): Manager | undefined {
    return this.#manager?.machine
  }

  get agent(): Agent | undefined {
    return this.#agent?.machine
  }

  get state(): LocalNodeState {
    return this.#state
  }

  get leads(): boolean {
    return this.manager?.standing.role === "leader"
  }

  local(): LocalSwarm {
    const identity = this.#identity
    return {
      nodeId: identity?.nodeId ?? "",
      address: identity?.addr ?? this.#platform.address,
      swarm: this.#state,
      manager: this.#manager !== undefined && this.manager?.isMember === true,
      ...(this.#error !== "" && { error: this.#error }),
      managers: (identity?.managers ?? []).map(({ nodeId, addr }) => ({ NodeID: nodeId, Addr: addr })),
    }
  }

  /** What a manager signs certificates with; undefined on any other node. `previous`: still trusted, while the root is being replaced. */
  authority(): { readonly root: RootCa; readonly previous?: RootCa; readonly expiry: number } | undefined {
    const cluster = this.#cluster()
    const expiry = cluster?.Spec.CAConfig.NodeCertExpiry ?? defaultClusterSpec.CAConfig.NodeCertExpiry ?? 0
    if (cluster?.RootCA === undefined) return undefined
    const { RootCA, RootRotation } = cluster
    return RootRotation ? { root: RootRotation.Root, previous: RootCA, expiry } : { root: RootCA, expiry }
  }

  /** The process begins: with what it remembers. */
  start(): void {
    const kept = this.#platform.identity.load()
    if (kept.state === "locked") {
      this.#state = "locked"
      this.#error = words.locked.message
    }
    if (kept.state !== "open") return
    this.#state = "active"
    this.#begin(kept.identity)
  }

  /** The process ends at once; nobody is told. */
  halt(): void {
    this.#halted = true
    this.#stopMachines()
    this.#joining?.stop()
    this.#renewal.stop()
    this.#waiting?.cancel()
    this.#replies.clear()
  }

  /** The process ends in good order: a manager that leads hands over first, for as long as `patience` allows. */
  stop(patience: Millis, done: () => void): void {
    const end = once(() => {
      this.#deposed = undefined
      this.halt()
      done()
    })
    if (!this.leads) return end()
    this.#deposed = end
    this.#after(patience, end)
    this.#manager?.input({ type: "hand-over" })
  }

  /** What a link brought, with what the sender's certificate says of it. */
  receive(from: Peer, envelope: Envelope): void {
    if (isForAgent(envelope)) this.#agent?.input({ type: "message", from, message: envelope.message })
    else this.#manager?.input({ type: "message", from, envelope })
  }

  /** The link to another node broke. */
  linkDown(nodeId: string): void {
    this.#agent?.input({ type: "link-down", manager: nodeId })
  }

  engine(event: EngineEvent): void {
    if (!("command" in event)) this.#agent?.input({ type: "engine", event })
    else if (event.command > this.#commandsBefore) {
      this.#agent?.input({ type: "engine", event: { ...event, command: event.command - this.#commandsBefore } })
    }
  }

  /** A client's request of this machine, or what another node asks it as a manager. The leader answers, wherever it is. */
  request(request: ControlRequest, reply: Reply): void {
    if (this.#manager === undefined) {
      reply(Result.fail(words.noManager))
      return
    }
    const number = ++this.#requests
    this.#replies.set(number, reply)
    this.#manager.input({ type: "request", number, request })
  }

  /**
   * A client reads logs at this manager. `tell` is called with every chunk, and no more after an end. What is returned takes back a chunk's
   * ticket, or stops the reading.
   */
  readLogs(selector: LogSelector, options: LogOptions, tell: (chunk: LogChunk) => void): LogReader {
    const number = ++this.#requests
    this.#readers.set(number, tell)
    this.#manager?.input({ type: "logs", number, selector, options })
    return {
      taken: (ticket) => this.#manager?.input({ type: "logs-taken", number, ticket }),
      stop: () => {
        if (this.#readers.delete(number)) this.#manager?.input({ type: "logs-stop", number })
      },
    }
  }

  /** POST /swarm/init. The answer is the node's ID. */
  init(request: InitRequest, reply: Reply<string>): void {
    const again = request.forceNewCluster && this.#manager !== undefined
    if (this.#state !== "inactive" && !again) return reply(Result.fail(words.alreadyPart))
    const addresses = addressesOf(request, this.#platform)
    if (Result.isFailure(addresses)) return reply(Result.fail(addresses.failure))
    const addressing = addressingOf(request)
    if (Result.isFailure(addressing)) return reply(Result.fail(addressing.failure))
    const ready = (error?: ApiError) => () =>
      error ? Result.fail(error) : Result.succeed(this.#identity?.nodeId ?? "")
    if (again) {
      this.#await(reply, ready())
      this.#recover()
      return
    }
    // A spec that cannot be is only found out once the swarm is there, which then has Swarm's own settings.
    const wrong = specError(request.spec)
    const spec = completed(wrong ? defaultClusterSpec : request.spec)
    const error = wrong && { ...wrong, status: 500, message: `error updating cluster settings: ${wrong.message}` }
    this.#state = "pending"
    this.#await(reply, ready(error))
    this.#found(request, { ...addresses.success, ...addressing.success, spec })
  }

  /** POST /swarm/join. */
  join(request: JoinRequest, reply: Reply<null>): void {
    if (this.#state !== "inactive") return reply(Result.fail(words.alreadyPart))
    const addresses = addressesOf(request, this.#platform)
    if (Result.isFailure(addresses)) return reply(Result.fail(addresses.failure))
    if (parseToken(request.token) === undefined) return reply(Result.fail(words.malformedToken))
    if (request.remoteAddrs.length === 0) return reply(Result.fail(words.noRemote))
    this.#state = "pending"
    this.#await(reply, () => Result.succeed(null))
    const { availability, token } = request
    this.#joining = new Joining(this.#platform, {
      remotes: request.remoteAddrs.map(withPort),
      token: token.trim(),
      availability,
      admitted: ({ admission, certificate }) => {
        this.#joining = undefined
        this.#settle({ ...admission, certificate, ...addresses.success })
      },
      refused: (error) => {
        this.#joining = undefined
        this.#state = "inactive"
        this.#answer(Result.fail(error))
      },
    })
    this.#joining.start()
  }

  /** POST /swarm/unlock. */
  unlock(key: string, reply: Reply<null>): void {
    if (this.#state !== "locked") return reply(Result.fail(words.notLocked))
    if (!isUnlockKey(key)) return reply(Result.fail(words.malformedKey))
    const identity = this.#platform.identity.unlock(key.trim())
    if (identity === undefined) return reply(Result.fail(words.wrongKey))
    this.#unlockKey = key.trim()
    this.#state = "active"
    this.#error = ""
    this.#begin(identity)
    reply(Result.succeed(null))
  }

  /** POST /swarm/update: the fresh secrets that it may need are the platform's to make. */
  update(update: SwarmUpdate, reply: Reply): void {
    const cluster = this.#cluster()
    if (cluster?.RootCA === undefined) return reply(Result.fail(words.noManager))
    const rotate = wantsNewRoot(cluster, update.spec)
    this.#platform.authority.secrets(cluster.RootCA, { rotate }, (secrets) =>
      this.request({ op: "swarm.update", ...update, secrets }, reply),
    )
  }

  /** POST /swarm/leave. */
  leave(force: boolean, reply: Reply<null>): void {
    if (this.#state === "inactive") return reply(Result.fail(words.notPart))
    if (this.#state === "locked") {
      if (!force) return reply(Result.fail(words.lockedLeave))
      this.#forget()
      return reply(Result.succeed(null))
    }
    if (this.#identity === undefined) {
      this.#joining?.stop()
      this.#forget()
      return reply(Result.succeed(null))
    }
    if (this.manager?.isMember === true && !force) {
      this.#warn(reply)
      return
    }
    this.#leaving.push(reply)
    if (this.#leaving.length === 1) this.#leave()
  }

  /** A new swarm, of which this is the only node. */
  #found(
    { availability }: InitRequest,
    settings: Pick<Founding, "spec" | "defaultAddrPool" | "subnetSize" | "dataPathPort"> &
      Pick<Identity, "addr" | "advertiseAddr" | "listenAddr">,
  ): void {
    const { spec, defaultAddrPool, subnetSize, dataPathPort, addr, advertiseAddr, listenAddr } = settings
    const { authority, random } = this.#platform
    const admission = { nodeId: newId(random), role: "manager", clusterId: newId(random), raftId: 1 } as const
    const { nodeId, role, raftId, clusterId } = admission
    const managers = [{ nodeId, addr: advertiseAddr }]
    authority.found((root, { tokens, unlockKey }) => {
      const founding: Founding = {
        ...{ clusterId, spec, root, tokens, defaultAddrPool, subnetSize, dataPathPort },
        ...(spec.EncryptionConfig.AutoLockManagers === true && { unlockKey }),
        nodes: [{ nodeId, role, raftId, availability, addr, managerAddr: advertiseAddr }],
      }
      const expiry = spec.CAConfig.NodeCertExpiry ?? 0
      authority.issue(root, { ...admission, managers }, expiry, (certificate) => {
        if (this.#halted || this.#state !== "pending") return
        this.#unlockKey = founding.unlockKey
        this.#settle({ ...admission, managers, certificate, addr, advertiseAddr, listenAddr, founding })
      })
    })
  }

  /** The machine has become somebody. */
  #settle(identity: Identity): void {
    this.#platform.member.wipe()
    this.#save(identity, () => this.#begin(identity))
  }

  /** What this node is starts to run here. */
  #begin(identity: Identity): void {
    this.#identity = identity
    const { links } = this.#platform
    links.open(identity)
    for (const { nodeId, addr } of identity.managers) if (nodeId !== identity.nodeId) links.know(nodeId, addr)
    if (identity.role === "manager") this.#startManager(identity)
    this.#commandsBefore = this.#commandsLast
    this.#agent = startAgent(this.#platform, identity, (output) => this.#agentDid(output))
    this.#agent.wake()
    this.#renewal.begin()
  }

  #startManager(identity: Identity): void {
    const { raftId } = identity
    if (raftId === undefined) {
      // It was taken out of the group, and has not been told yet what it is now.
      this.#renewal.now()
      return
    }
    this.#manager = startManager(
      this.#platform,
      { ...identity, raftId },
      {
        save: (save, done) => {
          this.#saving++
          this.#platform.member.save(save, (durable) => {
            this.#saving--
            done(durable)
            if (this.#saving === 0) this.#savesDone()
          })
        },
        carryOut: (output) => this.#managerDid(output),
      },
    )
    this.#manager.wake()
    this.#seal()
  }

  #managerDid(output: ManagerOutput): void {
    const { links, member } = this.#platform
    switch (output.type) {
      case "send":
        links.send(output.to, output.envelope)
        break
      case "know":
        links.know(output.nodeId, output.addr)
        break
      case "reply": {
        const reply = this.#replies.get(output.number)
        this.#replies.delete(output.number)
        reply?.(output.answer)
        break
      }
      case "logs":
        this.#readers.get(output.number)?.(output.chunk)
        if (output.chunk.type === "end") this.#readers.delete(output.number)
        break
      case "applied":
        member.note?.(output.index, output.changes)
        if (output.changes.length === 0 || output.changes.some(({ table }) => table === "clusters")) this.#seal()
        break
      case "role":
        if (output.role !== "leader") this.#deposed?.()
        break
      case "member":
        this.#look()
        break
      case "removed":
        this.#takenOut()
    }
  }

  #agentDid(output: AgentOutput): void {
    const { engine, links } = this.#platform
    switch (output.type) {
      case "send":
        links.send(output.to, { kind: "agent", message: output.message })
        break
      case "command":
        this.#commandsLast = this.#commandsBefore + output.number
        engine(this.#commandsLast, output.command)
        break
      case "session":
        this.#inSession = true
        this.#look()
        break
      case "wanted":
        this.#renewal.wanted(output.wanted)
        break
      case "managers": {
        const identity = this.#identity
        if (identity === undefined) break
        for (const { nodeId, addr } of output.managers) if (nodeId !== identity.nodeId) links.know(nodeId, addr)
        this.#save({ ...identity, managers: output.managers }, () => {})
        break
      }
      case "left":
        this.#gone()
    }
  }

  /** Whether the node is what it was to become. */
  #look(): void {
    if (this.#identity === undefined || !this.#inSession) return
    if (this.#identity.role === "manager" && this.manager?.isMember !== true) return
    if (this.#state === "pending") this.#state = "active"
    this.#error = ""
    const waiting = this.#waiting
    if (waiting) this.#answer(waiting.answer())
  }

  /** The node has a new certificate, and may have another role. */
  #renewed(identity: Identity): void {
    const before = this.#identity
    const others = identity.raftId !== this.#manager?.machine.raftId
    if (this.#manager !== undefined && others) this.#stopManager()
    const begins = identity.role === "manager" && identity.raftId !== undefined && this.#manager === undefined
    const change = () => {
      if (begins || identity.role === "worker") this.#platform.member.wipe()
      this.#save(identity, () => {
        this.#platform.links.open(identity)
        if (begins) this.#startManager(identity)
      })
      this.#agent?.input({
        type: "describe",
        description: describe(this.#platform, identity),
        managers: identity.managers,
      })
    }
    if (before !== undefined) this.#whenSaved(change)
  }

  /** Its member was taken out of the group: it is no manager any more, whatever its certificate still says. */
  #takenOut(): void {
    const identity = this.#identity
    if (identity === undefined) return
    const { raftId: _, founding: __, ...rest } = identity
    this.#stopManager()
    this.#save(rest, () => {
      this.#whenSaved(() => {
        this.#platform.member.wipe()
        if (this.#letOut) this.#letOut()
        else this.#renewal.now(identity.raftId)
      })
    })
  }

  /** init --force-new-cluster: this manager goes on alone with all that it has. */
  #recover(): void {
    const identity = this.#identity
    this.#stopMachines()
    this.#inSession = false
    this.#state = "pending"
    this.#whenSaved(() => {
      const { member } = this.#platform
      if (identity?.raftId === undefined) return
      const founders = (identity.founding?.nodes ?? []).flatMap(({ raftId }) => raftId ?? [])
      const { save } = recoverAlone(identity.raftId, member.load(), founders)
      member.save(save, () => {
        if (!this.#halted)
          this.#begin({ ...identity, managers: [{ nodeId: identity.nodeId, addr: identity.advertiseAddr }] })
      })
    })
  }

  /** What is secret in the identity is kept under the cluster's unlock key. */
  #seal(): void {
    const cluster = this.#cluster()
    if (cluster === undefined || cluster.UnlockKey === this.#unlockKey || this.#identity === undefined) return
    this.#unlockKey = cluster.UnlockKey
    this.#save(this.#identity, () => {})
  }

  /** Tells what it would mean for a manager to leave. */
  #warn(reply: Reply<null>): void {
    this.request({ op: "node.list", filters: { role: ["manager"] } }, (answer) => {
      if (Result.isFailure(answer)) return reply(Result.fail(words.managerLeavesBlindly()))
      // What answers node.list is listNodes(); requests know answers only as bodies to be sent on.
      const nodes = (answer.success as ReadonlyArray<Node>).filter((node) => node.ManagerStatus !== undefined)
      const reachable = nodes.filter((node) => node.ManagerStatus?.Reachability === "reachable").length
      reply(Result.fail(words.managerLeaves({ reachable, unreachable: nodes.length - reachable })))
    })
  }

  /** A manager is let out of the group first, if there is anybody who can; then what runs here ends. */
  #leave(): void {
    const { manager } = this
    const nodeId = this.#identity?.nodeId ?? ""
    const part = once(() => {
      this.#letOut = undefined
      this.#agent?.input({ type: "leave" })
    })
    if (manager === undefined || manager.status().configuration.voters.length < 2) return part()
    this.#letOut = part
    this.#after(letOut_ms, part)
    this.request({ op: "node.leave", nodeId }, (answer) => {
      if (Result.isFailure(answer)) part()
    })
  }

  /** Nothing of the swarm runs here any more. */
  #gone(): void {
    this.#stopMachines()
    this.#whenSaved(() => {
      this.#forget()
      const replies = this.#leaving
      this.#leaving = []
      for (const reply of replies) reply(Result.succeed(null))
    })
  }

  #forget(): void {
    this.#stopMachines()
    this.#renewal.stop()
    this.#answer(Result.fail(words.notPart))
    this.#platform.links.close()
    this.#platform.member.wipe()
    this.#platform.identity.wipe()
    this.#identity = undefined
    this.#joining = undefined
    this.#unlockKey = undefined
    this.#inSession = false
    this.#state = "inactive"
    this.#error = ""
  }

  #stopMachines(): void {
    this.#stopManager()
    this.#agent?.stop()
    this.#agent = undefined
  }

  #stopManager(): void {
    this.#manager?.stop()
    this.#manager = undefined
    const replies = [...this.#replies.values()]
    this.#replies.clear()
    const readers = [...this.#readers.values()]
    this.#readers.clear()
    for (const tell of readers) tell({ type: "end", error: words.noManager.message })
    if (!this.#halted) for (const reply of replies) reply(Result.fail(words.noManager))
  }

  #save(identity: Identity, durable: () => void): void {
    this.#identity = identity
    const key = identity.role === "manager" ? this.#unlockKey : undefined
    this.#platform.identity.save(identity, key, () => {
      if (!this.#halted && this.#identity !== undefined) durable()
    })
  }

  /** Once the disk has answered every save of a member that was stopped. */
  #whenSaved(then: () => void): void {
    if (this.#saving === 0) then()
    else this.#afterSaves.push(then)
  }

  #savesDone(): void {
    const waiting = this.#afterSaves
    this.#afterSaves = []
    if (!this.#halted) for (const then of waiting) then()
  }

  #await(reply: (answer: Answer<never>) => void, answer: () => Answer<unknown>): void {
    const cancel = this.#after(ready_ms, () => {
      this.#error = words.timedOut.message
      this.#answer(Result.fail(words.timedOut))
    })
    // The answer is made by the same call that knows what the reply takes.
    this.#waiting = { reply: reply as Reply, cancel, answer }
  }

  #answer(answer: Answer<unknown>): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.cancel()
    waiting?.reply(answer)
  }

  #after(span: Millis, then: () => void): () => void {
    const set = this.#platform.alarm(() => {
      if (!this.#halted) then()
    })
    set(this.#platform.now() + span)
    return () => set(undefined)
  }

  #cluster(): Cluster | undefined {
    const store = this.manager?.store
    return store && clusterOf(store)
  }
}

function once(then: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    then()
  }
}

import * as Result from "effect/Result"
import type { Millis } from "../../core/instant.ts"
import type { Cluster } from "../../core/model/cluster.ts"
import { recoverAlone } from "../../raft/index.ts"
import type { Agent, AgentInput, AgentOutput } from "../agent/agent.ts"
import type { EngineEvent } from "../engine/engine.ts"
import { type Envelope, isForAgent } from "../envelope.ts"
import type { LogOptions, LogSelector } from "../log-protocol.ts"
import type { ControlRequest } from "../manager/control/request.ts"
import { clusterOf } from "../manager/control/swarm.ts"
import type { ManagerInput, ManagerOutput } from "../manager/io.ts"
import type { LogChunk } from "../manager/logs/chunk.ts"
import type { Manager } from "../manager/manager.ts"
import type { Peer } from "../peer.ts"
import type { Identity } from "./identity.ts"
import { describe, type Running, startAgent, startManager } from "./machines.ts"
import type { Platform } from "./platform.ts"
import { type LogReader, Questions, type Reply } from "./questions.ts"
import { Renewal } from "./renewal.ts"
import { Saves } from "./saves.ts"
import { WayOut } from "./way-out.ts"
import * as words from "./words.ts"

export interface LifeHands {
  /** The node is what its identity says: it has a session, and as a manager a vote. */
  readonly ready: () => void
  /** Nothing of the swarm runs here any more, and nothing is remembered. */
  readonly left: () => void
}

/**
 * What runs on a host while it belongs to a swarm, from the moment that it has an identity: its agent, its manager while it is one, its memory
 * of who it is. It follows what the managers want it to be.
 */
export class Life {
  readonly #platform: Platform
  readonly #hands: LifeHands
  readonly #renewal: Renewal
  readonly #wayOut: WayOut
  readonly #questions = new Questions((input) => this.#manager?.input(input))
  readonly #saves = new Saves()
  #identity: Identity | undefined
  #manager: Running<Manager, ManagerInput> | undefined
  #agent: Running<Agent, AgentInput> | undefined
  /** The engine answers by number; those of an agent that was here before are below this. */
  #commandsBefore = 0
  #commandsLast = 0
  /** The key that the identity was last saved under. */
  #unlockKey: string | undefined
  #inSession = false
  #deposed: (() => void) | undefined
  #halted = false

  constructor(platform: Platform, hands: LifeHands) {
    this.#platform = platform
    this.#hands = hands
    this.#renewal = new Renewal(platform, {
      identity: () => this.#identity,
      renewed: (identity) => this.#renewed(identity),
    })
    this.#wayOut = new WayOut({
      ask: (answered) => {
        const nodeId = this.#identity?.nodeId ?? ""
        this.request({ op: "node.leave", nodeId }, (answer) => answered(Result.isSuccess(answer)))
      },
      isManager: () => this.#manager !== undefined,
      after: (span, then) => this.#after(span, then),
    })
  }

  get identity(): Identity | undefined {
    return this.#identity
  }

  get manager(): Manager | undefined {
    return this.#manager?.machine
  }

  get agent(): Agent | undefined {
    return this.#agent?.machine
  }

  get leads(): boolean {
    return this.manager?.standing.role === "leader"
  }

  /** The cluster as this manager knows it. */
  get cluster(): Cluster | undefined {
    const store = this.manager?.store
    return store && clusterOf(store)
  }

  /** The machine has become somebody. */
  settle(identity: Identity, unlockKey: string | undefined): void {
    this.#unlockKey = unlockKey
    this.#platform.member.wipe()
    this.#save(identity, () => this.begin(identity, unlockKey))
  }

  /** What this node is starts to run here. */
  begin(identity: Identity, unlockKey: string | undefined): void {
    this.#identity = identity
    this.#unlockKey = unlockKey
    this.#inSession = false
    this.#platform.links.open(identity)
    this.#know(identity)
    if (identity.role === "manager") this.#startManager(identity)
    this.#commandsBefore = this.#commandsLast
    this.#agent = startAgent(this.#platform, identity, (output) => this.#agentDid(output))
    this.#agent.wake()
    this.#renewal.begin()
  }

  /** The process ends at once; nobody is told. */
  halt(): void {
    this.#halted = true
    this.#saves.halt()
    this.#stopMachines()
    this.#renewal.stop()
  }

  /** The process is about to end: a manager that leads hands over first, for as long as `patience` allows. */
  handOver(patience: Millis, done: () => void): void {
    const end = once(() => {
      this.#deposed = undefined
      done()
    })
    if (!this.leads) {
      end()
      return
    }
    this.#deposed = end
    this.#after(patience, end)
    this.#manager?.input({ type: "hand-over" })
  }

  receive(from: Peer, envelope: Envelope): void {
    if (isForAgent(envelope)) this.#agent?.input({ type: "message", from, message: envelope.message })
    else if (envelope.kind === "way") this.#agent?.input({ type: "way", from: from.id, way: envelope.way })
    else if (this.#manager) this.#manager.input({ type: "message", from, envelope })
    else if (envelope.kind === "agent" && envelope.message.type === "register") this.#showTheWay(from)
  }

  /**
   * A node asks here that knows this one as a manager, which it is no more. While the managers were replaced that node may have been cut off, and
   * know no other way back. Whoever has a session knows who they are.
   */
  #showTheWay(from: Peer): void {
    const { agent } = this
    const { nodeId, managers = [] } = this.#identity ?? {}
    if (agent?.manager === undefined || from.id === nodeId) return
    this.#platform.links.send(from.id, { kind: "way", way: { leader: agent.manager, managers } })
  }

  linkDown(nodeId: string): void {
    this.#agent?.input({ type: "link-down", manager: nodeId })
    this.#manager?.input({ type: "link-down", nodeId })
  }

  engine(event: EngineEvent): void {
    if (!("command" in event)) this.#agent?.input({ type: "engine", event })
    else if (event.command > this.#commandsBefore) {
      this.#agent?.input({ type: "engine", event: { ...event, command: event.command - this.#commandsBefore } })
    }
  }

  request(request: ControlRequest, reply: Reply): void {
    if (this.#manager === undefined) reply(Result.fail(words.noManager))
    else this.#questions.ask(request, reply)
  }

  readLogs(selector: LogSelector, options: LogOptions, tell: (chunk: LogChunk) => void): LogReader {
    return this.#questions.readLogs(selector, options, tell)
  }

  /** init --force-new-cluster: this manager goes on alone with all that it has. */
  recover(addresses: Pick<Identity, "addr" | "advertiseAddr" | "listenAddr">): void {
    const before = this.#identity
    if (before?.raftId === undefined) return
    const { raftId, nodeId } = before
    const identity = { ...before, ...addresses, managers: [{ nodeId, addr: addresses.advertiseAddr }] }
    const founders = (identity.founding?.nodes ?? []).flatMap((founder) => founder.raftId ?? [])
    this.#stopMachines()
    this.#inSession = false
    this.#saves.whenDone(() => {
      const { member } = this.#platform
      member.save(recoverAlone(raftId, member.load(), founders).save, () => {
        this.#save(identity, () => this.begin(identity, this.#unlockKey))
      })
    })
  }

  /** A manager is let out of the group first, if there is anybody who can; then what runs here ends. */
  leave(): void {
    const { manager } = this
    const part = () => {
      if (this.#agent) this.#agent.input({ type: "leave" })
      else this.#gone()
    }
    // One that is on its way into the group is let out as well: it may be given its vote at this very moment.
    const isAlone = manager?.isMember === true && manager.status().configuration.voters.length === 1
    if (manager === undefined || isAlone) part()
    else {
      this.#wayOut.begin((isOut) => {
        // The others are not to count on it any more, nor to make it their leader, while what runs here ends.
        if (!isOut) this.#stopManager()
        part()
      })
    }
  }

  /** Nothing is remembered of the swarm. */
  forget(): void {
    this.#stopMachines()
    this.#renewal.stop()
    this.#platform.links.close()
    this.#platform.member.wipe()
    this.#platform.identity.wipe()
    this.#identity = undefined
    this.#unlockKey = undefined
    this.#inSession = false
  }

  #startManager(identity: Identity): void {
    const { raftId } = identity
    if (raftId === undefined) {
      // It was taken out of the group, and has not been told yet what it is now.
      this.#renewal.outOfGroup(undefined)
      return
    }
    this.#manager = startManager(
      this.#platform,
      { ...identity, raftId },
      {
        save: (save, done) => this.#platform.member.save(save, this.#saves.begun(done)),
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
      case "reply":
        this.#questions.answered(output.number, output.answer)
        break
      case "logs":
        this.#questions.read(output.number, output.chunk)
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
        this.#renewal.session()
        this.#look()
        break
      case "session-over":
        if (this.agent?.manager === undefined) this.#renewal.noSession()
        break
      case "know":
        links.know(output.nodeId, output.addr)
        break
      case "wanted":
        this.#renewal.wanted(output.wanted)
        break
      case "managers":
        if (this.#identity === undefined) break
        this.#save({ ...this.#identity, managers: output.managers }, () => {})
        this.#know(this.#identity)
        break
      case "left":
        this.#gone()
    }
  }

  #know({ nodeId: own, managers }: Identity): void {
    for (const { nodeId, addr } of managers) if (nodeId !== own) this.#platform.links.know(nodeId, addr)
  }

  /** Whether the node is what it was to become. */
  #look(): void {
    if (this.#identity === undefined || !this.#inSession) return
    if (this.#identity.role === "worker" || this.manager?.isMember === true) this.#hands.ready()
  }

  /** The node has a new certificate, and may have another role. */
  #renewed(identity: Identity): void {
    if (this.#manager !== undefined && identity.raftId !== this.#manager.machine.raftId) this.#stopManager()
    const begins = identity.role === "manager" && identity.raftId !== undefined && this.#manager === undefined
    this.#saves.whenDone(() => {
      if (begins || identity.role === "worker") this.#platform.member.wipe()
      this.#save(identity, () => {
        this.#platform.links.open(identity)
        this.#know(identity)
        if (begins) this.#startManager(identity)
      })
      this.#agent?.input({
        type: "describe",
        description: describe(this.#platform, identity),
        managers: identity.managers,
      })
    })
  }

  /** Its member was taken out of the group: it is no manager any more, whatever its certificate still says. */
  #takenOut(): void {
    if (this.#identity === undefined) return
    const { raftId, founding: _, ...rest } = this.#identity
    this.#stopManager()
    this.#save(rest, () =>
      this.#saves.whenDone(() => {
        this.#platform.member.wipe()
        if (!this.#wayOut.letOut()) this.#renewal.outOfGroup(raftId)
      }),
    )
  }

  /** What is secret in the identity is kept under the cluster's unlock key. */
  #seal(): void {
    const { cluster } = this
    if (cluster === undefined || cluster.UnlockKey === this.#unlockKey || this.#identity === undefined) return
    this.#unlockKey = cluster.UnlockKey
    this.#save(this.#identity, () => {})
  }

  #gone(): void {
    this.#stopMachines()
    this.#saves.whenDone(() => {
      this.forget()
      this.#hands.left()
    })
  }

  #stopMachines(): void {
    this.#stopManager()
    this.#agent?.stop()
    this.#agent = undefined
  }

  #stopManager(): void {
    this.#manager?.stop()
    this.#manager = undefined
    this.#questions.end({ halted: this.#halted })
  }

  #save(identity: Identity, durable: () => void): void {
    this.#identity = identity
    const key = identity.role === "manager" ? this.#unlockKey : undefined
    this.#platform.identity.save(identity, key, () => {
      if (!this.#halted && this.#identity?.nodeId === identity.nodeId) durable()
    })
  }

  #after(span: Millis, then: () => void): void {
    const set = this.#platform.alarm(() => {
      if (!this.#halted) then()
    })
    set(this.#platform.now() + span)
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

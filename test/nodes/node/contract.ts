import * as Result from "effect/Result"
import { afterEach, describe, expect, it } from "vitest"
import type { Answer } from "../../../core/errors.ts"
import { defaultClusterSpec } from "../../../core/model/cluster.ts"
import type { Node, Role } from "../../../core/model/node.ts"
import type { ControlRequest, SwarmUpdate } from "../../../nodes/manager/control/request.ts"
import type { InitRequest, JoinRequest } from "../../../nodes/node/requests.ts"
import type { SwarmNode } from "../../../nodes/node/swarm-node.ts"

/** A machine of the world under test. */
export interface ContractMachine {
  readonly name: string
  /** "ip:port" under which others join through it. */
  readonly remote: string
  /** What `init` and `join` are given besides, where the machine has no address of its own (loopback with ports). */
  readonly addresses?: { readonly listenAddr: string; readonly advertiseAddr: string }
  /** Undefined while it is down. */
  readonly node: () => SwarmNode | undefined
  /** Its process dies without a word. */
  readonly crash: () => Promise<void>
  readonly start: () => Promise<void>
}

/** A world of machines that belong to no swarm, simulated or real. */
export interface ContractWorld {
  readonly machines: ReadonlyArray<ContractMachine>
  /** Lets time pass until the condition holds; rejects when it does not within so many milliseconds of the world's time. */
  readonly until: (condition: () => boolean, within_ms: number) => Promise<void>
  readonly end: () => Promise<void>
}

export interface ContractOptions {
  readonly makeWorld: (machines: number) => Promise<ContractWorld>
  /** Tests that take 10 to 20 s of the world's time. */
  readonly patient: boolean
}

const init: InitRequest = {
  listenAddr: "",
  advertiseAddr: "",
  dataPathPort: 0,
  forceNewCluster: false,
  spec: { ...defaultClusterSpec, Orchestration: {}, Raft: {}, Dispatcher: {}, CAConfig: {} },
  availability: "active",
  defaultAddrPool: [],
  subnetSize: 0,
}

/** What every platform has to give a SwarmNode, told by what can be seen from outside: the lives of machines in a swarm. */
export function swarmNodeContract(what: string, { makeWorld, patient }: ContractOptions): void {
  describe(`a SwarmNode on ${what}`, () => {
    let world: ContractWorld | undefined
    afterEach(async () => {
      await world?.end()
      world = undefined
    })

    const make = async (machines: number) => {
      world = await makeWorld(machines)
      return new Play(world)
    }

    it("is inactive at first, refuses what needs a swarm, and becomes the manager of its own", async () => {
      const play = await make(1)
      expect(play.node(0).local()).toMatchObject({ nodeId: "", swarm: "inactive", manager: false })
      expect(await play.refused((reply) => play.node(0).leave(false, reply))).toBe("This node is not part of a swarm")
      const id = await play.init(0)
      expect(play.node(0).local()).toMatchObject({ nodeId: id, swarm: "active", manager: true })
      expect(await play.refused((reply) => play.node(0).init(init, reply))).toMatch(
        /^This node is already part of a swarm/,
      )
      const [node] = await play.nodes(0)
      expect(node).toMatchObject({ ID: id, Spec: { Role: "manager" }, ManagerStatus: { Leader: true } })
      expect(node?.Description.TLSInfo?.TrustRoot).toMatch(/^-----BEGIN CERTIFICATE-----/)
    })

    it("joins as what the token says, through any manager, and each time as another node", async () => {
      const play = await make(3)
      await play.init(0)
      await play.join(1, "manager", 0)
      await play.join(2, "worker", 1)
      expect(play.node(1).local().manager).toBe(true)
      expect(play.node(2).local()).toMatchObject({ swarm: "active", manager: false })
      const first = play.node(2).identity?.nodeId
      await play.ok((reply) => play.node(2).leave(false, reply))
      expect(play.node(2).local()).toMatchObject({ swarm: "inactive", nodeId: "" })
      expect((await play.nodes(0)).find((node) => node.ID === first)?.Status.State).toBe("down")
      await play.join(2, "worker", 0)
      expect(play.node(2).identity?.nodeId).not.toBe(first)
      await play.ok((reply) => play.node(0).request({ op: "node.remove", name: first ?? "", force: false }, reply))
      expect(await play.nodes(0)).toHaveLength(3)
    })

    it("remembers over a restart who it is", async () => {
      const play = await make(2)
      const id = await play.init(0)
      await play.join(1, "worker", 0)
      for (const machine of play.world.machines) await machine.crash()
      for (const machine of play.world.machines) await machine.start()
      expect(play.node(0).local()).toMatchObject({ nodeId: id, swarm: "active" })
      await play.world.until(() => play.node(0).leads, 30_000)
      await play.untilNodes(0, (nodes) => nodes.length === 2 && nodes.every((node) => node.Status.State === "ready"))
    })

    it("follows what the managers want it to be: promoted, demoted, the leader too", async () => {
      const play = await make(3)
      await play.init(0)
      await play.join(1, "worker", 0)
      await play.join(2, "worker", 0)
      for (const at of [1, 2]) {
        await play.setRole(0, at, "manager")
        await play.world.until(() => play.node(at).local().manager, 30_000)
      }
      const leader = [0, 1, 2].find((at) => play.node(at).leads) ?? 0
      const other = leader === 0 ? 1 : 0
      await play.untilNodes(leader, (nodes) => nodes.every((node) => node.ManagerStatus?.Reachability === "reachable"))
      await play.setRole(leader, leader, "worker")
      await play.world.until(() => play.node(leader).identity?.role === "worker" && !play.node(leader).manager, 30_000)
      await play.untilNodes(
        other,
        (nodes) =>
          nodes.filter((node) => node.ManagerStatus).length === 2 &&
          nodes.every((node) => node.Status.State === "ready"),
      )
    })

    it("finds its way back, when all managers that it knew were replaced meanwhile, by one that is a worker now", async () => {
      const play = await make(3)
      const [first, away] = play.world.machines
      await play.init(0)
      await play.join(1, "worker", 0)
      await away?.crash()
      await play.join(2, "manager", 0)
      await play.setRole(0, 0, "worker")
      await play.world.until(() => play.node(0).identity?.role === "worker" && play.node(2).leads, 30_000)
      await first?.crash()
      await first?.start()
      await away?.start()
      const id = play.node(1).identity?.nodeId ?? ""
      const leader = () => play.node(2).identity?.nodeId
      await play.world.until(() => play.node(1).agent?.manager === leader(), 60_000)
      await play.untilNodes(2, (nodes) => nodes.some((node) => node.ID === id && node.Status.State === "ready"))
      expect(
        play
          .node(1)
          .local()
          .managers.map(({ NodeID }) => NodeID),
      ).toEqual([leader()])
    })

    it("leaves as a manager only by force, and then the others do not miss it", async () => {
      const play = await make(3)
      await play.init(0)
      for (const at of [1, 2]) await play.join(at, "manager", 0)
      expect(await play.refused((reply) => play.node(0).leave(false, reply))).toMatch(
        /^You are attempting to leave the swarm on a node that is participating as a manager/,
      )
      await play.ok((reply) => play.node(0).leave(true, reply))
      expect(play.node(0).state).toBe("inactive")
      await play.untilNodes(1, (nodes) => nodes.filter((node) => node.ManagerStatus).length === 2)
      await play.world.machines[2]?.crash()
      await play.world.machines[2]?.start()
      await play.untilNodes(1, (nodes) => nodes.filter((node) => node.Status.State === "ready").length === 2)
    })

    it("goes on alone by force, with all that it knew", async () => {
      const play = await make(3)
      const id = await play.init(0)
      for (const at of [1, 2]) await play.join(at, "manager", 0)
      await play.ok((reply) =>
        play.node(0).request({ op: "config.create", spec: { Name: "kept", Data: "eA==" } }, reply),
      )
      for (const at of [1, 2]) await play.world.machines[at]?.crash()
      const again = { ...init, ...play.addresses(0), forceNewCluster: true }
      expect(await play.ok<string>((reply) => play.node(0).init(again, reply))).toBe(id)
      const configs = await play.ok((reply) => play.node(0).request({ op: "config.list", filters: {} }, reply))
      expect(configs).toMatchObject([{ Spec: { Name: "kept" } }])
      expect((await play.nodes(0)).filter((node) => node.ManagerStatus)).toHaveLength(1)
    })

    it("is locked at its start once managers are, and opens with the key alone", async () => {
      const play = await make(1)
      await play.init(0, { spec: { ...init.spec, EncryptionConfig: { AutoLockManagers: true } } })
      const { UnlockKey } = await play.ok<{ UnlockKey: string }>((reply) =>
        play.node(0).request({ op: "swarm.unlockkey" }, reply as (answer: Answer<unknown>) => void),
      )
      const machine = play.world.machines[0]
      await machine?.crash()
      await machine?.start()
      expect(play.node(0).local()).toMatchObject({ swarm: "locked", manager: false })
      expect(await play.refused((reply) => play.node(0).leave(false, reply))).toMatch(/^Swarm is encrypted and locked/)
      expect(await play.refused((reply) => play.node(0).unlock("nonsense", reply))).toBe("invalid key string")
      const wrong = `SWMKEY-1-${"A".repeat(43)}`
      expect(await play.refused((reply) => play.node(0).unlock(wrong, reply))).toMatch(/^swarm could not be unlocked/)
      await play.ok((reply) => play.node(0).unlock(UnlockKey, reply))
      await play.untilNodes(0, (nodes) => nodes.every((node) => node.Status.State === "ready"))
    })

    it("gets another token when one is rotated, and another root certificate", async () => {
      const play = await make(2)
      await play.init(0)
      const before = await play.tokens(0)
      await play.update(0, { rotateWorkerToken: true })
      const after = await play.tokens(0)
      expect(after.Worker).not.toBe(before.Worker)
      expect(after.Manager).toBe(before.Manager)
      await play.join(1, "worker", 0)
      const root = play.node(1).identity?.certificate.digest
      await play.update(0, {}, { CAConfig: { ForceRotate: 1 } })
      await play.world.until(() => play.node(0).manager?.store !== undefined && !play.rotates(0), 60_000)
      expect(play.node(1).identity?.certificate.digest).not.toBe(root)
      // In the end nobody trusts the former one any more: whoever asked for the new one waits for that.
      const trusted = async () => {
        const { TLSInfo } = await play.request<{ TLSInfo: { TrustRoot: string } }>(0, { op: "swarm.inspect" })
        return TLSInfo.TrustRoot
      }
      const wanted = await trusted()
      await play.world.until(
        () => [0, 1].every((at) => play.node(at).identity?.certificate.tls.TrustRoot === wanted),
        60_000,
      )
    })

    it.runIf(patient)(
      "is told after ten seconds that its token is worth nothing, and after twenty that nobody is there",
      async () => {
        const play = await make(2)
        await play.init(0)
        const { Worker } = await play.tokens(0)
        const wrong = `${Worker.slice(0, -25)}${"0".repeat(25)}`
        expect(await play.refused((reply) => play.node(1).join(play.joining(1, wrong, 0), reply))).toBe(
          "rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster",
        )
        expect(play.node(1).state).toBe("inactive")
        const nobody = { ...play.joining(1, Worker, 0), remoteAddrs: ["127.0.0.1:1"] }
        expect(await play.refused((reply) => play.node(1).join(nobody, reply))).toMatch(/^Timeout was reached/)
        expect(play.node(1).state).toBe("pending")
        await play.ok((reply) => play.node(1).leave(false, reply))
        expect(play.node(1).state).toBe("inactive")
      },
    )
  })
}

/** What the tests do with a world. */
class Play {
  readonly world: ContractWorld

  constructor(world: ContractWorld) {
    this.world = world
  }

  node(at: number): SwarmNode {
    const node = this.world.machines[at]?.node()
    if (node === undefined) throw new Error(`machine ${at} is down`)
    return node
  }

  addresses(at: number): { readonly listenAddr: string; readonly advertiseAddr: string } {
    return this.world.machines[at]?.addresses ?? { listenAddr: "", advertiseAddr: "" }
  }

  async answer<A>(ask: (reply: (answer: Answer<A>) => void) => void): Promise<Answer<A>> {
    const answers: Array<Answer<A>> = []
    ask((given) => answers.push(given))
    await this.world.until(() => answers.length > 0, 120_000)
    const [answer] = answers
    if (answer === undefined) throw new Error("no answer")
    return answer
  }

  async ok<A>(ask: (reply: (answer: Answer<A>) => void) => void): Promise<A> {
    const answer = await this.answer(ask)
    if (Result.isFailure(answer)) throw new Error(`${answer.failure.status} ${answer.failure.message}`)
    return answer.success
  }

  async refused<A>(ask: (reply: (answer: Answer<A>) => void) => void): Promise<string> {
    const answer = await this.answer(ask)
    if (Result.isSuccess(answer)) throw new Error("was not refused")
    return answer.failure.message
  }

  init(at: number, more: Partial<InitRequest> = {}): Promise<string> {
    return this.ok((reply) => this.node(at).init({ ...init, ...this.addresses(at), ...more }, reply))
  }

  joining(at: number, token: string, through: number): JoinRequest {
    const remoteAddrs = [this.world.machines[through]?.remote ?? ""]
    return { ...this.addresses(at), remoteAddrs, token, availability: "active" }
  }

  async join(at: number, role: Role, through: number): Promise<void> {
    const tokens = await this.tokens(through)
    const token = role === "manager" ? tokens.Manager : tokens.Worker
    await this.ok((reply) => this.node(at).join(this.joining(at, token, through), reply))
  }

  async request<A>(at: number, request: ControlRequest): Promise<A> {
    const answer = await this.ok<unknown>((reply) => this.node(at).request(request, reply))
    // What is asked says what is answered; requests know answers only as bodies to be sent on.
    return answer as A
  }

  nodes(at: number): Promise<ReadonlyArray<Node>> {
    return this.request(at, { op: "node.list", filters: {} })
  }

  async untilNodes(at: number, condition: (nodes: ReadonlyArray<Node>) => boolean): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      if (condition(await this.nodes(at))) return
      const begin = Date.now()
      let looks = 0
      await this.world.until(() => ++looks > 20 || Date.now() - begin > 300, 60_000)
    }
    throw new Error(`not so: ${JSON.stringify(await this.nodes(at), null, 1)}`)
  }

  async tokens(at: number): Promise<{ readonly Worker: string; readonly Manager: string }> {
    const swarm = await this.request<{ JoinTokens: { Worker: string; Manager: string } }>(at, { op: "swarm.inspect" })
    return swarm.JoinTokens
  }

  async update(at: number, rotate: Partial<SwarmUpdate>, spec: Partial<SwarmUpdate["spec"]> = {}): Promise<void> {
    const swarm = await this.request<{ Version: { Index: number }; Spec: SwarmUpdate["spec"] }>(at, {
      op: "swarm.inspect",
    })
    await this.ok((reply) =>
      this.node(at).update(
        {
          version: swarm.Version.Index,
          spec: { ...swarm.Spec, ...spec },
          rotateWorkerToken: false,
          rotateManagerToken: false,
          rotateUnlockKey: false,
          ...rotate,
        },
        reply,
      ),
    )
  }

  async setRole(at: number, of: number, role: Role): Promise<void> {
    const name = this.node(of).identity?.nodeId ?? ""
    const node = await this.request<Node>(at, { op: "node.inspect", name })
    const spec = { ...node.Spec, Role: role }
    await this.request(at, { op: "node.update", name, version: node.Version.Index, spec })
  }

  rotates(at: number): boolean {
    return [...(this.node(at).manager?.store.all("clusters") ?? [])].some((cluster) => cluster.RootRotationInProgress)
  }
}

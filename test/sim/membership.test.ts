import { describe, expect, it } from "vitest"
import { seconds } from "../../core/instant.ts"
import { Cluster } from "../../sim/index.ts"

const fresh = (seed: string, machines = 4) => new Cluster({ seed, managers: 0, workers: machines })

const defaultJoin = { listenAddr: "", advertiseAddr: "", availability: "active" } as const

const web = (replicas: number) => ({
  Name: "web",
  TaskTemplate: { ContainerSpec: { Image: "nginx:alpine", StopGracePeriod: 1e9 } },
  Mode: { Replicated: { Replicas: replicas } },
})

const rolesOf = (cluster: Cluster) =>
  cluster
    .nodes()
    .map(
      (node) =>
        `${node.Description.Hostname} ${node.Spec.Role} ${node.Status.State}${node.ManagerStatus ? " member" : ""}`,
    )
    .sort()

describe("a swarm from its first node on", () => {
  it("begins with one manager, grows by tokens, and runs services on all of them", () => {
    const cluster = fresh("grow")
    const id = cluster.init("node1")
    expect(cluster.leader()).toBe("node1")
    expect(cluster.node("node1").ID).toBe(id)
    cluster.join("node2", "manager")
    cluster.join("node3", "manager", { through: "node2" })
    cluster.join("node4", "worker", { through: "node2", availability: "pause" })
    expect(rolesOf(cluster)).toEqual([
      "node1 manager ready member",
      "node2 manager ready member",
      "node3 manager ready member",
      "node4 worker ready",
    ])
    expect(cluster.node("node4").Spec.Availability).toBe("pause")
    cluster.createService(web(6))
    cluster.converge()
    expect(new Set(cluster.running("web").map((task) => cluster.machineOf(task)))).toEqual(
      new Set(["node1", "node2", "node3"]),
    )
    cluster.crash("node1")
    cluster.converge()
    expect(cluster.leader()).not.toBe("node1")
  })

  it("makes one node of a machine, however often it had to ask", () => {
    const cluster = new Cluster({ seed: "asks again", managers: 3, workers: 0 })
    cluster.addMachine("late")
    cluster.run(seconds(1))
    const leader = cluster.leader() ?? ""
    const request = {
      ...defaultJoin,
      remoteAddrs: [cluster.world.host(leader)?.addr ?? ""],
      token: cluster.token("manager"),
    }
    // Nothing can be decided: what it asks meanwhile waits at the manager that it asks.
    for (const name of ["manager1", "manager2", "manager3"]) if (name !== leader) cluster.isolate(name)
    cluster.world.host("late")?.node?.join(request, () => {})
    cluster.run(seconds(14))
    cluster.heal()
    cluster.run(seconds(20))
    expect(rolesOf(cluster)).toEqual([
      "late manager ready member",
      "manager1 manager ready member",
      "manager2 manager ready member",
      "manager3 manager ready member",
    ])
  })

  it("makes managers of workers and workers of managers, the leader too", () => {
    const cluster = new Cluster({ seed: "roles", managers: 3, workers: 2 })
    cluster.promote("worker1")
    cluster.runUntil(() => cluster.node("worker1").ManagerStatus !== undefined, { within: seconds(10) })
    const leader = cluster.leader() ?? ""
    cluster.demote(leader)
    cluster.runUntil(() => cluster.world.host(leader)?.manager === undefined, { within: seconds(10) })
    cluster.run(seconds(3))
    expect(cluster.world.host(leader)?.role).toBe("worker")
    expect(cluster.node(leader)).toMatchObject({ Spec: { Role: "worker" }, Status: { State: "ready" } })
    cluster.promote(leader)
    cluster.runUntil(() => cluster.node(leader).ManagerStatus !== undefined, { within: seconds(10) })
    expect(cluster.world.host(leader)?.manager?.raftId).toBe(5)
  })

  it("is found again by a worker that was cut off while all managers that it knew became workers", () => {
    const cluster = new Cluster({ seed: "replaced", managers: 3, workers: 2 })
    cluster.addMachine("fresh")
    cluster.isolate("worker2")
    cluster.join("fresh", "manager")
    for (const name of ["manager1", "manager2", "manager3"]) {
      cluster.demote(name)
      const isWorker = () => cluster.world.host(name)?.role === "worker"
      cluster.runUntil(isWorker, { within: seconds(20), what: `${name} to be a worker` })
    }
    cluster.run(seconds(60))
    expect(cluster.node("worker2").Status.State).toBe("down")
    cluster.heal()
    cluster.runUntil(() => cluster.node("worker2").Status.State === "ready", { within: seconds(30) })
    cluster.run(seconds(1))
    const known = cluster.world.host("worker2")?.identity?.managers.map(({ nodeId }) => nodeId)
    expect(known).toEqual([cluster.node("fresh").ID])
  })

  it("is found again by a worker that was cut off while each manager left and came back as another node", () => {
    const cluster = new Cluster({ seed: "anew", managers: 3, workers: 1 })
    cluster.isolate("worker1")
    const names = ["manager1", "manager2", "manager3"]
    const before = names.map((name) => cluster.node(name).ID)
    for (const [i, name] of names.entries()) {
      cluster.leave(name, { force: true })
      cluster.join(name, "manager", { through: names[(i + 1) % 3] ?? "" })
    }
    for (const { nodeId } of cluster.world.managers) expect(before).not.toContain(nodeId)
    cluster.run(seconds(60))
    expect(cluster.node("worker1").Status.State).toBe("down")
    cluster.heal()
    cluster.runUntil(() => cluster.node("worker1").Status.State === "ready", { within: seconds(90) })
  })

  it("lets a worker go at once, and its tasks run elsewhere; the entry stays until it is removed", () => {
    const cluster = new Cluster({ seed: "leave", managers: 1, workers: 3 })
    cluster.createService(web(6))
    cluster.converge()
    const before = cluster.node("worker1").ID
    cluster.leave("worker1")
    expect(cluster.node(before).Status.State).toBe("down")
    cluster.converge()
    expect(cluster.running("web")).toHaveLength(6)
    expect(cluster.world.host("worker1")?.engine.containers()).toEqual([])
    cluster.join("worker1", "worker")
    const after = cluster.node("worker1").ID
    expect(after).not.toBe(before)
    cluster.removeNode(before)
    expect(cluster.nodes().map((node) => node.ID)).not.toContain(before)
  })

  it("lets a manager go with force: it leaves the consensus group in good order, the leader too", () => {
    const cluster = new Cluster({ seed: "leave", managers: 3, workers: 1 })
    const leader = cluster.leader() ?? ""
    const id = cluster.node(leader).ID
    expect(() => cluster.leave(leader)).toThrow(
      /^You are attempting to leave the swarm on a node that is participating as a manager. The only way/,
    )
    cluster.leave(leader, { force: true })
    expect(cluster.node(id)).toMatchObject({ Spec: { Role: "worker" }, Status: { State: "down" } })
    expect(cluster.node(id).ManagerStatus).toBeUndefined()
    cluster.createService(web(2))
    cluster.converge()
    const [other] = cluster.world.managers
    expect(other?.manager?.status().voters).toHaveLength(2)
  })

  it.each(["the leader", "another"])(
    "lets a manager go with force while %s is being demoted: one after the other",
    (who) => {
      const cluster = new Cluster({ seed: "both", managers: 3, workers: 1 })
      const leader = cluster.leader() ?? ""
      const [other = "", third = ""] = cluster.world.managers.map(({ name }) => name).filter((name) => name !== leader)
      const [demoted, leaving] = who === "the leader" ? [leader, other] : [other, leader]
      cluster.demote(demoted)
      cluster.leave(leaving, { force: true })
      cluster.run(seconds(10))
      expect(cluster.leader()).toBe(third)
      const { voters, outgoing } = cluster.world.host(third)?.manager?.status().configuration ?? {}
      expect([voters?.length, outgoing]).toEqual([1, []])
      cluster.createService(web(2))
      cluster.converge()
      expect(cluster.node(demoted)).toMatchObject({ Spec: { Role: "worker" }, Status: { State: "ready" } })
    },
  )

  it("takes a manager out of the group that went by force while the leader could not let it out", () => {
    const cluster = new Cluster({ seed: "cut", managers: 3, workers: 1 })
    const leader = cluster.leader() ?? ""
    const leaving = cluster.world.managers.find(({ name }) => name !== leader)
    const { nodeId = "", name = "" } = leaving ?? {}
    const raftId = leaving?.manager?.raftId
    cluster.createService(web(6))
    cluster.converge()
    cluster.cut(leader, name)
    leaving?.node?.leave(true, () => {})
    cluster.run(seconds(7))
    expect(leaving?.manager?.isMember).toBe(true)
    cluster.run(1_100)
    // What runs there ends; nobody is to follow it meanwhile.
    expect([leaving?.node?.isLeaving, leaving?.manager]).toEqual([true, undefined])
    cluster.heal()
    cluster.run(seconds(5))
    expect(leaving?.node?.state).toBe("inactive")
    expect(cluster.node(nodeId)).toMatchObject({ Spec: { Role: "worker" }, Status: { State: "down" } })
    const { voters, outgoing } = cluster.world.leader()?.manager?.status().configuration ?? {}
    expect([voters?.length, voters?.includes(raftId ?? 0), outgoing]).toEqual([2, false, []])
    cluster.converge()
  })

  it("lets a manager go with force once another one is back without which there would be no majority", () => {
    const cluster = new Cluster({ seed: "back", managers: 3, workers: 1 })
    const leader = cluster.leader() ?? ""
    const [away = "", leaving = ""] = cluster.world.managers.map(({ name }) => name).filter((name) => name !== leader)
    cluster.crash(away)
    cluster.run(seconds(5))
    cluster.world.host(leaving)?.node?.leave(true, () => {})
    cluster.run(seconds(3))
    expect(cluster.world.host(leaving)?.node?.state).toBe("active")
    cluster.start(away)
    cluster.run(seconds(4))
    expect(cluster.world.host(leaving)?.node?.state).toBe("inactive")
    expect(cluster.world.leader()?.manager?.status().configuration.voters).toHaveLength(2)
  })

  it("goes on with one manager after the others are lost, by force", () => {
    const cluster = new Cluster({ seed: "recover", managers: 3, workers: 2 })
    cluster.createService(web(5))
    cluster.converge()
    cluster.crash("manager2")
    cluster.crash("manager3")
    cluster.run(seconds(15))
    const id = cluster.node("manager1").ID
    expect(cluster.init("manager1", { forceNewCluster: true })).toBe(id)
    cluster.converge()
    expect(cluster.running("web")).toHaveLength(5)
    expect(cluster.world.host("manager1")?.manager?.status().voters).toEqual([1])
    cluster.start("manager2")
    cluster.run(seconds(10))
    expect(cluster.world.host("manager2")?.role).toBe("worker")
    expect(cluster.node("manager2").Status.State).toBe("ready")
    cluster.promote("manager2")
    cluster.runUntil(() => cluster.node("manager2").ManagerStatus !== undefined, { within: seconds(10) })
  })
})

describe("a machine that changes its mind on its way into the consensus group", () => {
  it.each([1, 3, 6, 10, 20, 40, 80])(
    "is not missed there when it leaves %i ms after it has become somebody",
    (after) => {
      const cluster = new Cluster({ seed: "mind", managers: 1, workers: 0 })
      const host = cluster.addMachine("node2")
      const request = { listenAddr: "", advertiseAddr: "", remoteAddrs: [cluster.world.managers[0]?.addr ?? ""] }
      host.node?.join({ ...request, token: cluster.token("manager"), availability: "active" }, () => {})
      cluster.runUntil(() => host.manager !== undefined, { within: seconds(5) })
      cluster.run(after)
      cluster.leave("node2", { force: true })
      cluster.run(seconds(5))
      expect(cluster.world.leader()?.manager?.status().configuration).toMatchObject({ voters: [1], learners: [] })
      cluster.createService(web(1))
      cluster.converge()
    },
  )
})

describe("a manager's word", () => {
  const create = { op: "service.create", spec: web(1) } as const
  const afterDemotion = (seed: string) => {
    const cluster = new Cluster({ seed, managers: 4, workers: 0 })
    const leader = cluster.world.leader()
    const other = cluster.world.managers.find((host) => host !== leader)
    if (!leader || !other) throw new Error("there is no manager")
    const raftId = other.manager?.raftId ?? 0
    const certificate = { id: other.nodeId, role: "manager" } as const
    return { cluster, leader, other, certificate, raftId }
  }

  it("counts at the leader as long as its node is a manager, whatever its certificate says", () => {
    const { cluster, leader, other, certificate } = afterDemotion("former")
    leader.node?.receive(certificate, { kind: "forward", id: "while it is", request: create })
    cluster.runUntil(() => cluster.services().length === 1, { within: seconds(1) })
    cluster.removeService("web")
    // It does not hear that it is a worker.
    cluster.isolate(other.name)
    cluster.demote(other.name)
    cluster.runUntil(() => cluster.node(other.name).RaftID === undefined, { within: seconds(10) })
    expect(other.role).toBe("manager")
    leader.node?.receive(certificate, { kind: "forward", id: "when it was", request: create })
    leader.node?.receive({ ...certificate, id: "nobody" }, { kind: "forward", id: "never", request: create })
    cluster.run(seconds(2))
    expect(cluster.services()).toEqual([])
    cluster.heal()
    cluster.runUntil(() => other.role === "worker", { within: seconds(20) })
  })

  it("is only heard for its own member of the group", () => {
    const { cluster, leader, other, certificate, raftId } = afterDemotion("impostor")
    const third = cluster.world.managers.find((host) => host !== leader && host !== other)
    const standing = leader.manager?.standing
    const message = { type: "append-reply", term: 99, accepted: true, index: 1, hintIndex: 0, hintTerm: 0 } as const
    const impostor = { ...certificate, id: third?.nodeId ?? "" }
    leader.node?.receive(impostor, { kind: "raft", member: raftId, message })
    expect(leader.manager?.standing).toEqual(standing)
    leader.node?.receive(certificate, { kind: "raft", member: raftId, message })
    expect(leader.manager?.standing.role).toBe("follower")
  })
})

describe("a manager that is gone for good", () => {
  it("does not count as alive because the leader is new: who is needed for a majority stays", () => {
    const cluster = new Cluster({ seed: "gone", managers: 3, workers: 1 })
    const first = cluster.leader() ?? ""
    const [heir = "", gone = ""] = cluster.world.managers.map((host) => host.name).filter((name) => name !== first)
    cluster.crash(gone)
    cluster.run(seconds(10))
    cluster.world.host(first)?.handOver()
    cluster.runUntil(() => cluster.leader() === heir, { what: "the other leader" })
    expect(() => cluster.demote(first)).toThrow("this would result in a loss of quorum")
    cluster.run(seconds(10))
    expect(cluster.leader()).toBe(heir)
    expect(cluster.ask({ op: "node.list", filters: {} })).toMatchObject({ _tag: "Success" })
  })
})

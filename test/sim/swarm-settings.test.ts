import { describe, expect, it } from "vitest"
import { seconds } from "../../core/instant.ts"
import { Cluster } from "../../sim/index.ts"

describe("a swarm whose settings change while it runs", () => {
  it("replaces its root certificate on every node; a node that is down holds it up until it is removed", () => {
    const cluster = new Cluster({ seed: "root", managers: 3, workers: 2 })
    const root = () => [...(cluster.world.leader()?.manager?.store.all("clusters") ?? [])][0]
    const before = root()
    cluster.crash("worker2")
    cluster.run(seconds(20))
    cluster.updateSwarm((spec) => ({ ...spec, CAConfig: { ...spec.CAConfig, ForceRotate: 1 } }))
    cluster.run(seconds(30))
    expect(root()?.RootRotationInProgress).toBe(true)
    expect(cluster.node("worker1").Description.TLSInfo?.TrustRoot).toBe(
      `${before?.RootCA?.CACert}${root()?.RootRotation?.Root.CACert}`,
    )
    cluster.removeNode("worker2")
    cluster.runUntil(() => root()?.RootRotationInProgress === false, { within: seconds(10) })
    expect(root()?.RootCA?.Digest).not.toBe(before?.RootCA?.Digest)
    const trusted = (name: string) => cluster.node(name).Description.TLSInfo?.TrustRoot
    cluster.runUntil(
      () => ["manager1", "manager2", "manager3", "worker1"].every((name) => trusted(name) === root()?.RootCA?.CACert),
      { within: seconds(10) },
    )
    expect(root()?.JoinTokens?.Worker).not.toBe(before?.JoinTokens?.Worker)
    cluster.addMachine("node9")
    cluster.join("node9", "worker")
    expect(cluster.node("node9").Status.State).toBe("ready")
  })

  it("locks its managers at every start, once that is asked for, until they are given the key", () => {
    const cluster = new Cluster({ seed: "lock", managers: 3, workers: 1 })
    cluster.updateSwarm((spec) => ({ ...spec, EncryptionConfig: { AutoLockManagers: true } }))
    cluster.run(seconds(1))
    const { UnlockKey: key = "" } = [...(cluster.world.leader()?.manager?.store.all("clusters") ?? [])][0] ?? {}
    expect(key).toMatch(/^SWMKEY-1-[A-Za-z0-9+/]{43}$/)
    cluster.crash("manager1")
    cluster.crash("worker1")
    cluster.start("manager1")
    cluster.start("worker1")
    const host = cluster.world.host("manager1")
    expect(host?.node?.local()).toMatchObject({ swarm: "locked", manager: false })
    expect(cluster.world.host("worker1")?.node?.state).toBe("active")
    expect(() =>
      cluster.unlock(
        "manager1",
        key.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
      ),
    ).toThrow("swarm could not be unlocked: invalid key provided")
    cluster.unlock("manager1", key)
    cluster.converge()
    cluster.updateSwarm((spec) => ({ ...spec, EncryptionConfig: { AutoLockManagers: false } }))
    cluster.run(seconds(1))
    cluster.crash("manager1")
    cluster.start("manager1")
    expect(host?.node?.state).toBe("active")
  })

  it("takes its settings while it runs: heartbeats, history, how often the log is compacted", () => {
    const cluster = new Cluster({ seed: "settings", managers: 3, workers: 1 })
    cluster.updateSwarm((spec) => ({
      ...spec,
      Raft: { ...spec.Raft, SnapshotInterval: 20, LogEntriesForSlowFollowers: 5 },
      Dispatcher: { HeartbeatPeriod: 1e9 },
    }))
    cluster.createService({
      Name: "web",
      TaskTemplate: { ContainerSpec: { Image: "nginx:alpine", StopGracePeriod: 1e9 } },
      Mode: { Replicated: { Replicas: 1 } },
    })
    for (let i = 0; i < 30; i++) cluster.scale("web", 1 + (i % 2))
    cluster.converge()
    for (const host of cluster.world.managers) expect(host.manager?.status().snapshotIndex).toBeGreaterThan(0)
    cluster.run(seconds(3))
    cluster.crash("worker1")
    cluster.runUntil(() => cluster.node("worker1").Status.State === "down", { within: seconds(5) })
    expect(() => cluster.updateSwarm((spec) => ({ ...spec, CAConfig: { NodeCertExpiry: 1e9 } }))).toThrow(
      "rpc error: code = InvalidArgument desc = minimum certificate expiry time is: 1h0m0s",
    )
  })

  it("renews certificates before they end", () => {
    const cluster = new Cluster({ seed: "renew", managers: 1, workers: 1 })
    cluster.updateSwarm((spec) => ({ ...spec, CAConfig: { NodeCertExpiry: 3_600e9 } }))
    cluster.addMachine("node9")
    cluster.join("node9", "worker")
    const host = cluster.world.host("node9")
    const before = host?.identity?.certificate
    const left = (before?.expiresAt ?? 0) - cluster.now
    expect(left).toBeLessThanOrEqual(3_600_000)
    cluster.run(Math.round(left * 0.49))
    expect(host?.identity?.certificate).toEqual(before)
    cluster.run(Math.round(left * 0.33))
    expect(host?.identity?.certificate.issuedAt).toBeGreaterThan(before?.issuedAt ?? 0)
    expect(cluster.node("node9").Status.State).toBe("ready")
  })
})

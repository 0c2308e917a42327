import { expect, test } from "vitest"
import type { Cluster } from "../../../core/model/cluster.ts"
import { World } from "./world.ts"

test("the swarm is shown with its settings; address pools only if somebody chose them", () => {
  const world = new World()
  const swarm = () => world.get<Record<string, unknown>>({ op: "swarm.inspect" })
  expect(swarm()).toMatchObject({
    ID: "cluster",
    Spec: { Name: "default", Raft: { ElectionTick: 10 } },
    RootRotationInProgress: false,
    DefaultAddrPool: null,
    SubnetSize: 24,
    DataPathPort: 4789,
  })
  world.change((tx) => {
    const cluster = tx.get("clusters", "cluster")
    if (cluster) tx.update("clusters", { ...cluster, DefaultAddrPool: ["10.20.0.0/16"] })
  })
  expect(swarm().DefaultAddrPool).toEqual(["10.20.0.0/16"])
})

test("the trust root is the cluster's own, and while it is being replaced the one that comes", () => {
  const world = new World()
  const root = (name: string) => ({ CACert: name, CAKey: "k", Digest: "d", Subject: "s", PublicKey: `key of ${name}` })
  const change = (more: Partial<Cluster>) =>
    world.change((tx) => {
      const cluster = tx.get("clusters", "cluster")
      if (cluster) tx.update("clusters", { ...cluster, ...more })
    })
  change({ RootCA: root("old") })
  expect(world.get({ op: "swarm.inspect" })).toMatchObject({ TLSInfo: { TrustRoot: "old" } })
  change({ RootRotation: { Root: root("new"), JoinTokens: { Worker: "w", Manager: "m" } } })
  expect(world.get({ op: "swarm.inspect" })).toMatchObject({ TLSInfo: { TrustRoot: "new" } })
})

test("info counts nodes and managers and names where the managers are", () => {
  const world = new World()
  world.addNode("m2", "manager")
  world.addNode("m1", "manager")
  world.addNode("w1", "worker")
  expect(world.get({ op: "swarm.info" })).toMatchObject({
    Nodes: 3,
    Managers: 2,
    Cluster: { ID: "cluster" },
    RemoteManagers: [
      { NodeID: "m1", Addr: "10.77.0.1:2377" },
      { NodeID: "m2", Addr: "10.77.0.1:2377" },
    ],
  })
})

test("without a swarm there is nothing to show", () => {
  const world = new World()
  world.change((tx) => tx.delete("clusters", "cluster"))
  expect(world.refusal({ op: "swarm.inspect" }).status).toBe(500)
})

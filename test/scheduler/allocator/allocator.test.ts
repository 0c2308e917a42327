import { describe, expect, it } from "vitest"
import { ingressPortConflict, portConflictMessage } from "../../../scheduler/allocator/ports.ts"
import { replicas, World } from "../world.ts"

const subnet = (world: World, id: string) => world.store.get("networks", id)?.Allocation?.IPAM.Config?.[0]?.Subnet

describe("networks", () => {
  it("get the next free /24 and the next number, ingress first", () => {
    const world = new World()
    world.network("front")
    world.network("back")
    expect(["ingress", "front", "back"].map((id) => subnet(world, id))).toEqual([
      "10.0.0.0/24",
      "10.0.1.0/24",
      "10.0.2.0/24",
    ])
    expect(world.store.get("networks", "front")?.Allocation).toEqual({
      IPAM: { Driver: "default", Config: [{ Subnet: "10.0.1.0/24", Gateway: "10.0.1.1" }] },
      VNI: 4097,
    })
  })

  it("get the subnet they ask for, if no other overlaps it", () => {
    const world = new World()
    world.network("mine", "10.0.1.0/24")
    world.network("next")
    world.network("overlapping", "10.0.0.0/16")
    expect(subnet(world, "mine")).toBe("10.0.1.0/24")
    expect(subnet(world, "next")).toBe("10.0.2.0/24")
    expect(subnet(world, "overlapping")).toBeUndefined()
  })

  it("give back what they had", () => {
    const world = new World()
    world.network("front")
    world.network("back")
    world.network("wanting", "10.0.1.128/25")
    world.commit((tx) => tx.delete("networks", "front"))
    expect(subnet(world, "wanting")).toBe("10.0.1.128/25")
    world.network("third")
    expect(subnet(world, "third")).toBe("10.0.3.0/24")
  })

  it("keep their own under a new leader", () => {
    const world = new World()
    world.network("front")
    world.changeLeader()
    world.network("back")
    expect(subnet(world, "back")).toBe("10.0.2.0/24")
  })
})

describe("addresses", () => {
  it("are one virtual IP a network and one a task", () => {
    const world = new World()
    world.nodes(1)
    world.network("front")
    const id = world.create("web", {
      ...replicas(2),
      TaskTemplate: { ContainerSpec: { Image: "app:1" }, Networks: [{ Target: "front" }] },
      EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 8080 }] },
    })
    expect(world.service(id).Endpoint).toEqual({
      Spec: { Mode: "vip", Ports: [{ TargetPort: 80, PublishedPort: 8080 }] },
      Ports: [{ TargetPort: 80, PublishedPort: 8080 }],
      VirtualIPs: [
        { NetworkID: "ingress", Addr: "10.0.0.2/24" },
        { NetworkID: "front", Addr: "10.0.1.2/24" },
      ],
    })
    expect(world.tasks(id).map((t) => t.NetworksAttachments)).toEqual([
      [
        { NetworkID: "ingress", Addresses: ["10.0.0.3/24"] },
        { NetworkID: "front", Addresses: ["10.0.1.3/24"] },
      ],
      [
        { NetworkID: "ingress", Addresses: ["10.0.0.4/24"] },
        { NetworkID: "front", Addresses: ["10.0.1.4/24"] },
      ],
    ])
  })

  it("are none of the service's own under dnsrr, and none at all without networks", () => {
    const world = new World()
    world.nodes(1)
    world.network("front")
    const dnsrr = world.create("a", {
      TaskTemplate: { ContainerSpec: {}, Networks: [{ Target: "front" }] },
      EndpointSpec: { Mode: "dnsrr" },
    })
    const plain = world.create("b")
    expect(world.service(dnsrr).Endpoint.VirtualIPs).toBeUndefined()
    expect(world.tasks(dnsrr)[0]?.NetworksAttachments).toEqual([{ NetworkID: "front", Addresses: ["10.0.1.2/24"] }])
    expect(world.service(plain).Endpoint).toEqual({})
    expect(world.tasks(plain)[0]?.NetworksAttachments).toBeUndefined()
  })

  it("are waited for: a task stays new, and says why, while its network has no subnet", () => {
    const world = new World()
    world.nodes(1)
    world.network("overlapping", "10.0.0.0/16")
    const id = world.create("web", { TaskTemplate: { ContainerSpec: {}, Networks: [{ Target: "overlapping" }] } })
    world.run(1_000)
    expect(world.tasks(id)[0]?.Status).toMatchObject({ State: "new", Message: "created" })
    expect(world.tasks(id)[0]?.Status.Err).toBe(
      "network overlapping has no subnet: the one it asks for overlaps another, or the address pool is exhausted",
    )
    world.commit((tx) => tx.delete("networks", "ingress"))
    world.run(1_000)
    expect(world.running(id)).toHaveLength(1)
    expect(world.running(id)[0]?.Status.Err).toBeUndefined()
    expect(world.service(id).Endpoint.VirtualIPs).toEqual([{ NetworkID: "overlapping", Addr: "10.0.0.2/16" }])
  })

  it("are given again once a small network is full and its tasks have ended", () => {
    const world = new World()
    world.nodes(1)
    world.network("tiny", "10.9.0.0/29")
    const spec = { TaskTemplate: { ContainerSpec: { Image: "app:1" }, Networks: [{ Target: "tiny" }] } }
    // Five addresses: one for the service, four for tasks.
    const id = world.create("web", { ...spec, ...replicas(6) })
    world.run(1_000)
    expect(world.running(id)).toHaveLength(4)
    const waiting = world.tasks(id).filter((t) => t.Status.State === "new")
    expect(waiting.map((t) => t.Status.Err)).toEqual(Array(2).fill("network tiny has no address left in 10.9.0.0/29"))
    world.changeLeader()
    const other = world.create("other", { ...spec, ...replicas(1) })
    world.run(1_000)
    expect(world.service(other).Endpoint).toEqual({})
    world.remove(id)
    world.run(1_000)
    expect(world.running(other)).toHaveLength(1)
  })

  it("move with a service from one network to another", () => {
    const world = new World()
    world.nodes(1)
    world.network("front")
    world.network("back")
    const id = world.create("web", {
      TaskTemplate: { ContainerSpec: { Image: "app:1" }, Networks: [{ Target: "front" }] },
    })
    world.run(1_000)
    world.update(id, (spec) => ({ ...spec, TaskTemplate: { ...spec.TaskTemplate, Networks: [{ Target: "back" }] } }))
    world.run(10_000)
    expect(world.service(id).Endpoint.VirtualIPs).toEqual([{ NetworkID: "back", Addr: "10.0.2.2/24" }])
    expect(world.running(id)[0]?.NetworksAttachments).toEqual([{ NetworkID: "back", Addresses: ["10.0.2.3/24"] }])
  })
})

describe("published ports", () => {
  const publishing = (...Ports: ReadonlyArray<object>) => ({ EndpointSpec: { Ports } })
  const published = (world: World, id: string) => world.service(id).Endpoint.Ports?.map((port) => port.PublishedPort)

  it("left open come from 30000 up, for each protocol on its own", () => {
    const world = new World()
    const a = world.create("a", publishing({ TargetPort: 80 }, { TargetPort: 53, Protocol: "udp" }, { TargetPort: 81 }))
    const b = world.create("b", publishing({ TargetPort: 80 }))
    expect(published(world, a)).toEqual([30_000, 30_000, 30_001])
    expect(published(world, b)).toEqual([30_002])
  })

  it("stay the same when the service is updated, and under a new leader", () => {
    const world = new World()
    const a = world.create("a", publishing({ TargetPort: 80 }, { TargetPort: 81 }))
    world.changeLeader()
    world.update(a, (spec) => ({ ...spec, ...publishing({ TargetPort: 81 }, { TargetPort: 82 }) }))
    expect(published(world, a)?.[0]).toBe(30_001)
    expect(published(world, a)?.[1]).not.toBe(30_001)
    const b = world.create("b", publishing({ TargetPort: 80, PublishedPort: 30_000 }))
    expect(published(world, b)).toEqual([30_000])
  })

  it("step aside for numbers that are asked for", () => {
    const world = new World()
    const a = world.create("a", publishing({ TargetPort: 80, PublishedPort: 30_000 }, { TargetPort: 81 }))
    expect(published(world, a)).toEqual([30_000, 30_001])
  })

  it("in host mode are the task's business", () => {
    const world = new World()
    world.nodes(1)
    const a = world.create("a", publishing({ TargetPort: 80, PublishMode: "host" }))
    expect(published(world, a)).toEqual([undefined])
    expect(world.service(a).Endpoint.VirtualIPs).toBeUndefined()
  })

  it("of a removed service are free", () => {
    const world = new World()
    const a = world.create("a", publishing({ TargetPort: 80, PublishedPort: 80 }))
    world.remove(a)
    const b = world.create("b", publishing({ TargetPort: 80, PublishedPort: 80 }))
    expect(published(world, b)).toEqual([80])
  })

  it.each([
    ["ingress", "ingress", "as an ingress port"],
    ["host", "ingress", "as an ingress port"],
    ["ingress", "host", "as a host-published port"],
  ] as const)("in %s mode conflict with the same in %s mode", (mine, theirs, words) => {
    const world = new World()
    const a = world.create("a", publishing({ TargetPort: 80, PublishedPort: 80, PublishMode: theirs }))
    const spec = { Ports: [{ TargetPort: 1, PublishedPort: 80, PublishMode: mine }] }
    const conflict = ingressPortConflict(world.store, undefined, spec)
    expect(conflict && portConflictMessage(conflict)).toBe(`port '80' is already in use by service 'a' (${a}) ${words}`)
    expect(ingressPortConflict(world.store, a, spec)).toBeUndefined()
    expect(
      ingressPortConflict(world.store, undefined, { Ports: [{ TargetPort: 1, PublishedPort: 80, Protocol: "udp" }] }),
    ).toBeUndefined()
  })

  it("in host mode do not conflict with each other, and open ones with nothing", () => {
    const world = new World()
    world.create("a", publishing({ TargetPort: 80, PublishedPort: 80, PublishMode: "host" }))
    world.create("b", publishing({ TargetPort: 80 }))
    const host = { Ports: [{ TargetPort: 1, PublishedPort: 80, PublishMode: "host" as const }] }
    expect(ingressPortConflict(world.store, undefined, host)).toBeUndefined()
    expect(ingressPortConflict(world.store, undefined, { Ports: [{ TargetPort: 1 }] })).toBeUndefined()
    expect(
      ingressPortConflict(world.store, undefined, { Ports: [{ TargetPort: 1, PublishedPort: 30_000 }] })?.port,
    ).toBe(30_000)
  })
})

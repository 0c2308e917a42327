import { describe, expect, test } from "vitest"
import type { NetworkCreate } from "../../../core/model/network.ts"
import { service, World } from "./world.ts"

const overlay = (Name: string, more: Partial<NetworkCreate> = {}): NetworkCreate => ({
  Name,
  Driver: "overlay",
  ...more,
})
const subnet = (Subnet: string, more: { Gateway?: string; IPRange?: string } = {}) =>
  overlay("n", { IPAM: { Config: [{ Subnet, ...more }] } })
const create = (world: World, spec: NetworkCreate): string =>
  world.get<{ Id: string }>({ op: "network.create", spec }).Id

describe("network create refuses", () => {
  const world = new World()
  create(world, overlay("taken"))

  test.each<[string, NetworkCreate, number, string]>([
    ["a name that is taken", overlay("taken"), 409, "network with name taken already exists"],
    [
      "a second ingress network",
      overlay("n", { Ingress: true }),
      409,
      "rpc error: code = AlreadyExists desc = ingress network (ingressnetwork) is already present",
    ],
    [
      "an attachable ingress network",
      overlay("n", { Ingress: true, Attachable: true }),
      400,
      "rpc error: code = InvalidArgument desc = ingress network cannot be attachable",
    ],
    ["a predefined name", overlay("host"), 403, "operation is not permitted on predefined host network "],
    ["no name", overlay(""), 400, "rpc error: code = InvalidArgument desc = meta: name must be provided"],
    [
      "a bad name",
      overlay("a b"),
      400,
      "rpc error: code = InvalidArgument desc = name must be valid as a DNS name component",
    ],
    [
      "no address for a subnet",
      subnet("300.1.1.1/24"),
      500,
      "Invalid subnet 300.1.1.1/24 : invalid CIDR address: 300.1.1.1/24",
    ],
    [
      "a gateway outside its subnet",
      subnet("10.1.0.0/24", { Gateway: "10.1.1.1" }),
      400,
      "rpc error: code = InvalidArgument desc = ipam configuration: subnet 10.1.0.0/24 does not contain gateway 10.1.1.1",
    ],
    [
      "a range outside its subnet",
      subnet("10.1.0.0/24", { IPRange: "10.2.0.0/25" }),
      400,
      "rpc error: code = InvalidArgument desc = ipam configuration: subnet 10.1.0.0/24 does not contain range 10.2.0.0/25",
    ],
    [
      "a gateway that is no address",
      subnet("10.1.0.0/24", { Gateway: "router" }),
      400,
      "rpc error: code = InvalidArgument desc = ipam configuration: invalid gateway router",
    ],
  ])("%s", (_, spec, status, message) => {
    expect(world.refusal({ op: "network.create", spec })).toMatchObject({ status, message })
  })

  test.each(["10.1.0.0/24", "fd00::/64", "2001:db8::1:0/112"])("but not %s", (text) => {
    expect(create(new World(), subnet(text))).toHaveLength(25)
  })
})

test("a network is shown with driver and addresses once they are allocated, as Swarm does", () => {
  const world = new World()
  const id = create(world, overlay("back", { Attachable: true, Options: { encrypted: "" }, Labels: { a: "b" } }))
  const inspect = () => world.get<Record<string, unknown>>({ op: "network.inspect", name: "back" })
  expect(inspect()).toMatchObject({ Driver: "", IPAM: { Driver: "", Options: null, Config: null }, Options: null })
  world.change((tx) => {
    const network = tx.get("networks", id)
    const IPAM = { Driver: "default", Config: [{ Subnet: "10.0.1.0/24", Gateway: "10.0.1.1" }] }
    if (network) tx.update("networks", { ...network, Allocation: { VNI: 4097, IPAM } })
  })
  expect(inspect()).toEqual({
    Name: "back",
    Id: id,
    Created: "2026-01-01T00:00:02Z",
    Scope: "swarm",
    Driver: "overlay",
    EnableIPv6: false,
    IPAM: { Driver: "default", Options: null, Config: [{ Subnet: "10.0.1.0/24", Gateway: "10.0.1.1" }] },
    Internal: false,
    Attachable: true,
    Ingress: false,
    ConfigFrom: { Network: "" },
    ConfigOnly: false,
    Containers: null,
    Options: { "com.docker.network.driver.overlay.vxlanid_list": "4097", encrypted: "" },
    Labels: { a: "b" },
  })
})

describe("network remove", () => {
  const remove = (name: string) => ({ op: "network.remove", name }) as const
  const precondition = (text: string) => ({
    status: 400,
    message: `rpc error: code = FailedPrecondition desc = ${text}`,
  })

  test("refuses a network of a service", () => {
    const world = new World()
    const id = create(world, overlay("back"))
    const Networks = [{ Target: "back" }]
    const web = world.createService(service("web", { TaskTemplate: { ContainerSpec: { Image: "nginx" }, Networks } }))
    expect(world.refusal(remove("back"))).toMatchObject(precondition(`network ${id} is in use by service ${web}`))
  })

  test("refuses a network of a task that lives, and takes it once the task is to go", () => {
    const world = new World()
    const id = create(world, overlay("back"))
    const NetworksAttachments = [{ NetworkID: id, Addresses: ["10.0.1.5/24"] }]
    const task = world.addTask(world.createService(service("web")), { NetworksAttachments })
    expect(world.refusal(remove("back"))).toMatchObject(precondition(`network ${id} is in use by task ${task.ID}`))
    world.change((tx) => tx.update("tasks", { ...task, DesiredState: "remove" }))
    world.get(remove("back"))
    expect(world.store.get("networks", id)).toBeUndefined()
  })

  test("refuses the ingress network while a service publishes through it", () => {
    const world = new World()
    const web = world.createService(service("web", { EndpointSpec: { Ports: [{ TargetPort: 80 }] } }))
    expect(world.refusal(remove("ingress"))).toMatchObject(
      precondition(`ingress network cannot be removed because service ${web} depends on it`),
    )
    world.get({ op: "service.remove", name: "web" })
    world.get(remove("ingress"))
    expect(world.store.count("networks")).toBe(0)
  })

  test("of an unknown network finds nothing", () => {
    expect(new World().refusal(remove("nosuch"))).toMatchObject({ status: 404, message: "network nosuch not found" })
  })
})

import { expect, test } from "vitest"
import { service, World } from "./world.ts"

interface Shown {
  readonly [key: string]: unknown
}

const inspect = (world: World, name: string) => world.get<Shown>({ op: "task.inspect", name })

test("a task is shown with the spec it was made from, also after its service got another and is gone", () => {
  const world = new World()
  const id = world.createService(service("web"))
  world.addTask(id, { ID: "t1" })
  const version = world.store.get("services", id)?.Version.Index ?? 0
  const spec = service("web", { TaskTemplate: { ContainerSpec: { Image: "other" } } })
  world.get({ op: "service.update", name: "web", version, spec, rollback: false })
  world.get({ op: "service.remove", name: "web" })
  expect(inspect(world, "t1").Spec).toEqual({
    ContainerSpec: { Image: "nginx:alpine", Isolation: "default" },
    ForceUpdate: 0,
  })
})

test("a task is shown without what it does not have, and with what Go always writes", () => {
  const world = new World()
  world.addTask(world.createService(service("web")), {
    ID: "t1",
    Slot: 0,
    Status: { Timestamp: "2026-01-01T00:00:00Z", State: "starting", ContainerStatus: { ContainerID: "c1" } },
  })
  const task = inspect(world, "t1")
  expect(task).not.toHaveProperty("Slot")
  expect(task).not.toHaveProperty("NodeID")
  expect(task).not.toHaveProperty("NetworksAttachments")
  expect(task).not.toHaveProperty("SpecVersion")
  expect(task).toMatchObject({
    Labels: {},
    Status: { ContainerStatus: { ContainerID: "c1", PID: 0, ExitCode: 0 }, PortStatus: {} },
  })
})

test("a task's networks stand in it whole", () => {
  const world = new World()
  const NetworksAttachments = [{ NetworkID: "ingressnetwork", Addresses: ["10.0.0.5/24"] }]
  world.addTask(world.createService(service("web")), { ID: "t1", NetworksAttachments })
  expect(inspect(world, "t1").NetworksAttachments).toEqual([
    {
      Network: {
        ID: "ingressnetwork",
        Version: { Index: 1 },
        CreatedAt: "2026-01-01T00:00:01Z",
        UpdatedAt: "2026-01-01T00:00:01Z",
        Spec: {
          Name: "ingress",
          Labels: {},
          DriverConfiguration: {},
          Ingress: true,
          IPAMOptions: { Driver: {} },
          Scope: "swarm",
        },
        DriverState: { Name: "overlay", Options: { "com.docker.network.driver.overlay.vxlanid_list": "4096" } },
        IPAMOptions: { Driver: { Name: "default" }, Configs: [{ Subnet: "10.0.0.0/24", Gateway: "10.0.0.1" }] },
      },
      Addresses: ["10.0.0.5/24"],
    },
  ])
})

test("an unknown task is not found", () => {
  expect(new World().refusal({ op: "task.inspect", name: "nosuch" })).toMatchObject({
    status: 404,
    message: "task nosuch not found",
  })
})

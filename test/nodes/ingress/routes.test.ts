import { expect, test } from "vitest"
import { ingressRoutes } from "../../../nodes/ingress/routes.ts"
import { World } from "../../scheduler/world.ts"

test("what is published in ingress mode leads to the tasks that run and are to run", () => {
  const world = new World({ ingress: true })
  world.nodes(2)
  const Ports = [
    { TargetPort: 80, PublishedPort: 8_080 },
    { TargetPort: 53, PublishedPort: 5_353, Protocol: "udp" },
    { TargetPort: 90, PublishedPort: 9_090, PublishMode: "host" },
  ] as const
  const id = world.create("web", { Mode: { Replicated: { Replicas: 2 } }, EndpointSpec: { Ports } })
  expect(ingressRoutes(world.store).map(({ targets }) => targets)).toEqual([[], []])
  world.run(30_000)
  const tasks = world.running(id)
  expect(tasks.length).toBe(2)
  const targets = (port: number) =>
    tasks.map((task) => ({ nodeId: task.NodeID, taskId: task.ID, port })).sort((a, b) => (a.taskId < b.taskId ? -1 : 1))
  expect(ingressRoutes(world.store)).toEqual([
    { protocol: "udp", publishedPort: 5_353, targets: targets(53) },
    { protocol: "tcp", publishedPort: 8_080, targets: targets(80) },
  ])
  world.scale(id, 0)
  expect(ingressRoutes(world.store).map((route) => route.targets)).toEqual([[], []])
})

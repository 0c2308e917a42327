import { expect, it } from "vitest"
import { replicas, World } from "./world.ts"

it("new tasks get the swarm's default log driver where their spec names none; those that are there keep what they have", () => {
  const world = new World()
  world.nodes(1)
  const before = world.create("before", replicas(1))
  const LogDriver = { Name: "local", Options: { "max-size": "1m" } }
  world.commit((tx) => {
    const cluster = tx.get("clusters", "cluster")
    if (cluster) tx.update("clusters", { ...cluster, Spec: { ...cluster.Spec, TaskDefaults: { LogDriver } } })
  })
  const after = world.create("after", replicas(2))
  const own = world.create("own", {
    ...replicas(1),
    TaskTemplate: { ContainerSpec: {}, LogDriver: { Name: "syslog" } },
  })
  expect(world.tasks(after).map((task) => task.LogDriver)).toEqual([LogDriver, LogDriver])
  expect([...world.tasks(before), ...world.tasks(own)].map((task) => task.LogDriver)).toEqual([undefined, undefined])
})

import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { seconds } from "../../../../core/instant.ts"
import type { ClusterStatus } from "../../../../nodes/status.ts"
import { statusOf } from "../../../../sim/cluster/status.ts"
import { Cluster } from "../../../../sim/index.ts"

const file = fileURLToPath(new URL("./fixtures/cluster.json", import.meta.url))

/**
 * The cluster that the golden frames show, as a simulation once left it. It lies in a file, so that the frames change with what draws them and not
 * with each way a scheduler or an election may go; DRYDOCK_GOLDEN=1 simulates it anew (npm run golden).
 */
export function goldenCluster(): ClusterStatus {
  if (process.env.DRYDOCK_GOLDEN === "1") writeFileSync(file, `${JSON.stringify(simulate(), null, 1)}\n`)
  const status: ClusterStatus = JSON.parse(readFileSync(file, "utf8"))
  return status
}

/** Three managers and four workers; a stack under update, a service of none, tasks that wait, an unhealthy one; the leader cut off, a worker without power. */
function simulate(): ClusterStatus {
  const cluster = new Cluster({ managers: 3, workers: 4, seed: "golden", start: Date.UTC(2026, 2, 1, 9, 30) })
  cluster.deploy({ path: "examples/voting-app.yml" }, "shop")
  cluster.createService({
    Name: "agent",
    TaskTemplate: { ContainerSpec: { Image: "portainer/agent:2.19" } },
    Mode: { Global: {} },
  })
  cluster.createService({
    Name: "archive",
    TaskTemplate: {
      ContainerSpec: { Image: "postgres:15" },
      Resources: { Reservations: { MemoryBytes: 64 * 1024 ** 3 } },
    },
    Mode: { Replicated: { Replicas: 2 } },
  })
  const Interval = 1_000_000_000
  cluster.createService({
    Name: "checked",
    TaskTemplate: {
      ContainerSpec: { Image: "nginx:alpine", Healthcheck: { Test: ["CMD-SHELL", "true"], Interval } },
      Resources: { Reservations: { NanoCPUs: 500_000_000 } },
    },
    Mode: { Replicated: { Replicas: 3 } },
  })
  cluster.createService({
    Name: "sick",
    TaskTemplate: {
      ContainerSpec: {
        Image: "busybox",
        // Does not end by itself when asked to: what is killed has failed.
        Command: ["sleep", "100000"],
        StopGracePeriod: 1_000_000_000,
        Healthcheck: { Test: ["CMD-SHELL", "false"], Interval, Retries: 1 },
      },
    },
    Mode: { Replicated: { Replicas: 1 } },
  })
  cluster.run(seconds(40))
  cluster.drain("worker3")
  cluster.scale("shop_vote", 6)
  cluster.run(seconds(10))
  cluster.updateService("shop_vote", (spec) => ({
    ...spec,
    TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: { Image: "dockersamples/examplevotingapp_vote:after" } },
  }))
  cluster.crash("worker2")
  const leader = cluster.leader() ?? "manager1"
  cluster.isolate(leader)
  cluster.run(seconds(9))
  const { world, journal } = cluster
  const ports = new Map(world.managers.map((host, i) => [host, 2375 + i]))
  return statusOf(world, journal, world.bestInformed(), {
    speed: 1,
    hostOf: (host) => `tcp://127.0.0.1:${ports.get(host) ?? 0}`,
  })
}

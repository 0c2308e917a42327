import type { LocalView } from "../../nodes/api/gateway.ts"
import { simulatedEngineVersion } from "../../nodes/engine/simulated/description.ts"
import type { Host } from "../cluster/host.ts"
import type { World } from "../cluster/world.ts"

/** What a simulated machine tells of itself without asking the cluster. */
export function localViewOf(world: World, host: Host): LocalView {
  const containers = host.engine.containers()
  const running = containers.filter((container) => container.State.Status === "running").length
  return {
    nodeId: host.nodeId,
    hostname: host.name,
    address: host.addr,
    swarm: "active",
    manager: host.role === "manager",
    managers: world.managers.map(({ nodeId, addr }) => ({ NodeID: nodeId, Addr: `${addr}:2377` })),
    engineVersion: simulatedEngineVersion,
    cpus: host.size.NanoCPUs / 1e9,
    memoryBytes: host.size.MemoryBytes,
    containers: { running, paused: 0, stopped: containers.length - running },
    images: host.engine.images().length,
    networks: host.engine.networks(),
    now: world.now,
  }
}

import type { LocalView } from "../../nodes/api/gateway.ts"
import { simulatedEngineVersion } from "../../nodes/engine/simulated/description.ts"
import type { LocalSwarm } from "../../nodes/node/swarm-node.ts"
import type { Host } from "../cluster/host.ts"
import type { World } from "../cluster/world.ts"

/** What a simulated machine tells of itself without asking the cluster. */
export function localViewOf(world: World, host: Host): LocalView {
  const containers = host.engine.containers()
  const running = containers.filter((container) => container.State.Status === "running").length
  return {
    hostname: host.name,
    ...(host.node?.local() ?? outside(host)),
    engineVersion: simulatedEngineVersion,
    cpus: host.size.NanoCPUs / 1e9,
    memoryBytes: host.size.MemoryBytes,
    containers: { running, paused: 0, stopped: containers.length - running },
    images: host.engine.images().length,
    networks: host.engine.networks(),
    joinedNetworks: host.node?.agent?.networks() ?? [],
    now: world.now,
  }
}

/** What a machine that is off would say of itself. */
const outside = (host: Host): LocalSwarm => ({
  nodeId: "",
  address: host.addr,
  swarm: "inactive",
  manager: false,
  managers: [],
})

import { memberView } from "../../nodes/manager/manager-view.ts"
import type { ClusterStatus, ManagerView } from "../../nodes/status.ts"
import type { Host } from "./host.ts"
import type { Journal } from "./journal.ts"
import { messagesOf } from "./messages.ts"
import type { World } from "./world.ts"

/** What a world does not know of itself. */
export interface StatusExtra {
  readonly speed: number
  /** Where a machine's API listens. */
  readonly hostOf: (host: Host) => string | undefined
  readonly recorded?: boolean
  readonly events_max?: number
}

const shownEvents = 100

/** The picture of a world as one of its managers knows the cluster; with every machine's own state, which only a simulation can know. */
export function statusOf(
  world: World,
  journal: Journal,
  from: Host | undefined,
  { speed, hostOf, recorded = false, events_max = shownEvents }: StatusExtra,
): ClusterStatus {
  const store = from?.manager?.store
  return {
    now: world.now,
    simulation: {
      seed: world.seed,
      speed,
      started: world.start,
      event: world.queue.processed,
      ...(recorded && { recorded }),
    },
    managers: world.managers.map((host) => managerView(world, host, hostOf(host))),
    messages: messagesOf(world),
    nodes: store ? [...store.all("nodes")] : [],
    services: store ? [...store.all("services")] : [],
    tasks: store ? [...store.all("tasks")] : [],
    events: journal.events.slice(-events_max),
    index: store?.index ?? 0,
  }
}

function managerView(world: World, host: Host, url: string | undefined): ManagerView {
  const { manager } = host
  const member = manager ? memberView(manager, world.now) : stopped
  const { network } = world
  const cutFrom = world.managers
    .map(({ name }) => name)
    .filter((name) => name !== host.name && !(network.connected(host.name, name) && network.connected(name, host.name)))
  return {
    name: host.name,
    nodeId: host.nodeId,
    running: host.running,
    ...member,
    ...(cutFrom.length > 0 && { cutFrom }),
    ...(url !== undefined && { host: url }),
  }
}

const stopped = { role: "stopped", term: 0, vote: 0, commit: 0, applied: 0, lastIndex: 0 } as const

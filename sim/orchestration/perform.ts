import type { Availability } from "../../core/model/node.ts"
import type { Service, ServiceSpec } from "../../core/model/service.ts"
import type { ClusterStore } from "../../core/store/store.ts"
import type { EngineFault } from "../../nodes/engine/simulated/fault.ts"
import type { ControlRequest } from "../../nodes/manager/control/request.ts"
import type { Cluster } from "../cluster/cluster.ts"
import type { Host } from "../cluster/host.ts"
import { goodConditions } from "../network/conditions.ts"
import { type Act, type EngineAct, engineActs, type MachineAct, machineActs, swarmActs, type UserAct } from "./act.ts"
import { changeSwarm } from "./change-swarm.ts"
import { networkName, serviceName, specOf } from "./specs.ts"

/** Does it. What the act needs may be missing: then nothing happens. */
export function perform(cluster: Cluster, act: Act): void {
  const { kind } = act
  if (isOneOf(machineActs, kind)) toMachine(cluster, kind, act)
  else if (isOneOf(engineActs, kind)) toEngine(cluster, kind, act)
  else if (isOneOf(swarmActs, kind)) changeSwarm(cluster, kind, act)
  else byUser(cluster, kind, act)
}

const isOneOf = <T extends string>(kinds: ReadonlyArray<T>, kind: string): kind is T =>
  kinds.some((each) => each === kind)

function toMachine(cluster: Cluster, kind: MachineAct, { n, m }: Act): void {
  const { hosts, network } = cluster.world
  const host = hosts[n % hosts.length]
  const other = hosts[(n + 1 + (m % Math.max(1, hosts.length - 1))) % hosts.length]
  if (!host || !other) return
  switch (kind) {
    case "crash":
    case "stop":
    case "start":
    case "isolate":
      cluster[kind](host.name)
      break
    case "cut":
      cluster.cut(host.name, other.name)
      break
    case "cut one way":
      network.cut(host.name, other.name, { oneWay: true })
      break
    case "heal":
      cluster.heal()
      break
    case "lossy":
      network.conditions = { ...goodConditions, loss: 0.3, duplication: 0.2, delay: 0.3, reorder: n % 2 === 0 }
      break
    case "calm":
      network.conditions = goodConditions
  }
}

function toEngine(cluster: Cluster, kind: EngineAct, act: Act): void {
  const { hosts } = cluster.world
  const host = hosts[act.n % hosts.length]
  const fault = host && faultOf(kind, act, host)
  if (fault) host.engineFault(fault)
}

function faultOf(kind: EngineAct, { m }: Act, host: Host): EngineFault | undefined {
  const running = host.engine.containers().filter(({ State }) => State.Status === "running")
  const containerId = running[m % Math.max(1, running.length)]?.Id
  switch (kind) {
    case "exit":
      return containerId ? { kind: "exit", containerId, exitCode: m % 3 } : undefined
    case "out of memory":
      return containerId ? { kind: "out-of-memory", containerId } : undefined
    case "unhealthy":
      return containerId ? { kind: "health", containerId, health: "unhealthy" } : undefined
    case "fail pull":
    case "fail create":
    case "fail start":
      return {
        kind: "fail-next",
        op: kind === "fail pull" ? "pull" : kind === "fail create" ? "create" : "start",
        error: "the engine is unwell",
      }
    case "registry":
      return { kind: "registry", reachable: m % 2 === 0 }
    case "slow":
      return { kind: "slow", factor: [1, 3, 10][m % 3] ?? 1 }
  }
}

/** Requests are sent and forgotten: whether they succeed is not what a run is about. */
function byUser(cluster: Cluster, kind: UserAct, act: Act): void {
  const store = cluster.world.bestInformed()?.manager?.store
  const managers = cluster.world.managers.filter((host) => host.running)
  const request = store && requestFor(store, kind, act)
  if (request) managers[act.m % managers.length]?.request(request, () => {})
}

const availabilities: Partial<Record<UserAct, Availability>> = { drain: "drain", pause: "pause", activate: "active" }

function requestFor(store: ClusterStore, kind: UserAct, { n, m }: Act): ControlRequest | undefined {
  const networks = [...store.all("networks")].filter(({ Spec }) => !Spec.Ingress).map(({ ID }) => ID)
  const service = store.find("services", "name", serviceName(n))[0]
  switch (kind) {
    case "create":
      return { op: "service.create", spec: specOf(n, m, networks) }
    case "remove":
      return service && { op: "service.remove", name: service.ID }
    case "update":
    case "force":
    case "scale":
    case "roll back":
      return service && updateOf(service, kind, specOf(n, m, networks), m)
    case "drain":
    case "pause":
    case "activate":
    case "label": {
      const nodes = [...store.all("nodes")]
      const node = nodes[n % Math.max(1, nodes.length)]
      if (!node) return undefined
      const Availability = availabilities[kind]
      const change = Availability ? { Availability } : { Labels: { zone: m % 2 === 0 ? "a" : "b" } }
      return { op: "node.update", name: node.ID, version: node.Version.Index, spec: { ...node.Spec, ...change } }
    }
    case "create network":
      return { op: "network.create", spec: { Name: networkName(n), Driver: "overlay" } }
    case "rebalance":
      return { op: "rebalance", moves: 1 + (m % 5), dryRun: n % 4 === 0 }
    case "remove network": {
      const network = store.find("networks", "name", networkName(n))[0]
      return network && { op: "network.remove", name: network.ID }
    }
  }
}

function updateOf(
  service: Service,
  kind: "update" | "force" | "scale" | "roll back",
  fresh: ServiceSpec,
  m: number,
): ControlRequest {
  const { Spec, PreviousSpec } = service
  const { TaskTemplate } = Spec
  const spec =
    kind === "update"
      ? { ...fresh, Mode: Spec.Mode ?? {} }
      : kind === "force"
        ? { ...Spec, TaskTemplate: { ...TaskTemplate, ForceUpdate: (TaskTemplate.ForceUpdate ?? 0) + 1 } }
        : kind === "scale" && Spec.Mode?.Replicated
          ? { ...Spec, Mode: { Replicated: { Replicas: m % 9 } } }
          : (PreviousSpec ?? Spec)
  return {
    op: "service.update",
    name: service.ID,
    version: service.Version.Index,
    spec,
    rollback: kind === "roll back",
  }
}

import type { Platform } from "../../core/model/node.ts"
import { type Constraint, nodeMatches } from "./constraint.ts"
import type { NodeInfo } from "./node-info.ts"

/** What tasks of one service and spec version ask of a node. */
export interface Request {
  readonly serviceId: string
  readonly specId: string
  readonly nanoCpus: number
  readonly memoryBytes: number
  readonly constraints: ReadonlyArray<Constraint>
  readonly platforms: ReadonlyArray<Platform>
  readonly hostPorts: ReadonlyArray<string>
  /** At most so many tasks of the service on a node; 0 for no limit. */
  readonly maxReplicas: number
}

/** One reason for which a node may not take a task, with its explanation. Source: swarmkit manager/scheduler/filter.go. */
export interface Filter {
  readonly name: string
  /** Whether the filter has anything to say about such tasks. */
  applies(request: Request): boolean
  /** Whether the node passes. */
  check(request: Request, info: NodeInfo): boolean
  /** Swarm's words for so many nodes (at least one) that do not pass. */
  explain(nodes: number): string
}

const nodes = (count: number): string => (count === 1 ? "1 node" : `${count} nodes`)

const ready: Filter = {
  name: "ready",
  applies: () => true,
  check: (_, { node }) => node?.Status.State === "ready" && node.Spec.Availability === "active",
  explain: (count) => `${nodes(count)} not available for new tasks`,
}

const resources: Filter = {
  name: "resources",
  applies: ({ nanoCpus, memoryBytes }) => nanoCpus > 0 || memoryBytes > 0,
  check: ({ nanoCpus, memoryBytes }, info) => nanoCpus <= info.freeNanoCpus && memoryBytes <= info.freeMemoryBytes,
  explain: (count) => `insufficient resources on ${nodes(count)}`,
}

const constraint: Filter = {
  name: "constraint",
  applies: ({ constraints }) => constraints.length > 0,
  check: ({ constraints }, { node }) => node !== undefined && nodeMatches(constraints, node),
  explain: (count) => `scheduling constraints not satisfied on ${nodes(count)}`,
}

const platform: Filter = {
  name: "platform",
  applies: ({ platforms }) => platforms.length > 0,
  check: ({ platforms }, { node }) =>
    node !== undefined && platforms.some((wanted) => runsOn(wanted, node.Description.Platform)),
  explain: (count) => `unsupported platform on ${nodes(count)}`,
}

const hostPort: Filter = {
  name: "host port",
  applies: ({ hostPorts }) => hostPorts.length > 0,
  check: ({ hostPorts }, info) => !hostPorts.some((port) => info.hasHostPort(port)),
  explain: (count) => `host-mode port already in use on ${nodes(count)}`,
}

const maxReplicas: Filter = {
  name: "max replicas",
  applies: (request) => request.maxReplicas > 0,
  check: (request, info) => info.tasksOf(request.serviceId) < request.maxReplicas,
  explain: () => "max replicas per node limit exceed",
}

/** In their order: a node counts for the first that it fails. */
export const filters: ReadonlyArray<Filter> = [ready, resources, constraint, platform, hostPort, maxReplicas]

const architectures: ReadonlyMap<string, string> = new Map([
  ["x86_64", "amd64"],
  ["aarch64", "arm64"],
])

const architecture = ({ Architecture = "" }: Platform): string => architectures.get(Architecture) ?? Architecture

const runsOn = (wanted: Platform, has: Platform): boolean =>
  (!wanted.Architecture || architecture(wanted) === architecture(has)) && (!wanted.OS || wanted.OS === has.OS)

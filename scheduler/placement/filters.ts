import type { Platform } from "../../core/model/node.ts"
import { nodeMatches } from "./constraint.ts"
import type { NodeInfo } from "./node-info.ts"
import type { Plugin, Request } from "./request.ts"

/** One reason for which a node may not take a task, with its explanation. Source: swarmkit manager/scheduler/filter.go. */
export interface Filter {
  readonly name: string
  /** Whether what it looks at changes as tasks come and go; otherwise only with the node's object. */
  readonly varies: boolean
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
  varies: false,
  applies: () => true,
  check: (_, info) => info.isOpen,
  explain: (count) => `${nodes(count)} not available for new tasks`,
}

const resources: Filter = {
  name: "resources",
  varies: true,
  applies: ({ nanoCpus, memoryBytes, generic }) => nanoCpus > 0 || memoryBytes > 0 || generic.length > 0,
  check: ({ nanoCpus, memoryBytes, generic }, info) =>
    nanoCpus <= info.freeNanoCpus &&
    memoryBytes <= info.freeMemoryBytes &&
    (generic.length === 0 || info.chooseGeneric(generic) !== undefined),
  explain: (count) => `insufficient resources on ${nodes(count)}`,
}

const plugin: Filter = {
  name: "plugin",
  varies: false,
  applies: ({ plugins }) => plugins.length > 0,
  check: ({ plugins }, { node }) => plugins.every((wanted) => hasPlugin(node?.Description.Engine.Plugins, wanted)),
  explain: (count) => `missing plugin on ${nodes(count)}`,
}

const constraint: Filter = {
  name: "constraint",
  varies: false,
  applies: ({ constraints }) => constraints.length > 0,
  check: ({ constraints }, { node }) => node !== undefined && nodeMatches(constraints, node),
  explain: (count) => `scheduling constraints not satisfied on ${nodes(count)}`,
}

const platform: Filter = {
  name: "platform",
  varies: false,
  applies: ({ platforms }) => platforms.length > 0,
  check: ({ platforms }, { node }) =>
    node !== undefined && platforms.some((wanted) => runsOn(wanted, node.Description.Platform)),
  explain: (count) => `unsupported platform on ${nodes(count)}`,
}

const hostPort: Filter = {
  name: "host port",
  varies: true,
  applies: ({ hostPorts }) => hostPorts.length > 0,
  check: ({ hostPorts }, info) => !hostPorts.some((port) => info.hasHostPort(port)),
  explain: (count) => `host-mode port already in use on ${nodes(count)}`,
}

const maxReplicas: Filter = {
  name: "max replicas",
  varies: true,
  applies: (request) => request.maxReplicas > 0,
  check: (request, info) => info.tasksOf(request.serviceId) < request.maxReplicas,
  explain: () => "max replicas per node limit exceed",
}

/** The cluster keeps no volumes of its own (CSI), so none can be given. */
const volumes: Filter = {
  name: "volumes",
  varies: false,
  applies: (request) => request.volumes.length > 0,
  check: () => false,
  explain: (count) => `cannot fulfill requested CSI volume mounts on ${nodes(count)}`,
}

/** In their order: a node counts for the first that it fails. */
export const filters: ReadonlyArray<Filter> = [
  ready,
  resources,
  plugin,
  constraint,
  platform,
  hostPort,
  maxReplicas,
  volumes,
]

/** An engine that reports no plug-ins, or none for logs, is too old to: it is believed to have what is wanted. */
function hasPlugin(has: ReadonlyArray<Plugin> | undefined, { Type, Name }: Plugin): boolean {
  const ofType = has?.filter((one) => one.Type === Type)
  if (!ofType || (ofType.length === 0 && Type === "Log")) return true
  return ofType.some((one) => withTag(one.Name) === withTag(Name))
}

/** Managed plug-ins are reported with their tag. */
const withTag = (name: string): string => (name.includes(":") ? name : `${name}:latest`)

const architectures: ReadonlyMap<string, string> = new Map([
  ["x86_64", "amd64"],
  ["aarch64", "arm64"],
])

const architecture = ({ Architecture = "" }: Platform): string => architectures.get(Architecture) ?? Architecture

const runsOn = (wanted: Platform, has: Platform): boolean =>
  (!wanted.Architecture || architecture(wanted) === architecture(has)) && (!wanted.OS || wanted.OS === has.OS)

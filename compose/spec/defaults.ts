import type { MappingNode, Node, Scalar } from "../document.ts"
import { isNull } from "../document.ts"
import type { Lookup } from "../interpolate/lookup.ts"
import { goText } from "../scalar-text.ts"
import {
  changeField,
  child,
  fieldsOf,
  has,
  itemsOf,
  mapFields,
  mappingNode,
  mappingOf,
  scalarNode,
  sequenceNode,
  textOf,
  withField,
} from "./nodes.ts"
import { Rules } from "./rules.ts"

type Fill = (node: Node) => Node

const filling =
  (defaults: Readonly<Record<string, Scalar>>): Fill =>
  (node) =>
    node.kind !== "mapping"
      ? node
      : Object.entries(defaults).reduce(
          (filled, [key, value]) => (has(filled, key) ? filled : withField(filled, key, scalarNode(node.at, value))),
          node,
        )

const deviceRequest: Fill = (node) =>
  has(node, "count") || has(node, "device_ids") ? node : filling({ count: "all" })(node)

const secretMount: Fill = (node) =>
  filling({ target: `/run/secrets/${goText(child(node, "source") ?? scalarNode(node.at, ""))}` })(node)

const defaults = new Rules<Fill>([
  ["services.*.build", filling({ context: "." })],
  ["services.*.secrets.*", secretMount],
  ["services.*.ports.*", filling({ protocol: "tcp", mode: "ingress" })],
  ["services.*.deploy.resources.reservations.devices.*", deviceRequest],
  ["services.*.gpus.*", deviceRequest],
  ["services.*.volumes.*.bind", filling({ create_host_path: true })],
])

const apply = (node: Node, at: Rules<Fill> | undefined): Node => {
  if (at === undefined) return node
  if (at.value !== undefined) return at.value(node)
  if (node.kind === "mapping") return mapFields(node, (inner, key) => apply(inner, at.under(key)))
  return node.kind === "sequence"
    ? sequenceNode(
        node.at,
        node.items.map((item) => apply(item, at.under("*"))),
      )
    : node
}

const asMapping = (before: MappingNode, node: Node): MappingNode => (node.kind === "mapping" ? node : before)

export const withDefaults = (root: MappingNode): MappingNode => asMapping(root, apply(root, defaults))

/** Services that say nothing of networks are on `default`; it exists when one is. */
const withDefaultNetwork = (root: MappingNode): MappingNode => {
  let used = false
  const services = changeField(root, "services", (all) =>
    all.kind !== "mapping"
      ? all
      : mapFields(all, (service) => {
          if (service.kind !== "mapping" || has(service, "provider") || has(service, "network_mode")) return service
          const networks = child(service, "networks")
          if (fieldsOf(networks).size > 0) {
            used ||= has(networks, "default")
            return service
          }
          used = true
          const only = new Map([["default", { keyAt: service.at, node: scalarNode(service.at, null) }]])
          return withField(service, "networks", mappingNode(service.at, only))
        }),
  )
  const networks = child(services, "networks")
  if (!used || has(networks, "default")) return services
  const known = networks?.kind === "mapping" ? networks : mappingNode(root.at)
  return withField(services, "networks", withField(known, "default", scalarNode(root.at, null)))
}

interface Implied {
  readonly service: string
  readonly restart: boolean
}

const sharing = ["network_mode", "ipc", "pid", "uts", "cgroup"]

/** Links, shared namespaces and foreign volumes need the other service to be there. */
const impliedDependencies = (service: Node): ReadonlyArray<Implied> => [
  ...itemsOf(child(service, "links")).map((link) => {
    const parts = goText(link).split(":")
    return { service: (parts.length === 2 ? parts[0] : goText(link)) ?? "", restart: true }
  }),
  ...sharing.flatMap((key) => {
    const [kind, name] = (textOf(child(service, key)) ?? "").split(":")
    return kind === "service" && name !== undefined ? [{ service: name, restart: true }] : []
  }),
  ...itemsOf(child(service, "volumes_from"))
    .map(goText)
    .filter((from) => !from.startsWith("container:"))
    .map((from) => ({ service: from.split(":")[0] ?? "", restart: false })),
]

const withDependencies = (service: MappingNode): MappingNode => {
  const given = child(service, "depends_on")
  let all = given?.kind === "mapping" ? given : mappingNode(service.at)
  for (const { service: name, restart } of impliedDependencies(service)) {
    if (has(all, name)) continue
    const condition = mappingOf(service.at, { condition: "service_started", restart, required: true })
    all = withField(all, name, condition)
  }
  return all.fields.size === 0 ? service : withField(service, "depends_on", all)
}

/** Variables without a value take the one of the environment; those of a build that have none there either go. */
const resolveVariables = (node: Node, lookup: Lookup, keepEmpty: boolean): Node => {
  if (node.kind === "mapping") {
    return mapFields(node, (value, key) => {
      if (!isNull(value)) return value
      const found = lookup(key)
      return found === undefined ? (keepEmpty ? value : undefined) : scalarNode(value.at, found)
    })
  }
  if (node.kind !== "sequence") return node
  const items = node.items.flatMap((item) => {
    const text = goText(item)
    if (text.includes("=")) return [item]
    const found = lookup(text)
    return found === undefined ? (keepEmpty ? [item] : []) : [scalarNode(item.at, `${text}=${found}`)]
  })
  return sequenceNode(node.at, items)
}

const normaliseBuild = (node: Node, lookup: Lookup): Node => {
  if (node.kind !== "mapping") return node
  const dockerfile = has(node, "dockerfile_inline") ? {} : { dockerfile: "Dockerfile" }
  const filled = filling({ context: ".", ...dockerfile })(node)
  return filled.kind === "mapping"
    ? changeField(filled, "args", (args) => resolveVariables(args, lookup, false))
    : filled
}

const normaliseService = (service: Node, lookup: Lookup): Node => {
  if (service.kind !== "mapping") return service
  let changed = changeField(service, "pull_policy", (policy) =>
    textOf(policy) === "if_not_present" ? scalarNode(policy.at, "missing") : policy,
  )
  changed = changeField(changed, "build", (build) => normaliseBuild(build, lookup))
  changed = changeField(changed, "environment", (all) => resolveVariables(all, lookup, true))
  changed = changeField(changed, "pre_start", (hooks) => {
    const image = textOf(child(service, "image"))
    return image === undefined || image === "" ? hooks : sequenceNode(hooks.at, itemsOf(hooks).map(filling({ image })))
  })
  return withDependencies(changed)
}

/** Objects are named after the project, external ones after their key. */
const named = (node: Node, key: string, project: string): Node => {
  const object = node.kind === "mapping" ? node : mappingNode(node.at)
  const name = child(object, "name")
  if (name !== undefined && !isNull(name)) return object
  const external = child(object, "external")
  const isExternal = external !== undefined && ["true", "1", "t", "T", "TRUE", "True"].includes(goText(external))
  return withField(object, "name", scalarNode(node.at, isExternal ? key : `${project}_${key}`))
}

/** What follows from the whole: the default network, dependencies, names, variables of the environment. */
export const normaliseProject = (root: MappingNode, project: string, lookup: Lookup): MappingNode => {
  let normal = withDefaultNetwork(root)
  normal = changeField(normal, "services", (services) =>
    services.kind === "mapping" ? mapFields(services, (service) => normaliseService(service, lookup)) : services,
  )
  for (const section of ["networks", "volumes", "configs", "secrets"]) {
    normal = changeField(normal, section, (objects) =>
      objects.kind === "mapping" ? mapFields(objects, (object, key) => named(object, key, project)) : objects,
    )
  }
  return normal
}

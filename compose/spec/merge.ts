import type { Field, MappingNode, Node } from "../document.ts"
import { isNull } from "../document.ts"
import { goText } from "../scalar-text.ts"
import { child, fieldsOf, itemsOf, mappingNode, mappingOf, scalarNode, sequenceNode } from "./nodes.ts"
import { Rules } from "./rules.ts"

/*
 * Two trees to one, as the Compose Specification merges files: mappings by key, lists one after the other (unique.ts then removes what
 * stands twice), everything else replaced. Some keys have a rule of their own.
 */

/** What a file says where both may not be told apart: an error names the place of the second. */
export interface MergeError {
  readonly message: string
  readonly node: Node
}

type Merge = (base: Node, over: Node, path: string, errors: Array<MergeError>) => Node

const override: Merge = (_base, over) => over

/** `{k: v}` as `[k=v]`, sorted; a text as a list of it. */
const asList = (node: Node): ReadonlyArray<Node> => {
  if (node.kind === "sequence") return node.items
  if (node.kind === "scalar") return isNull(node) ? [] : [node]
  const entries = [...fieldsOf(node)].flatMap(([key, { keyAt, node: value }]): ReadonlyArray<Node> => {
    if (isNull(value)) return [scalarNode(keyAt, key)]
    const values = value.kind === "sequence" ? value.items : [value]
    return values.map((one) => scalarNode(keyAt, `${key}=${goText(one)}`))
  })
  return entries.sort((a, b) => (goText(a) < goText(b) ? -1 : 1))
}

const toList: Merge = (base, over) => sequenceNode(base.at, [...asList(base), ...asList(over)])

const toHosts: Merge = (base, over) => {
  const first = asList(base)
  const known = new Set(first.map(goText))
  return sequenceNode(base.at, [...first, ...asList(over).filter((entry) => !known.has(goText(entry)))])
}

/** `[a, b]` as a mapping in which each has the same value. */
const asMapping = (node: Node, value: (at: Node) => Node): MappingNode => {
  if (node.kind === "mapping") return node
  const fields = itemsOf(node).map((item): [string, Field] => [goText(item), { keyAt: item.at, node: value(item) }])
  return mappingNode(node.at, new Map(fields))
}

const nullOf = (node: Node): Node => scalarNode(node.at, null)
export const startedOf = (node: Node): Node => mappingOf(node.at, { condition: "service_started", required: true })

const namedBy =
  (value: (at: Node) => Node): Merge =>
  (base, over, path, errors) =>
    mergeMappings(asMapping(base, value), asMapping(over, value), path, errors)

/** `build: dir` is short for its context. */
const asBuild = (node: Node): MappingNode =>
  node.kind === "mapping" ? node : mappingNode(node.at, new Map([["context", { keyAt: node.at, node }]]))

const build: Merge = (base, over, path, errors) => mergeMappings(asBuild(base), asBuild(over), path, errors)

const logging: Merge = (base, over, path, errors) => {
  if (base.kind !== "mapping" || over.kind !== "mapping") return over
  const [first, second] = [child(base, "driver"), child(over, "driver")]
  const joins = first === undefined || second === undefined || goText(first) === goText(second)
  return joins ? mergeMappings(base, over, path, errors) : over
}

/** Pools are told apart by their subnet. */
const pools: Merge = (base, over, path, errors) => {
  const merged: Array<Node> = []
  const subnet = (node: Node) => goText(child(node, "subnet") ?? scalarNode(node.at, ""))
  const put = (node: Node) => {
    const index = merged.findIndex((one) => subnet(one) === subnet(node))
    if (index < 0) merged.push(node)
    else merged[index] = node
  }
  for (const pool of itemsOf(base)) put(pool)
  for (const pool of itemsOf(over)) {
    const earlier = merged.find((one) => subnet(one) === subnet(pool))
    const both = earlier?.kind === "mapping" && pool.kind === "mapping"
    put(both ? mergeMappings(earlier, pool, path, errors) : pool)
  }
  return sequenceNode(base.at, merged)
}

const service = (key: string): string => `services.*.${key}`

const listsByKey = [
  ...[
    "annotations",
    "build.args",
    "build.additional_contexts",
    "build.labels",
    "deploy.labels",
    "dns",
    "dns_opt",
    "dns_search",
    "env_file",
    "label_file",
    "environment",
    "labels",
    "volumes.*.volume.labels",
    "sysctls",
    "tmpfs",
  ].map(service),
  "networks.*.labels",
  "volumes.*.labels",
]

const rules = new Rules<Merge>([
  ...listsByKey.map((pattern) => [pattern, toList] as const),
  ...["command", "entrypoint", "healthcheck.test", "ulimits.*"].map((key) => [service(key), override] as const),
  [service("build"), build],
  [service("build.extra_hosts"), toHosts],
  [service("extra_hosts"), toHosts],
  [service("depends_on"), namedBy(startedOf)],
  [service("models"), namedBy(nullOf)],
  [service("networks"), namedBy(nullOf)],
  [service("logging"), logging],
  ["networks.*.ipam.config", pools],
])

const ruleAt = (path: string): Merge | undefined =>
  path === ""
    ? undefined
    : path.split(".").reduce<Rules<Merge> | undefined>((found, key) => found?.under(key), rules)?.value

export const mergeNodes: Merge = (base, over, path, errors) => {
  const rule = ruleAt(path)
  if (rule !== undefined) return rule(base, over, path, errors)
  if (isNull(over)) return base
  if (base.kind === "mapping" && over.kind === "mapping") return mergeMappings(base, over, path, errors)
  if (base.kind === "sequence" && over.kind === "sequence") return { ...base, items: [...base.items, ...over.items] }
  if (base.kind === "mapping" || base.kind === "sequence") {
    errors.push({ message: `cannot override ${path}`, node: over })
    return base
  }
  return over
}

/** Names may hold dots: a path is only used to find rules, which a name with a dot then misses, as in Docker's. */
export const mergeMappings = (
  base: MappingNode,
  over: MappingNode,
  path: string,
  errors: Array<MergeError>,
): MappingNode => {
  const fields = new Map(base.fields)
  for (const [key, field] of over.fields) {
    const earlier = fields.get(key)
    const next = path === "" ? key : `${path}.${key}`
    const node = earlier === undefined ? field.node : mergeNodes(earlier.node, field.node, next, errors)
    fields.set(key, { keyAt: field.keyAt, node })
  }
  return { ...base, fields }
}

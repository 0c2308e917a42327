import type { Node } from "../document.ts"
import { parseVolume } from "../normalise/volumes.ts"
import { goText } from "../scalar-text.ts"
import { child, itemsOf, mapFields, sequenceNode, textOf } from "./nodes.ts"
import { Rules } from "./rules.ts"

/** What an item of a list is known by: of two with the same key the later stays, in the place of the first. */
type KeyOf = (item: Node) => string

const field = (node: Node, key: string): string | undefined => {
  const value = child(node, key)
  return value === undefined ? undefined : goText(value)
}

const name: KeyOf = (item) => goText(item).split("=")[0] ?? ""
const whole: KeyOf = (item) => goText(item)

const target: KeyOf = (item) => {
  const text = textOf(item)
  if (text === undefined) return field(item, "target") ?? ""
  const parsed = parseVolume(text)
  return "error" in parsed ? text : (parsed.volume.target ?? "")
}

const device: KeyOf = (item) => {
  const text = textOf(item)
  if (text === undefined) return field(item, "target") ?? field(item, "source") ?? ""
  const parts = text.split(":")
  return parts[1] ?? parts[0] ?? ""
}

const mountedAt =
  (folder: string): KeyOf =>
  (item) =>
    textOf(item) === undefined
      ? (field(item, "target") ?? `${folder}/${field(item, "source")}`)
      : `${folder}/${textOf(item)}`

const envFile: KeyOf = (item) => textOf(item) ?? field(item, "path") ?? ""

const port: KeyOf = (item) => {
  if (item.kind !== "mapping") return goText(item)
  const host = field(item, "host_ip") ?? "0.0.0.0"
  return `${host}:${field(item, "published") ?? ""}:${field(item, "target") ?? ""}/${field(item, "protocol") ?? "tcp"}`
}

const service = (key: string): string => `services.*.${key}`

const rules = new Rules<KeyOf>([
  ...[
    "annotations",
    "build.args",
    "build.additional_contexts",
    "build.tags",
    "build.labels",
    "cap_add",
    "cap_drop",
    "deploy.labels",
    "dns",
    "dns_opt",
    "dns_search",
    "environment",
    "labels",
    "links",
    "networks.*.aliases",
    "networks.*.link_local_ips",
    "profiles",
    "sysctls",
    "tmpfs",
  ].map((key) => [service(key), name] as const),
  ["networks.*.labels", name],
  [service("expose"), whole],
  [service("devices"), device],
  [service("configs"), mountedAt("")],
  [service("secrets"), mountedAt("/run/secrets")],
  [service("env_file"), envFile],
  [service("ports"), port],
  [service("volumes"), target],
])

const apply = (node: Node, at: Rules<KeyOf> | undefined): Node => {
  if (at === undefined) return node
  if (node.kind === "mapping") return mapFields(node, (inner, key) => apply(inner, at.under(key)))
  const keyOf = at.value
  if (node.kind !== "sequence" || keyOf === undefined) return node
  const kept = new Map<string, Node>()
  for (const item of itemsOf(node)) kept.set(keyOf(item), item)
  return sequenceNode(node.at, [...kept.values()])
}

/** Lists that are sets: each thing once. */
export const unique = (node: Node): Node => apply(node, rules)

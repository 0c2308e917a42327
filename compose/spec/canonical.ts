import type { Field, MappingNode, Node } from "../document.ts"
import { Float, isNull } from "../document.ts"
import { parsePorts } from "../go/ports.ts"
import { parseVolume } from "../normalise/volumes.ts"
import { goText } from "../scalar-text.ts"
import { startedOf } from "./merge.ts"
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

/* Every short syntax written out, by the Compose Specification. Defaults come later (defaults.ts). */

export interface Note {
  readonly message: string
  readonly node: Node
}

/** Where the steps of the pipeline put what they find. */
export interface Notes {
  readonly errors: Array<Note>
  readonly warnings: Array<string>
}

type Transform = (node: Node, notes: Notes, path: string) => Node

const wrap: Transform = (node) => (textOf(node) === undefined ? node : sequenceNode(node.at, [node]))

const reference: Transform = (node) => {
  const source = textOf(node)
  return source === undefined ? node : mappingOf(node.at, { source })
}

const namesToMapping: Transform = (node) => {
  if (node.kind !== "sequence") return node
  const fields = node.items.map((item): [string, Field] => [
    goText(item),
    { keyAt: item.at, node: scalarNode(item.at, null) },
  ])
  return mappingNode(node.at, new Map(fields))
}

const dependsOn: Transform = (node) => {
  if (node.kind === "sequence") {
    const fields = node.items.map((item): [string, Field] => [goText(item), { keyAt: item.at, node: startedOf(item) }])
    return mappingNode(node.at, new Map(fields))
  }
  if (node.kind !== "mapping") return node
  return mapFields(node, (one) => {
    if (one.kind !== "mapping") return one
    const conditioned = has(one, "condition") ? one : withField(one, "condition", scalarNode(one.at, "service_started"))
    return has(conditioned, "required") ? conditioned : withField(conditioned, "required", scalarNode(one.at, true))
  })
}

const oneEnvFile = (node: Node): Node => {
  const path = textOf(node)
  if (path !== undefined) return mappingOf(node.at, { path, required: true })
  return node.kind === "mapping" && !has(node, "required")
    ? withField(node, "required", scalarNode(node.at, true))
    : node
}

const envFile: Transform = (node) =>
  sequenceNode(node.at, (node.kind === "sequence" ? node.items : [node]).map(oneEnvFile))

const build: Transform = (node) => {
  const context = textOf(node)
  return context === undefined ? node : mappingOf(node.at, { context })
}

const gpus: Transform = (node) =>
  textOf(node) === undefined ? node : sequenceNode(node.at, [mappingOf(node.at, { count: "all" })])

const device: Transform = (node, notes) => {
  const text = textOf(node)
  if (text === undefined) return node
  const [source = "", target = source, permissions = "rwm", ...more] = text.split(":")
  if (more.length > 0) {
    notes.errors.push({ message: `confusing device mapping, please use long syntax: ${text}`, node })
  }
  return mappingOf(node.at, { source, target: target === "" ? source : target, permissions })
}

/** `[k=v]` to a mapping; an entry without a value is an error. */
const keyValues: Transform = (node, notes, path) => {
  if (node.kind !== "sequence") return node
  const fields = node.items.map((item): [string, Field] => {
    const text = goText(item)
    const cut = text.indexOf("=")
    if (cut < 0) notes.errors.push({ message: `${path}: invalid value ${text}, expected key=value`, node: item })
    return [cut < 0 ? text : text.slice(0, cut), { keyAt: item.at, node: scalarNode(item.at, text.slice(cut + 1)) }]
  })
  return mappingNode(node.at, new Map(fields))
}

const ssh: Transform = (node, notes) => {
  if (node.kind !== "sequence") return node
  const fields = node.items.map((item): [string, Field] => {
    const text = goText(item)
    const cut = text.indexOf("=")
    if (cut < 0 && text !== "default") notes.errors.push({ message: `invalid ssh key "${text}"`, node: item })
    const value = cut < 0 ? null : text.slice(cut + 1)
    return [cut < 0 ? text : text.slice(0, cut), { keyAt: item.at, node: scalarNode(item.at, value) }]
  })
  return mappingNode(node.at, new Map(fields))
}

const asText: Transform = (node) => (textOf(node) === undefined ? scalarNode(node.at, goText(node)) : node)

/** Several host ports for one container port stay one entry: which of them it will be is decided when it starts. */
const shortPorts = (node: Node, notes: Notes): ReadonlyArray<Node> => {
  if (node.kind === "scalar" && node.value instanceof Float) {
    notes.errors.push({ message: `invalid type float64 for port`, node })
    return []
  }
  const parsed = parsePorts(goText(node))
  if ("error" in parsed) {
    notes.errors.push({ message: parsed.error, node })
    return []
  }
  const grouped = new Map<string, Array<(typeof parsed.ports)[number]>>()
  for (const port of parsed.ports) {
    const key = `${port.target}/${port.protocol}`
    grouped.set(key, [...(grouped.get(key) ?? []), port])
  }
  return [...grouped]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, ports]) => {
      const [first] = ports
      const last = ports.at(-1)
      const published =
        first === undefined || first.published === 0
          ? undefined
          : ports.length > 1
            ? `${first.published}-${last?.published}`
            : String(first.published)
      return mappingOf(node.at, {
        mode: "ingress",
        ...(first === undefined || first.ip === "" ? {} : { host_ip: first.ip }),
        target: first?.target ?? 0,
        ...(published === undefined ? {} : { published }),
        protocol: first?.protocol ?? "tcp",
      })
    })
}

const ports: Transform = (node, notes) =>
  sequenceNode(
    node.at,
    itemsOf(node).flatMap((item) => (item.kind === "mapping" ? [item] : shortPorts(item, notes))),
  )

/** Go's path.Clean, of a path within a container. */
const clean = (path: string): string => {
  if (path === "") return path
  const kept: Array<string> = []
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue
    if (part === ".." && kept.length > 0 && kept.at(-1) !== "..") kept.pop()
    else if (part !== ".." || !path.startsWith("/")) kept.push(part)
  }
  return path.startsWith("/") ? `/${kept.join("/")}` : kept.join("/") || "."
}

const shortVolume = (node: Node, text: string, notes: Notes): Node => {
  const parsed = parseVolume(text)
  if ("error" in parsed) {
    notes.errors.push({ message: parsed.error, node })
    return node
  }
  const { volume } = parsed
  const option = /:([^:]*)$/.exec(text)?.[1]?.split(",") ?? []
  const selinux = volume.source === undefined ? undefined : option.findLast((word) => word === "z" || word === "Z")
  const isBind = volume.type === "bind" || volume.bind !== undefined || selinux !== undefined
  let mount = mappingOf(node.at, {
    type: volume.type ?? "volume",
    ...(volume.source === undefined ? {} : { source: volume.source }),
    target: clean(volume.target ?? ""),
    ...(volume.read_only ? { read_only: true } : {}),
  })
  if (isBind) {
    const bind = mappingOf(node.at, {
      ...(selinux === undefined ? {} : { selinux }),
      ...(volume.bind?.propagation === undefined ? {} : { propagation: volume.bind.propagation }),
      ...(volume.type === "bind" ? { create_host_path: true } : {}),
    })
    mount = withField(mount, "bind", bind)
  }
  if (volume.volume !== undefined || (volume.type === "volume" && [...text].length > 2)) {
    mount = withField(mount, "volume", mappingOf(node.at, volume.volume?.nocopy ? { nocopy: true } : {}))
  }
  return mount
}

const volume: Transform = (node, notes) => {
  const text = textOf(node)
  if (text !== undefined) return shortVolume(node, text, notes)
  if (node.kind !== "mapping") return node
  return changeField(node, "target", (target) => scalarNode(target.at, clean(goText(target))))
}

/** `external: {name: x}`, the old way to say it. */
const maybeExternal: Transform = (node, notes, path) => {
  const external = child(node, "external")
  if (node.kind !== "mapping" || external?.kind !== "mapping") return node
  const outside = withField(node, "external", scalarNode(external.at, true))
  const name = child(external, "name")
  if (name === undefined) return outside
  notes.warnings.push(`${path}: external.name is deprecated. Please set name and external: true`)
  const own = textOf(child(node, "name"))
  if (own !== undefined && own !== textOf(name)) {
    notes.errors.push({ message: `${path}: name and external.name conflict; only use name`, node: name })
  }
  return withField(outside, "name", name)
}

const service = (key: string): string => `services.*.${key}`

const rules = new Rules<Transform>([
  ...["build.secrets.*", "secrets.*", "configs.*"].map((key) => [service(key), reference] as const),
  ...["build.provenance", "build.sbom"].map((key) => [service(key), asText] as const),
  ...["label_file", "dns", "develop.watch.*.ignore", "develop.watch.*.include"].map(
    (key) => [service(key), wrap] as const,
  ),
  ...["networks", "models"].map((key) => [service(key), namesToMapping] as const),
  ...["networks", "volumes", "secrets", "configs"].map((key) => [`${key}.*`, maybeExternal] as const),
  [service("build.additional_contexts"), keyValues],
  [service("build.ssh"), ssh],
  [service("build"), build],
  [service("depends_on"), dependsOn],
  [service("env_file"), envFile],
  [service("gpus"), gpus],
  [service("devices.*"), device],
  [service("ports"), ports],
  [service("volumes.*"), volume],
])

const apply = (node: Node, at: Rules<Transform> | undefined, notes: Notes, path: string): Node => {
  if (at === undefined || isNull(node)) return node
  const changed = at.value === undefined ? node : at.value(node, notes, path)
  const next = (key: string) => (path === "" ? key : `${path}.${key}`)
  if (changed.kind === "mapping") {
    return mapFields(changed, (inner, key) => apply(inner, at.under(key), notes, next(key)))
  }
  if (changed.kind !== "sequence") return changed
  return { ...changed, items: changed.items.map((item) => apply(item, at.under("*"), notes, next("[]"))) }
}

export const canonical = (root: MappingNode, notes: Notes): MappingNode => {
  const changed = apply(root, rules, notes, "")
  if (changed.kind !== "mapping") return root
  // An empty name server is none.
  return changeField(changed, "services", (services) =>
    services.kind !== "mapping"
      ? services
      : mapFields(services, (one) =>
          one.kind !== "mapping" || !has(one, "dns")
            ? one
            : changeField(one, "dns", (dns) =>
                sequenceNode(
                  dns.at,
                  itemsOf(dns).filter((item) => goText(item) !== ""),
                ),
              ),
        ),
  )
}

export const servicesOf = (root: Node): ReadonlyMap<string, Field> => fieldsOf(child(root, "services"))

import type { Node } from "../document.ts"
import type { ComposeError, Position } from "../errors.ts"
import { quote } from "../go/quote.ts"
import { goText } from "../scalar-text.ts"
import { child, fieldsOf, has, itemsOf, textOf } from "./nodes.ts"
import { errorAt } from "./stop.ts"
import type { Project, Service } from "./types.ts"

/* What no schema can say: things that must fit together. */

const exclusive = (node: Node, path: string, keys: ReadonlyArray<string>): string | undefined => {
  const given = keys.filter((key) => has(node, key))
  if (given.length > 1) return `${path}: ${keys.join("|")} attributes are mutually exclusive`
  if (given.length === 1 || has(node, "driver") || has(node, "external")) return undefined
  return `${path}: one of ${keys.join("|")} must be set`
}

const external = (node: Node, path: string): string | undefined => {
  if (goText(child(node, "external") ?? node) !== "true") return undefined
  const other = [...fieldsOf(node).keys()].find((key) => key !== "name" && key !== "external" && !key.startsWith("x-"))
  return other === undefined ? undefined : `${path}: conflicting parameters "external" and ${quote(other)} specified`
}

const isAddress = (text: string): boolean => /^[0-9a-fA-F:.]+$/.test(text) && /[.:]/.test(text)

interface Found {
  readonly message: string | undefined
  readonly node: Node
}

const deviceRequest = (node: Node, path: string): string | undefined =>
  has(node, "count") && has(node, "device_ids")
    ? `${path}: "count" and "device_ids" attributes are exclusive`
    : undefined

const inService = (service: Node, path: string): ReadonlyArray<Found> => [
  ...itemsOf(child(service, "ports")).map((node) => {
    const ip = textOf(child(node, "host_ip"))
    return {
      node,
      message: ip === undefined || isAddress(ip) ? undefined : `${path}.ports.[]: invalid ip address: ${ip}`,
    }
  }),
  ...itemsOf(child(child(service, "develop"), "watch")).map((node) => ({
    node,
    message: textOf(child(node, "path")) === "" ? `${path}.develop.watch.[].path: value can't be blank` : undefined,
  })),
  ...itemsOf(child(service, "gpus")).map((node) => ({ node, message: deviceRequest(node, `${path}.gpus.[]`) })),
]

/** Checks a canonical tree, all services and objects, whether they are used or not. */
export const checkValues = (root: Node): ReadonlyArray<ComposeError> => {
  const each = (section: string, check: (node: Node, path: string) => string | undefined): ReadonlyArray<Found> =>
    [...fieldsOf(child(root, section))].map(([key, { node }]) => ({ node, message: check(node, `${section}.${key}`) }))
  const found: ReadonlyArray<Found> = [
    ...each("volumes", external),
    ...each("configs", (node, path) => exclusive(node, path, ["file", "environment", "content"])),
    ...each("secrets", (node, path) => exclusive(node, path, ["file", "environment"])),
    ...[...fieldsOf(child(root, "services"))].flatMap(([key, { node }]) => inService(node, `services.${key}`)),
  ]
  return found.flatMap(({ message, node }) => (message === undefined ? [] : [errorAt("consistency", message, node.at)]))
}

/** Where something of a service stands. */
type PlaceOf = (service: string, ...keys: ReadonlyArray<string>) => Position | undefined

interface Checking {
  readonly project: Project
  readonly disabled: ReadonlySet<string>
  readonly placeOf: PlaceOf
  readonly errors: Array<ComposeError>
}

const invalid = "invalid compose project"

const checkBuild = (name: string, { build, platform }: Service, at: Checking): void => {
  if (build === undefined) return
  const say = (message: string) => at.errors.push(errorAt("consistency", message, at.placeOf(name, "build")))
  if (build.dockerfile_inline !== undefined && build.dockerfile !== undefined) {
    say(`service "${name}" declares mutualy exclusive dockerfile and dockerfile_inline: ${invalid}`)
  }
  for (const [key, context] of build.additional_contexts ?? []) {
    if (!context.startsWith("service:")) continue
    const other = at.project.services.get(context.slice("service:".length))
    if (other?.build !== undefined) continue
    const kind = other === undefined ? "unknown" : "non-buildable"
    say(`service "${name}" declares ${kind} service "${context.slice(8)}" as additional contexts ${key}`)
  }
  if (platform !== undefined && build.platforms !== undefined && !build.platforms.includes(platform)) {
    say(`service.build.platforms MUST include service.platform "${platform}": ${invalid}`)
  }
}

const checkReferences = (name: string, service: Service, at: Checking): void => {
  const { project } = at
  const missing = (kind: string, key: string, known: ReadonlyMap<string, unknown>, names: ReadonlyArray<string>) => {
    for (const one of names) {
      if (known.has(one)) continue
      const message = `service "${name}" refers to undefined ${kind} ${one}: ${invalid}`
      at.errors.push(errorAt("consistency", message, at.placeOf(name, key)))
    }
  }
  const sources = (all: ReadonlyArray<{ readonly source?: string }> | undefined) =>
    (all ?? []).map((one) => one.source ?? "")
  missing("network", "networks", project.networks, [...(service.networks?.keys() ?? [])])
  const volumes = (service.volumes ?? []).filter((volume) => volume.type === "volume" && volume.source !== undefined)
  missing("volume", "volumes", project.volumes, sources(volumes))
  missing("build secret", "build", project.secrets, sources(service.build?.secrets))
  missing("config", "configs", project.configs, sources(service.configs))
  missing("model", "models", project.models, [...(service.models?.keys() ?? [])])
  missing("secret", "secrets", project.secrets, sources(service.secrets))
}

const checkDependencies = (name: string, service: Service, at: Checking): void => {
  for (const [other, { required }] of service.depends_on ?? []) {
    if (at.project.services.has(other) || (at.disabled.has(other) && required === false)) continue
    const message = `service "${name}" depends on undefined service "${other}": ${invalid}`
    at.errors.push(errorAt("consistency", message, at.placeOf(name, "depends_on", other)))
  }
  const shared = /^service:(.*)$/.exec(service.network_mode ?? "")?.[1]
  if (shared !== undefined && !at.project.services.has(shared)) {
    const message = `service "${shared}" not found for network_mode 'service:${shared}'`
    at.errors.push(errorAt("consistency", message, at.placeOf(name, "network_mode")))
  }
}

const twice = (name: string, what: string, other: string): string =>
  `services.${name}: can't set distinct values on '${what}' and '${other}': ${invalid}`

const checkLimits = (name: string, service: Service, at: Checking): void => {
  const { deploy } = service
  const limits = deploy?.resources?.limits
  const reservations = deploy?.resources?.reservations
  const differ = (key: string, other: string, a: unknown, b: unknown, given: unknown) => {
    if (a === undefined || given === undefined || String(a) === String(b ?? 0)) return
    at.errors.push(errorAt("consistency", twice(name, key, other), at.placeOf(name, key)))
  }
  if (deploy?.replicas !== undefined) differ("scale", "deploy.replicas", service.scale, deploy.replicas, deploy)
  differ("cpus", "deploy.resources.limits.cpus", service.cpus?.value, limits?.cpus?.value, limits)
  differ("mem_limit", "deploy.resources.limits.memory", service.mem_limit, limits?.memory, limits)
  const reserved = "deploy.resources.reservations.memory"
  differ("mem_reservation", reserved, service.mem_reservation, reservations?.memory, reservations)
  differ("pids_limit", "deploy.resources.limits.pids", service.pids_limit, limits?.pids, limits)
  const scale = service.scale ?? deploy?.replicas ?? 1
  if (scale < 0) {
    const key = service.scale === undefined ? "deploy.replicas" : "scale"
    const message = `services.${name}.${key}: must be greater than or equal to 0`
    at.errors.push(errorAt("consistency", message, at.placeOf(name, ...key.split("."))))
  }
  if (scale > 1 && service.container_name !== undefined) {
    const key = service.scale === undefined ? "deploy.replicas" : "scale"
    const message = `services.${key}: can't set container_name and ${name} as container name must be unique: ${invalid}`
    at.errors.push(errorAt("consistency", message, at.placeOf(name, "container_name")))
  }
}

const checkMounts = (name: string, service: Service, at: Checking): void => {
  const mounted = new Map<string, string>()
  const mount = (target: string, key: string, index: number) => {
    const place = `services.${name}.${key}[${index}]`
    const earlier = mounted.get(target)
    if (earlier !== undefined) {
      const message = `${place}: target ${target} already mounted as ${earlier}`
      at.errors.push(errorAt("consistency", message, at.placeOf(name, key, String(index))))
    }
    mounted.set(target, place)
  }
  for (const [index, tmpfs] of (service.tmpfs ?? []).entries()) mount(tmpfs.split(":")[0] ?? "", "tmpfs", index)
  for (const [index, volume] of (service.volumes ?? []).entries()) mount(volume.target ?? "", "volumes", index)
}

const checkService = (name: string, service: Service, at: Checking): void => {
  const say = (message: string, ...keys: ReadonlyArray<string>) =>
    at.errors.push(errorAt("consistency", message, at.placeOf(name, ...keys)))
  if (service.build === undefined && service.image === undefined && service.provider === undefined) {
    say(`service "${name}" has neither an image nor a build context specified: ${invalid}`)
  }
  checkBuild(name, service, at)
  if (service.network_mode !== undefined && service.networks !== undefined) {
    say(`service ${name} declares mutually exclusive \`network_mode\` and \`networks\`: ${invalid}`, "network_mode")
  }
  const [test] = service.healthcheck?.test ?? []
  if (test !== undefined && !["CMD", "CMD-SHELL", "NONE"].includes(test)) {
    say(`healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"`, "healthcheck", "test")
  }
  checkDependencies(name, service, at)
  checkReferences(name, service, at)
  checkLimits(name, service, at)
  for (const watch of service.develop?.watch ?? []) {
    if (watch.target !== undefined || watch.action === "rebuild" || watch.action === "restart") continue
    say(`services.${name}.develop.watch: target is required for non-rebuild actions: ${invalid}`, "develop", "watch")
  }
  checkMounts(name, service, at)
}

/** Services that wait for one another in a circle would never start. */
const checkCycles = (at: Checking): void => {
  const done = new Set<string>()
  const visit = (name: string, path: ReadonlyArray<string>): boolean => {
    if (path.includes(name)) {
      const circle = [...path.slice(path.indexOf(name)), name].join(" -> ")
      at.errors.push(errorAt("consistency", `dependency cycle detected: ${circle}`, at.placeOf(name, "depends_on")))
      return true
    }
    if (done.has(name)) return false
    for (const other of at.project.services.get(name)?.depends_on?.keys() ?? []) {
      if (visit(other, [...path, name])) return true
    }
    done.add(name)
    return false
  }
  for (const name of [...at.project.services.keys()].sort()) if (visit(name, [])) return
}

/** Checks a project against itself: everything that is referred to must be there. */
export const checkProject = (
  project: Project,
  disabled: ReadonlySet<string>,
  placeOf: PlaceOf,
): ReadonlyArray<ComposeError> => {
  const at: Checking = { project, disabled, placeOf, errors: [] }
  for (const [name, service] of project.services) checkService(name, service, at)
  if (at.errors.length === 0) checkCycles(at)
  return at.errors
}

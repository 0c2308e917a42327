import { imageLabel } from "../../compose/index.ts"
import type { ServiceSpec } from "../../core/model/index.ts"
import { taggedImage } from "../format/image.ts"

/** One value that a deploy would change; `undefined`: not there. */
export interface Change {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
  /** whether tasks with the old value are replaced */
  readonly restarts: boolean
}

type Plain = { readonly [key: string]: unknown }

const isPlain = (value: unknown): value is Plain => typeof value === "object" && value !== null && !Array.isArray(value)

/** What the engine fills in, so that leaving it out and saying it mean the same. */
const defaults: Readonly<Record<string, unknown>> = {
  "Mode.Replicated.Replicas": 1,
  "EndpointSpec.Mode": "vip",
  "TaskTemplate.ContainerSpec.Isolation": "default",
  "TaskTemplate.ContainerSpec.StopGracePeriod": 10e9,
  "TaskTemplate.Runtime": "container",
  "TaskTemplate.RestartPolicy.Condition": "any",
  "TaskTemplate.RestartPolicy.Delay": 5e9,
  "UpdateConfig.Parallelism": 1,
  "UpdateConfig.FailureAction": "pause",
  "UpdateConfig.Order": "stop-first",
  "UpdateConfig.Monitor": 5e9,
  "RollbackConfig.Parallelism": 1,
  "RollbackConfig.FailureAction": "pause",
  "RollbackConfig.Order": "stop-first",
  "RollbackConfig.Monitor": 5e9,
}

/** Not the file's to say: IDs that names stand for, what the client asked a registry, and what was forced by hand. */
const ignored = /^TaskTemplate\.(ForceUpdate|Placement\.Platforms)$|\.(SecretID|ConfigID)$/

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  value === false ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0) ||
  (isPlain(value) && Object.keys(value).length === 0)

const under = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`)

/** A spec without what is empty, a default, or not compared. */
const normal = (value: unknown, path: string): unknown => {
  if (ignored.test(path)) return undefined
  if (Array.isArray(value)) return value.map((item, index) => normal(item, under(path, String(index))))
  if (!isPlain(value)) return value === defaults[path] ? undefined : value
  const fields = Object.entries(value).flatMap(([key, inner]) => {
    const at = under(path, key)
    const kept = normal(inner, at)
    // 0 replicas and 0 at once are said on purpose; the mode says something though it is empty.
    const meant = kept === 0 ? /Replicas$|Parallelism$/.test(at) : /^Mode\.\w+$/.test(at)
    return isEmpty(kept) && !(meant && kept !== undefined) ? [] : [[key, kept] as const]
  })
  return Object.fromEntries(fields)
}

/** Lists of which the order means nothing, by what tells their items apart. */
const keyOf = (item: unknown): string | undefined => {
  if (typeof item === "string") return undefined
  if (!isPlain(item)) return undefined
  const file = isPlain(item.File) ? item.File.Name : undefined
  const key = item.Target ?? file ?? item.SecretName ?? item.ConfigName ?? item.TargetPort
  return key === undefined ? undefined : `${String(key)}${item.Protocol === undefined ? "" : `/${item.Protocol}`}`
}

/** `K=V` entries as a mapping. */
const byName = (list: ReadonlyArray<unknown>): Plain =>
  Object.fromEntries(
    list.map((entry) => {
      const text = String(entry)
      const cut = text.indexOf("=")
      return cut < 0 ? [text, null] : [text.slice(0, cut), text.slice(cut + 1)]
    }),
  )

const asMapping = (list: ReadonlyArray<unknown>, path: string): Plain | undefined => {
  if (/\.Env$/.test(path)) return byName(list)
  const keys = list.map(keyOf)
  return keys.some((key) => key === undefined)
    ? undefined
    : Object.fromEntries(list.map((item, i) => [`[${keys[i]}]`, item]))
}

const restarting = (path: string): boolean => path.startsWith("TaskTemplate") || path.startsWith("EndpointSpec")

const compare = (before: unknown, after: unknown, path: string): ReadonlyArray<Change> => {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  if (isPlain(before) && isPlain(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    return keys.flatMap((key) => compare(before[key], after[key], under(path, key)))
  }
  if (Array.isArray(before) || Array.isArray(after)) {
    const old = asMapping(Array.isArray(before) ? before : [], path)
    const wanted = asMapping(Array.isArray(after) ? after : [], path)
    if (old !== undefined && wanted !== undefined) return compare(old, wanted, path)
  }
  return [{ path, before: before ?? defaults[path], after: after ?? defaults[path], restarts: restarting(path) }]
}

/** An image that the file names as before is the same, whatever digest it was resolved to. */
const withSameImage = (present: ServiceSpec, wanted: ServiceSpec): ServiceSpec => {
  const container = present.TaskTemplate.ContainerSpec
  const image = container?.Image
  if (image === undefined) return present
  const same =
    present.Labels?.[imageLabel] === wanted.Labels?.[imageLabel] ||
    taggedImage(image.replace(/@sha256:.*$/, "")) === taggedImage(wanted.TaskTemplate.ContainerSpec?.Image ?? "")
  const Image = same ? (wanted.TaskTemplate.ContainerSpec?.Image ?? image) : image
  return { ...present, TaskTemplate: { ...present.TaskTemplate, ContainerSpec: { ...container, Image } } }
}

/** In the cluster networks are IDs, in the files names. */
const withNetworkNames = (spec: ServiceSpec, nameOf: (id: string) => string): ServiceSpec => {
  const networks = spec.TaskTemplate.Networks
  if (networks === undefined) return spec
  const Networks = networks
    .map((network) => ({ ...network, Target: nameOf(network.Target ?? "") }))
    .sort((a, b) => (a.Target < b.Target ? -1 : 1))
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, Networks } }
}

/** What would change of a service, in the order of its paths. */
export const specChanges = (
  present: ServiceSpec,
  wanted: ServiceSpec,
  networkName: (id: string) => string,
): ReadonlyArray<Change> =>
  compare(
    normal(withNetworkNames(withSameImage(present, wanted), networkName), ""),
    normal(withNetworkNames(wanted, networkName), ""),
    "",
  )

import type {
  DnsConfig,
  GenericResource,
  Mount,
  PlacementPreference,
  PortConfig,
  Ulimit,
} from "../../../core/model/index.ts"
import { CliError } from "../../errors.ts"
import { cut, toMap } from "./key-value.ts"

// How `--x-add` and `--x-rm` change what a service has. Each takes what there is, what is added, and what is removed.

type Strings = ReadonlyArray<string>

export function editMap(
  map: Readonly<Record<string, string>> | undefined,
  add: Strings,
  remove: Strings,
): Record<string, string> {
  const kept = Object.entries(map ?? {}).filter(([key]) => !remove.includes(key))
  return { ...Object.fromEntries(kept), ...toMap(add) }
}

/** Variables by name: an added one takes the place of the one it replaces. */
export function editEnv(env: Strings, add: Strings, remove: Strings): Strings {
  const byName = new Map(env.map((text) => [cut(text)[0], text] as const))
  for (const name of remove) byName.delete(name)
  for (const text of add) byName.set(cut(text)[0], text)
  return [...byName.values()]
}

/** In order, without the removed ones. */
export const editSorted = (list: Strings, add: Strings, remove: Strings): Strings =>
  [...list, ...add].filter((item) => !remove.includes(item)).sort()

export const editDns = (
  dns: DnsConfig,
  change: Readonly<Record<keyof DnsConfig, readonly [add: Strings, remove: Strings]>>,
): DnsConfig => {
  const edit = (key: keyof DnsConfig) => {
    const [add, remove] = change[key]
    const edited = [...new Set(editSorted(dns[key] ?? [], add, remove))]
    return edited.length === 0 ? {} : { [key]: edited }
  }
  return { ...edit("Nameservers"), ...edit("Search"), ...edit("Options") }
}

/** Hosts-file lines; `name` removes a name everywhere, `name:address` only there. */
export function editHosts(lines: Strings, add: Strings, remove: Strings): Strings {
  const kept = lines.flatMap((line) => {
    const [address = "", ...names] = line.split(/\s+/)
    const left = names.filter(
      (name) =>
        !remove.some((gone) => {
          const [host, where] = cut(gone, ":")
          return host === name && (where === "" || where === address)
        }),
    )
    return left.length === 0 ? [] : [[address, ...left].join(" ")]
  })
  return [...kept, ...add.filter((line) => !kept.includes(line))]
}

export function editMounts(
  mounts: ReadonlyArray<Mount>,
  add: ReadonlyArray<Mount>,
  remove: Strings,
): ReadonlyArray<Mount> {
  const byTarget = new Map<string, Mount>()
  for (const mount of add) {
    if (byTarget.has(mount.Target ?? "")) throw new CliError("duplicate mount target")
    byTarget.set(mount.Target ?? "", mount)
  }
  for (const mount of mounts) if (!byTarget.has(mount.Target ?? "")) byTarget.set(mount.Target ?? "", mount)
  const key = (mount: Mount) => `${mount.Source ?? ""}\0${mount.Target ?? ""}`
  return [...byTarget.values()]
    .filter((mount) => !remove.includes(mount.Target ?? ""))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** Ports; one is removed by target port, protocol and mode. */
export function editPorts(
  ports: ReadonlyArray<PortConfig>,
  add: ReadonlyArray<PortConfig>,
  remove: ReadonlyArray<PortConfig>,
): ReadonlyArray<PortConfig> {
  const kept = [...new Map(ports.map((port) => [portKey(port), port] as const)).values()].filter(
    (port) => !remove.some((gone) => gone.TargetPort === port.TargetPort && sameWay(gone, port)),
  )
  const had = new Set(ports.map(portKey))
  return [...kept, ...add.filter((port) => !had.has(portKey(port)))].sort((a, b) => (portKey(a) < portKey(b) ? -1 : 1))
}

const sameWay = (a: PortConfig, b: PortConfig): boolean =>
  (a.Protocol ?? "tcp") === (b.Protocol ?? "tcp") && (a.PublishMode ?? "ingress") === (b.PublishMode ?? "ingress")

const portKey = (port: PortConfig): string =>
  `${port.PublishedPort ?? 0}:${port.TargetPort ?? 0}/${port.Protocol ?? ""}/${port.PublishMode ?? ""}`

export function editUlimits(
  ulimits: ReadonlyArray<Ulimit>,
  add: ReadonlyArray<Ulimit>,
  remove: Strings,
): ReadonlyArray<Ulimit> {
  const byName = new Map(ulimits.map((ulimit) => [ulimit.Name, ulimit] as const))
  for (const name of remove) byName.delete(name)
  for (const ulimit of add) byName.set(ulimit.Name, ulimit)
  return [...byName.values()].sort((a, b) => (a.Name < b.Name ? -1 : 1))
}

export function editPreferences(
  preferences: ReadonlyArray<PlacementPreference>,
  add: ReadonlyArray<PlacementPreference>,
  remove: ReadonlyArray<PlacementPreference>,
): ReadonlyArray<PlacementPreference> {
  const gone = new Set(remove.map((preference) => preference.Spread?.SpreadDescriptor))
  return [...preferences.filter((preference) => !gone.has(preference.Spread?.SpreadDescriptor)), ...add]
}

export function editGenericResources(
  resources: ReadonlyArray<GenericResource>,
  add: ReadonlyArray<GenericResource>,
  remove: Strings,
): ReadonlyArray<GenericResource> {
  const kind = (resource: GenericResource) =>
    resource.DiscreteResourceSpec?.Kind ?? resource.NamedResourceSpec?.Kind ?? ""
  const byKind = new Map([...resources, ...add].map((resource) => [kind(resource), resource] as const))
  for (const name of remove) {
    if (!byKind.delete(name)) throw new CliError(`could not find generic-resource \`${name}\` to remove it`)
  }
  return [...byKind.values()].sort((a, b) => (kind(a) < kind(b) ? -1 : 1))
}

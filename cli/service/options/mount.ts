import { resolve } from "node:path"
import type { Mount } from "../../../core/model/index.ts"
import { bad, good, type Parsed } from "../../../core/parsed.ts"
import { parseBool, parseBytes } from "../../args/numbers.ts"
import { csvFields, cut } from "./key-value.ts"

type Setter = (mount: Mount, value: string) => Mount | undefined

const withBind = (mount: Mount, fields: Mount["BindOptions"]): Mount => ({
  ...mount,
  BindOptions: { ...mount.BindOptions, ...fields },
})
const withVolume = (mount: Mount, fields: Mount["VolumeOptions"]): Mount => ({
  ...mount,
  VolumeOptions: { ...mount.VolumeOptions, ...fields },
})
const withTmpfs = (mount: Mount, fields: Mount["TmpfsOptions"]): Mount => ({
  ...mount,
  TmpfsOptions: { ...mount.TmpfsOptions, ...fields },
})

/** A setter for yes and no. */
const onBool =
  (set: (mount: Mount, on: boolean) => Mount): Setter =>
  (mount, value) => {
    const on = parseBool(value)
    return on.ok ? set(mount, on.value) : undefined
  }

/** What each key of --mount makes of the mount; undefined when the value is not one. */
const setters: ReadonlyMap<string, Setter> = new Map<string, Setter>([
  ["type", (mount, value) => ({ ...mount, Type: value.toLowerCase() })],
  ["source", (mount, value) => ({ ...mount, Source: value.startsWith(".") ? resolve(value) : value })],
  ["target", (mount, value) => ({ ...mount, Target: value })],
  ["readonly", onBool((mount, on) => ({ ...mount, ReadOnly: on }))],
  ["consistency", (mount, value) => ({ ...mount, Consistency: value.toLowerCase() })],
  ["bind-propagation", (mount, value) => withBind(mount, { Propagation: value.toLowerCase() })],
  ["bind-nonrecursive", onBool((mount, on) => withBind(mount, { NonRecursive: on }))],
  ["volume-subpath", (mount, value) => withVolume(mount, { Subpath: value })],
  ["volume-nocopy", onBool((mount, on) => withVolume(mount, { NoCopy: on }))],
  ["volume-label", (mount, value) => withVolume(mount, { Labels: added(mount.VolumeOptions?.Labels, value) })],
  [
    "volume-driver",
    (mount, value) => withVolume(mount, { DriverConfig: { ...mount.VolumeOptions?.DriverConfig, Name: value } }),
  ],
  [
    "volume-opt",
    (mount, value) => {
      const config = mount.VolumeOptions?.DriverConfig
      return withVolume(mount, { DriverConfig: { ...config, Options: added(config?.Options, value) } })
    },
  ],
  [
    "tmpfs-size",
    (mount, value) => {
      const size = parseBytes(value)
      return size.ok ? withTmpfs(mount, { SizeBytes: size.value }) : undefined
    },
  ],
  [
    "tmpfs-mode",
    (mount, value) => (/^[0-7]+$/.test(value) ? withTmpfs(mount, { Mode: Number.parseInt(value, 8) }) : undefined),
  ],
])

const aliases: ReadonlyMap<string, string> = new Map([
  ["src", "source"],
  ["dst", "target"],
  ["destination", "target"],
  ["ro", "readonly"],
])

const standAlone = new Set(["readonly", "ro", "volume-nocopy", "bind-nonrecursive"])

/** --mount: `type=volume,source=data,target=/data,readonly`. A relative source is taken from the working directory. */
export function parseMount(text: string): Parsed<Mount> {
  let mount: Mount = { Type: "volume" }
  for (const field of csvFields(text)) {
    const [name, value] = field.includes("=") ? cut(field) : [field, undefined]
    const key = name.toLowerCase()
    if (value === undefined && !standAlone.has(key)) return bad(`invalid field '${field}' must be a key=value pair`)
    const set = setters.get(aliases.get(key) ?? key)
    if (set === undefined) return bad(`unexpected key '${key}' in '${field}'`)
    const next = set(mount, value ?? "true")
    if (next === undefined) return bad(`invalid value for ${key}: ${value}`)
    mount = next
  }
  return check(mount)
}

function check(mount: Mount): Parsed<Mount> {
  if ((mount.Type ?? "") === "") return bad("type is required")
  if ((mount.Target ?? "") === "") return bad("target is required")
  const parts = [
    ["volume", mount.VolumeOptions],
    ["bind", mount.BindOptions],
    ["tmpfs", mount.TmpfsOptions],
  ] as const
  const mixed = parts.find(([type, options]) => options !== undefined && mount.Type !== type)
  return mixed === undefined ? good(mount) : bad(`cannot mix '${mixed[0]}-*' options with mount type '${mount.Type}'`)
}

function added(map: Readonly<Record<string, string>> | undefined, text: string): Readonly<Record<string, string>> {
  const [key, value] = cut(text)
  return key === "" ? { ...map } : { ...map, [key]: value }
}

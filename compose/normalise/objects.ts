import type { FileObjectConfig, NetworkConfig, VolumeConfig } from "../config.ts"
import { absolutePath } from "../go/path.ts"
import { quote } from "../go/quote.ts"
import { clusterSpec } from "./cluster-spec.ts"
import { type Cursor, type Decoder, fail, list, struct } from "./decoder.ts"
import { extensionsOf } from "./extensions.ts"
import { boolean, text, texts } from "./values.ts"

type Kind = "network" | "volume" | "secret" | "config"

/** From this minor version on `external: {name: x}` is deprecated. */
const nameSince: Readonly<Record<Kind, number>> = { network: 5, volume: 4, secret: 5, config: 5 }

interface External {
  readonly name?: string
}

/** Set when the object exists outside the stack; `external: {}` counts, `external: false` does not. */
const external: Decoder<External> = (cursor) => {
  const { node } = cursor
  if (node.kind === "scalar") return node.value === true ? {} : undefined
  return struct<External>({ name: text }, true)(cursor)
}

interface Settled {
  readonly name?: string
  readonly external?: true
}

export interface ObjectCursor {
  readonly cursor: Cursor
  readonly key: string
  readonly minor: number
}

/** The name of an external object: its own, or the deprecated one, or its key. Both at once is a conflict. */
const externalName = (
  { cursor, key, minor }: ObjectCursor,
  kind: Kind,
  name: string | undefined,
  outside: External,
): string => {
  if (outside.name === undefined) return name ?? key
  if (name !== undefined) {
    fail(cursor, "decode", `${kind} ${key}: ${kind}.external.name and ${kind}.name conflict; only use ${kind}.name`)
  } else if (minor >= nameSince[kind]) {
    cursor.load.warnings.push(`${kind} ${key}: ${kind}.external.name is deprecated in favor of ${kind}.name`)
  }
  return outside.name
}

const extensions = (cursor: Cursor) => {
  const found = cursor.node.kind === "mapping" ? extensionsOf(cursor.node) : undefined
  return found === undefined ? {} : { extensions: found }
}

/** `name` and `external` as they are printed. */
const settle = (at: ObjectCursor, kind: Kind, name: string | undefined, outside: External | undefined): Settled => {
  if (outside === undefined) return name === undefined ? {} : { name }
  return { name: externalName(at, kind, name, outside), external: true }
}

type Loaded<T> = Omit<T, "external" | "extensions" | "content" | "enable_ipv6"> & { readonly external?: External }

const decodeNetwork = struct<Loaded<NetworkConfig>>({
  name: text,
  driver: text,
  driver_opts: texts,
  ipam: struct({ driver: text, config: list(struct({ subnet: text }, true)) }),
  external,
  internal: boolean,
  attachable: boolean,
  labels: texts,
})

export const network = (at: ObjectCursor): NetworkConfig => {
  const decoded = decodeNetwork(at.cursor) ?? {}
  const { name: _name, driver, driver_opts, ipam, external: _external, ...rest } = decoded
  const { name, external: isExternal } = settle(at, "network", _name, _external)
  return {
    ...(name === undefined ? {} : { name }),
    ...(driver === undefined ? {} : { driver }),
    ...(driver_opts === undefined ? {} : { driver_opts }),
    ...(ipam === undefined ? {} : { ipam }),
    ...(isExternal === undefined ? {} : { external: isExternal }),
    ...rest,
    ...(isExternal === undefined ? {} : extensions(at.cursor)),
  }
}

const decodeVolume = struct<Loaded<VolumeConfig>>({
  name: text,
  driver: text,
  driver_opts: texts,
  external,
  labels: texts,
  "x-cluster-spec": clusterSpec,
})

const refuseVolumeOptions = (at: ObjectCursor, volume: VolumeConfig): void => {
  for (const key of ["driver", "driver_opts", "labels"] as const) {
    if (volume[key] === undefined) continue
    fail(
      at.cursor,
      "decode",
      `conflicting parameters "external" and ${quote(key)} specified for volume ${quote(at.key)}`,
    )
    return
  }
}

/** An external volume keeps its x- keys, of which its cluster spec is one: it means nothing there. */
export const volume = (at: ObjectCursor): VolumeConfig => {
  const { name: _name, external: _external, "x-cluster-spec": spec, ...rest } = decodeVolume(at.cursor) ?? {}
  if (_external !== undefined) refuseVolumeOptions(at, rest)
  const { name, external: isExternal } = settle(at, "volume", _name, _external)
  return {
    ...(name === undefined ? {} : { name }),
    ...rest,
    ...(isExternal === undefined ? {} : { external: isExternal, ...extensions(at.cursor) }),
    ...(spec === undefined || isExternal ? {} : { "x-cluster-spec": spec }),
  }
}

const decodeFileObject = struct<Loaded<FileObjectConfig>>({
  name: text,
  file: text,
  external,
  labels: texts,
  driver: text,
  driver_opts: texts,
  template_driver: text,
})

/** Without `file` it is the working directory itself, which deploy then cannot read. */
const fileOf = (at: ObjectCursor, kind: Kind, object: Loaded<FileObjectConfig>): string | undefined => {
  if (object.external !== undefined) return object.file
  if (object.driver === undefined) return absolutePath(at.cursor.load.workingDir, object.file ?? "")
  if (object.file !== undefined) {
    fail(at.cursor, "decode", `${kind} ${at.key}: ${kind}.driver and ${kind}.file conflict; only use ${kind}.driver`)
  }
  return object.file
}

export const fileObject = (at: ObjectCursor, kind: "secret" | "config"): FileObjectConfig => {
  const decoded = decodeFileObject(at.cursor) ?? {}
  const { name: _name, file: _file, external: _external, ...rest } = decoded
  const settled = settle(at, kind, _name, _external)
  const file = fileOf(at, kind, decoded)
  return {
    ...(settled.name === undefined ? {} : { name: settled.name }),
    ...(file === undefined ? {} : { file }),
    ...(settled.external === undefined ? {} : { external: settled.external }),
    ...rest,
    ...extensions(at.cursor),
  }
}

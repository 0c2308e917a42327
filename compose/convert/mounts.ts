import type { Mount } from "../../core/model/container-spec.ts"
import type { ServiceVolume, VolumeConfig } from "../config.ts"
import { quote } from "../go/quote.ts"
import { given, recordOf, scope, stackLabels } from "./context.ts"

type Volumes = ReadonlyMap<string, VolumeConfig>
type Converted = Mount | { readonly error: string }
type Block = "bind" | "volume" | "image" | "tmpfs" | "cluster"

const plainMount = (volume: ServiceVolume): Mount => ({
  Type: volume.type ?? "",
  ...given("Source", volume.source),
  ...given("Target", volume.target),
  ...given("ReadOnly", volume.read_only),
  ...given("Consistency", volume.consistency),
})

/** Option blocks of other types are refused, in Docker's order of checking. */
const wrongBlock = (
  volume: ServiceVolume,
  blocks: ReadonlyArray<Block>,
  type: string,
): { error: string } | undefined => {
  const block = blocks.find((name) => volume[name] !== undefined)
  if (block === undefined) return undefined
  // Docker's own plural for one pair of the two.
  const named = block === "image" && type === "volume" ? "images" : block
  return { error: `${named} options are incompatible with type ${type}` }
}

const undefinedVolume = (name: string) => ({ error: `undefined volume ${quote(name)}` })

const namedVolume = (volume: ServiceVolume, volumes: Volumes, namespace: string): Converted => {
  const wrong = wrongBlock(volume, ["image", "tmpfs", "bind", "cluster"], "volume")
  if (wrong !== undefined) return wrong
  if (volume.source === undefined) return plainMount(volume)
  const declared = volumes.get(volume.source)
  if (declared === undefined) return undefinedVolume(volume.source)
  const Source = declared.name ?? scope(namespace, volume.source)
  const own = { ...given("NoCopy", volume.volume?.nocopy), ...given("Subpath", volume.volume?.subpath) }
  if (declared.external) return { ...plainMount(volume), Source, VolumeOptions: own }
  const { driver, driver_opts } = declared
  const hasDriver = driver !== undefined || driver_opts !== undefined
  const DriverConfig = {
    ...given("Name", driver),
    ...(driver_opts === undefined ? {} : { Options: recordOf(driver_opts) }),
  }
  return {
    ...plainMount(volume),
    Source,
    VolumeOptions: {
      ...own,
      Labels: stackLabels(namespace, declared.labels),
      ...(hasDriver ? { DriverConfig } : {}),
    },
  }
}

const noSource = (type: string) => ({ error: `invalid ${type} source, source cannot be empty` })

const bindMount = (volume: ServiceVolume, type: "bind" | "npipe"): Converted => {
  if (volume.source === undefined) return noSource(type)
  const others: ReadonlyArray<Block> =
    type === "bind" ? ["volume", "image", "tmpfs", "cluster"] : ["volume", "image", "tmpfs"]
  const wrong = wrongBlock(volume, others, type)
  if (wrong !== undefined) return wrong
  const options = volume.bind && { ...given("Propagation", volume.bind.propagation) }
  return { ...plainMount(volume), ...given("BindOptions", options) }
}

const tmpfsMount = (volume: ServiceVolume): Converted => {
  if (volume.source !== undefined) return { error: "invalid tmpfs source, source must be empty" }
  const wrong = wrongBlock(volume, ["bind", "volume", "image", "cluster"], "tmpfs")
  if (wrong !== undefined) return wrong
  const size = volume.tmpfs?.size
  const options = volume.tmpfs && { ...given("SizeBytes", size === undefined ? undefined : Number(size)) }
  return { ...plainMount(volume), ...given("TmpfsOptions", options) }
}

const imageMount = (volume: ServiceVolume): Converted => {
  if (volume.source === undefined) return noSource("image")
  const wrong = wrongBlock(volume, ["volume", "bind", "tmpfs", "cluster"], "image")
  if (wrong !== undefined) return wrong
  const options = volume.image && { ...given("Subpath", volume.image.subpath) }
  return { ...plainMount(volume), ...given("ImageOptions", options) }
}

/** A volume of a CSI plug-in; a source `group:x` names no single volume and is not looked up. */
const clusterMount = (volume: ServiceVolume, volumes: Volumes, namespace: string): Converted => {
  if (volume.source === undefined) return noSource("cluster")
  const wrong = wrongBlock(volume, ["tmpfs", "bind", "volume"], "cluster")
  if (wrong !== undefined) return wrong
  const mount = { ...plainMount(volume), ClusterOptions: {} }
  if (volume.source.startsWith("group:")) return mount
  const declared = volumes.get(volume.source)
  if (declared === undefined) return undefinedVolume(volume.source)
  return { ...mount, Source: declared.name ?? scope(namespace, volume.source) }
}

export const convertMount = (volume: ServiceVolume, volumes: Volumes, namespace: string): Converted => {
  switch (volume.type) {
    case undefined:
    case "volume":
      return namedVolume(volume, volumes, namespace)
    case "bind":
    case "npipe":
      return bindMount(volume, volume.type)
    case "tmpfs":
      return tmpfsMount(volume)
    case "image":
      return imageMount(volume)
    case "cluster":
      return clusterMount(volume, volumes, namespace)
    default:
      return { error: "volume type must be volume, bind, tmpfs, npipe, or cluster" }
  }
}

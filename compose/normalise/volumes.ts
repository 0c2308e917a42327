import type { ServiceVolume } from "../config.ts"
import { absolutePath, isWindowsAbsolute } from "../go/path.ts"
import { type Cursor, type Decoder, fail, failDecoding, item, struct } from "./decoder.ts"
import { boolean, signed, text, textOf } from "./values.ts"

const longVolume = struct<ServiceVolume>({
  type: text,
  source: text,
  target: text,
  read_only: boolean,
  consistency: text,
  bind: struct({ propagation: text }, true),
  volume: struct({ nocopy: boolean, subpath: text }, true),
  image: struct({ subpath: text }, true),
  tmpfs: struct({ size: signed }, true),
  cluster: struct({}, true),
})

const isDrive = (buffer: string, next: string): boolean => next === ":" && /^\p{L}$/u.test(buffer)

/** Splits at colons, but for the one after a single letter: that is a drive of Windows. */
const sectionsOf = (spec: string): ReadonlyArray<string> => {
  const sections: Array<string> = []
  let buffer = ""
  for (const char of spec) {
    if (char === ":" && !isDrive(buffer, char)) {
      sections.push(buffer)
      buffer = ""
    } else buffer += char
  }
  return [...sections, buffer]
}

const isFilePath = (source: string): boolean =>
  /^[./~]/.test(source) || source.startsWith("\\\\") || /^\p{L}:/u.test(source)

const propagations = ["shared", "slave", "private", "rshared", "rslave", "rprivate"]

/** Unknown options (z, cached, RO) mean nothing; of contradicting ones the last counts. */
const withOptions = (options: string): Pick<ServiceVolume, "read_only" | "bind" | "volume"> => {
  let readOnly = false
  let rest: Pick<ServiceVolume, "bind" | "volume"> = {}
  for (const option of options.split(",")) {
    if (option === "ro" || option === "rw") readOnly = option === "ro"
    else if (option === "nocopy") rest = { ...rest, volume: { nocopy: true } }
    else if (propagations.includes(option)) rest = { ...rest, bind: { propagation: option } }
  }
  return readOnly ? { read_only: true, ...rest } : rest
}

type Parsed = { readonly volume: ServiceVolume } | { readonly error: string }

/** `[source:]target[:options]` */
export const parseVolume = (spec: string): Parsed => {
  if (spec === "") return { error: "invalid empty volume spec" }
  if ([...spec].length <= 2) return { volume: { type: "volume", target: spec } }
  const sections = sectionsOf(spec)
  const firstEmpty = sections.indexOf("")
  if (sections.length > 3 && (firstEmpty < 0 || firstEmpty > 2)) {
    return { error: `invalid spec: ${spec}: too many colons` }
  }
  if (firstEmpty >= 0) return { error: `invalid spec: ${spec}: empty section between colons` }
  const [first = "", target, options = ""] = sections
  if (target === undefined) return { volume: { type: "volume", target: first } }
  const type = isFilePath(first) ? "bind" : "volume"
  return { volume: { type, source: first, target, ...withOptions(options) } }
}

const expandHome = (cursor: Cursor, source: string): string => {
  if (!source.startsWith("~")) return source
  const home = cursor.load.lookup("HOME")
  if (home !== undefined) return home + source.slice(1)
  cursor.load.warnings.push("cannot expand '~', because the environment lacks HOME")
  return source
}

/** A bind's source becomes absolute: `~` is the home directory, what is relative starts at the working directory. */
const withAbsoluteSource = (cursor: Cursor, volume: ServiceVolume): ServiceVolume => {
  if (volume.type !== "bind") return volume
  if (volume.source === undefined) {
    fail(cursor, "decode", 'invalid mount config for type "bind": field Source must not be empty')
    return volume
  }
  const source = expandHome(cursor, volume.source)
  const absolute = source.startsWith("/") || isWindowsAbsolute(source)
  const path = absolute ? source : absolutePath(cursor.load.workingDir, source)
  const { type, source: _old, ...rest } = volume
  return { type, source: path, ...rest }
}

const oneVolume = (cursor: Cursor): ServiceVolume | undefined => {
  if (cursor.node.kind === "mapping") return longVolume(cursor)
  const parsed = parseVolume(textOf(cursor.node))
  if ("error" in parsed) return failDecoding(cursor, `error decoding '${cursor.name}': ${parsed.error}`)
  return parsed.volume
}

export const volumes: Decoder<ReadonlyArray<ServiceVolume>> = (cursor) => {
  if (cursor.node.kind !== "sequence" || cursor.node.items.length === 0) return undefined
  return cursor.node.items.map((node, index) => {
    const at = item(cursor, index, node)
    return withAbsoluteSource(at, oneVolume(at) ?? {})
  })
}

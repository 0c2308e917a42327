import * as Result from "effect/Result"
import type { OptionalTexts, Texts } from "../config.ts"
import type { Node } from "../document.ts"
import type { Lookup } from "../interpolate/lookup.ts"
import type { ReadFile } from "../load.ts"
import { parseDotEnv } from "./dotenv.ts"
import { child, itemsOf } from "./nodes.ts"
import { stopAt } from "./stop.ts"
import type { Service } from "./types.ts"

interface Reading {
  readonly lookup: Lookup
  readonly readFile: ReadFile
  readonly onRead: (path: string) => void
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const rawLines = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split("\n").flatMap((line): ReadonlyArray<[string, string]> => {
      const cut = line.indexOf("=")
      return line.trim() === "" || line.startsWith("#") || cut < 0 ? [] : [[line.slice(0, cut), line.slice(cut + 1)]]
    }),
  )

/** The variables of a service: its env_files in order, then `environment` over them. */
export const resolveEnvironment = (
  service: Service,
  node: Node | undefined,
  reading: Reading,
): OptionalTexts | undefined => {
  const own = new Map(
    [...(service.environment ?? [])].map(([key, value]) => [key, value ?? reading.lookup(key) ?? null] as const),
  )
  let found: ReadonlyMap<string, string> = new Map(
    [...own].flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  )
  const places = itemsOf(child(node, "env_file"))
  for (const [index, file] of (service.env_file ?? []).entries()) {
    const path = file.path ?? ""
    const read = reading.readFile(path)
    const at = child(places[index], "path") ?? places[index]
    if (Result.isFailure(read)) {
      if (file.required === false) continue
      throw stopAt("file", `env file ${path} not found: ${read.failure.replace(/^open /, "stat ")}`, at)
    }
    reading.onRead(path)
    if (file.format === "raw") {
      found = new Map([...found, ...rawLines(decode(read.success))])
      continue
    }
    if (file.format !== undefined) throw stopAt("file", `unsupported env_file format "${file.format}"`, at)
    const parsed = parseDotEnv(
      decode(read.success),
      (name) => reading.lookup(name) ?? own.get(name) ?? undefined,
      found,
    )
    if ("error" in parsed) throw stopAt("file", `failed to read ${path}: ${parsed.error}`, at)
    found = parsed.variables
  }
  const all = new Map<string, string | null>([...found, ...own])
  return all.size === 0 ? undefined : all
}

/** The labels of a service: its label_files in order, then `labels` over them. */
export const resolveLabels = (service: Service, node: Node | undefined, reading: Reading): Texts | undefined => {
  let found: ReadonlyMap<string, string> = new Map()
  for (const path of service.label_file ?? []) {
    const read = reading.readFile(path)
    const at = child(node, "label_file")
    if (Result.isFailure(read))
      throw stopAt("file", `label file ${path} not found: ${read.failure.replace(/^open /, "stat ")}`, at)
    reading.onRead(path)
    const parsed = parseDotEnv(decode(read.success), () => undefined, found)
    if ("error" in parsed) throw stopAt("file", `failed to read ${path}: ${parsed.error}`, at)
    found = parsed.variables
  }
  const all = new Map([...found, ...(service.labels ?? [])])
  return all.size === 0 ? undefined : all
}

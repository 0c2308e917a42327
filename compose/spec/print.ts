import { Float, Timestamp } from "../document.ts"
import { formatFloat } from "../go/float.ts"
import { asPrintable, byName, isList, isScalar, type Printable, printEntry } from "../print.ts"
import { serviceFields } from "./model.ts"
import type { Deploy, Network, Project, Service } from "./types.ts"

/** A dollar sign in the result stands for itself: it is written twice, so that the result reads the same as a file. */
const escapeDollars = (text: string): string => text.replaceAll("$", "$$$$")

/** What `docker compose config` prints. */
export const projectYaml = (project: Project): string => {
  const section = (name: string, map: ReadonlyMap<string, object>): string =>
    map.size === 0 ? "" : printEntry(name, asPrintable(map), "")
  return escapeDollars(
    [
      printEntry("name", project.name, ""),
      printEntry("services", asPrintable(project.services), ""),
      section("networks", project.networks),
      section("volumes", project.volumes),
      section("secrets", project.secrets),
      section("configs", project.configs),
      section("models", project.models),
      ...byName(project.extensions).map(([key, value]) => printEntry(key, value, "")),
    ].join(""),
  )
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["<", "\\u003c"],
  [">", "\\u003e"],
  ["&", "\\u0026"],
  ["\u2028", "\\u2028"],
  ["\u2029", "\\u2029"],
])

/** Texts as Go's encoder writes them. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (char) => escapes.get(char) ?? char)

const scalar = (value: Printable): string => {
  if (typeof value === "string") return quoted(value)
  if (value instanceof Float) return formatFloat(value.value)
  if (value instanceof Timestamp) return quoted(value.rfc3339)
  return String(value)
}

const json = (value: Printable, indent: string): string => {
  if (isScalar(value)) return scalar(value)
  const inner = `${indent}  `
  if (isList(value)) {
    if (value.length === 0) return "[]"
    return `[\n${value.map((item) => `${inner}${json(item, inner)}`).join(",\n")}\n${indent}]`
  }
  const entries: ReadonlyArray<readonly [string, Printable]> =
    value instanceof Map
      ? [...value].sort(([a], [b]) => (a < b ? -1 : 1))
      : Object.entries(value).filter(([key]) => key !== "extensions")
  if (entries.length === 0) return "{}"
  return `{\n${entries.map(([key, one]) => `${inner}${quoted(key)}: ${json(one, inner)}`).join(",\n")}\n${indent}}`
}

const inOrder = <T extends object>(given: T, keys: ReadonlyArray<string>): T => {
  const ranked = new Map(keys.map((key, index) => [key, index]))
  return Object.fromEntries(
    Object.entries(given).sort(([a], [b]) => (ranked.get(a) ?? 1000) - (ranked.get(b) ?? 1000)),
  ) as T
}

const deployKeys: ReadonlyArray<keyof Deploy> = [
  "mode",
  "replicas",
  "labels",
  "update_config",
  "rollback_config",
  "resources",
  "restart_policy",
  "placement",
  "endpoint_mode",
]

/** In JSON some parts are there even when they are empty. */
const completeService = (service: Service): object => {
  const deploy = service.deploy && inOrder({ resources: {}, placement: {}, ...service.deploy }, deployKeys)
  return inOrder(
    { command: null, entrypoint: null, ...service, ...(deploy === undefined ? {} : { deploy }) },
    Object.keys(serviceFields),
  )
}

const networkKeys: ReadonlyArray<keyof Network> = ["name", "driver", "driver_opts", "ipam", "external"]
const completeNetwork = (network: Network): object => inOrder({ ipam: {}, ...network }, networkKeys)

const mapValues = <T>(map: ReadonlyMap<string, T>, change: (value: T) => object) =>
  new Map([...map].map(([key, value]) => [key, change(value)] as const))

/** What `docker compose config --format json` prints. */
export const projectJson = (project: Project): string => {
  const same = (value: object) => value
  const sections: ReadonlyArray<readonly [string, ReadonlyMap<string, object>]> = [
    ["networks", mapValues(project.networks, completeNetwork)],
    ["volumes", mapValues(project.volumes, same)],
    ["secrets", mapValues(project.secrets, same)],
    ["configs", mapValues(project.configs, same)],
    ["models", mapValues(project.models, same)],
  ]
  const root = new Map<string, Printable>([
    ["name", project.name],
    ["services", asPrintable(mapValues(project.services, completeService))],
    ...sections.flatMap(([name, map]) => (map.size === 0 ? [] : [[name, asPrintable(map)] as const])),
    ...byName(project.extensions),
  ])
  return `${escapeDollars(json(root, ""))}\n`
}

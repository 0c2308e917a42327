import { json } from "../print/json.ts"
import type { Printable } from "../print/printable.ts"
import { asPrintable, byName, printEntry } from "../print.ts"
import { serviceFields } from "./model/service.ts"
import type { Deploy, Network, Project, Service } from "./types.ts"

/** A dollar sign in the result stands for itself: it is written twice, so that the result reads the same as a file. */
const escapeDollars = (text: string): string => text.replaceAll("$", "$$$$")

/** What `docker compose config` prints. */
export const projectYaml = (project: Project, interpolated = true): string => {
  const section = (name: string, map: ReadonlyMap<string, object>): string =>
    map.size === 0 ? "" : printEntry(name, asPrintable(map), "")
  const escaped = interpolated ? escapeDollars : (text: string) => text
  return escaped(
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

/** One service, for telling whether it has changed. */
export const serviceJson = (service: Service): string => json(asPrintable(new Map([["service", service]])), "", true)

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
  return `${escapeDollars(json(root, "", false))}\n`
}

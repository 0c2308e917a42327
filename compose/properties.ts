import { type Document, mappingOf, placeAt } from "./document.ts"
import type { ComposeError, Place } from "./errors.ts"

const useDeployResources = "Set resource limits using deploy.resources"

/** Service keys that stop a load. */
const forbidden: ReadonlyMap<string, string> = new Map([
  ["cpu_quota", useDeployResources],
  ["cpu_shares", useDeployResources],
  ["cpuset", useDeployResources],
  ["extends", "Support for `extends` is not implemented yet."],
  ["mem_limit", useDeployResources],
  ["memswap_limit", useDeployResources],
  [
    "volume_driver",
    "Instead of setting the volume driver on the service, define a volume using the top-level `volumes` option and specify the driver there.",
  ],
  [
    "volumes_from",
    "To share a volume between services, define it using the top-level `volumes` option and reference it from each service that shares it using the service-level `volumes` option.",
  ],
])

/** Service keys that `docker stack deploy` names and does without. */
const unsupported: ReadonlyArray<string> = [
  "build",
  "cgroup_parent",
  "cgroupns_mode",
  "devices",
  "domainname",
  "external_links",
  "ipc",
  "links",
  "mac_address",
  "network_mode",
  "pid",
  "privileged",
  "restart",
  "security_opt",
  "shm_size",
  "userns_mode",
]

const deprecated: ReadonlyMap<string, string> = new Map([
  ["container_name", "Setting the container name is not supported."],
  [
    "expose",
    "Exposing ports is unnecessary - services on the same network can access each other's containers on any port.",
  ],
])

export const forbiddenKeys: ReadonlyArray<string> = [...forbidden.keys()]
export const unsupportedStackKeys: ReadonlyArray<string> = unsupported
export const deprecatedKeys: ReadonlyArray<string> = [...deprecated.keys()]

export interface Use {
  readonly key: string
  readonly place: Place
}

const usesOf = (
  documents: ReadonlyArray<Document>,
  wanted: (key: string) => boolean,
  services?: ReadonlySet<string>,
): ReadonlyArray<Use> =>
  documents.flatMap((document) =>
    [...mappingOf(document.root.fields.get("services")?.node)].flatMap(([name, service]) =>
      (services === undefined || services.has(name) ? [...mappingOf(service.node)] : []).flatMap(([key, field]) =>
        wanted(key) ? [{ key, place: placeAt(document, field.keyAt) }] : [],
      ),
    ),
  )

const described = (keys: ReadonlyArray<string>, descriptions: ReadonlyMap<string, string>): string =>
  keys.map((key) => `${key}: ${descriptions.get(key) ?? ""}`).join("\n\n")

const sortedKeys = (uses: ReadonlyArray<Use>): ReadonlyArray<string> => [...new Set(uses.map((use) => use.key))].sort()

/** Comes before interpolation and schema, and hides whatever else is wrong. */
export const forbiddenProperties = (document: Document): ReadonlyArray<ComposeError> => {
  const uses = usesOf([document], (key) => forbidden.has(key))
  const all = described(sortedKeys(uses), forbidden)
  return uses.map(({ place }) => ({
    kind: "forbidden",
    message: "Configuration contains forbidden properties",
    deployMessage: `Compose file contains unsupported options:\n\n${all}\n`,
    place,
  }))
}

/** What deploy leaves out, with the places; both lists are computed from the files as written. */
export interface Ignored {
  /** sorted, each once: as in `Ignoring unsupported options: a, b` */
  readonly unsupported: ReadonlyArray<string>
  /** sorted, each once */
  readonly deprecated: ReadonlyArray<string>
  readonly uses: ReadonlyArray<Use>
}

export const ignoredProperties = (documents: ReadonlyArray<Document>): Ignored => ignoredIn(documents, [])

/** `more`: keys that are left out besides those of stack files. `services`: only these are looked at. */
export const ignoredIn = (
  documents: ReadonlyArray<Document>,
  more: ReadonlyArray<string>,
  services?: ReadonlySet<string>,
): Ignored => {
  const left = usesOf(documents, (key) => unsupported.includes(key) || more.includes(key), services)
  const old = usesOf(documents, (key) => deprecated.has(key), services)
  return { unsupported: sortedKeys(left), deprecated: sortedKeys(old), uses: [...left, ...old] }
}

/** The text `docker stack deploy` puts on stderr before it starts; empty when nothing is ignored. */
export const ignoredText = (ignored: Ignored): string => {
  const first =
    ignored.unsupported.length === 0 ? "" : `Ignoring unsupported options: ${ignored.unsupported.join(", ")}\n\n`
  const second =
    ignored.deprecated.length === 0
      ? ""
      : `Ignoring deprecated options:\n\n${described(ignored.deprecated, deprecated)}\n\n`
  return first + second
}

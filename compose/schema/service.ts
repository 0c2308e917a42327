import { deploy } from "./deploy.ts"
import {
  boolean,
  closed,
  duration,
  extensible,
  firstOf,
  integer,
  listOf,
  mappingOrList,
  named,
  number,
  open,
  options,
  optionsOrNull,
  type Properties,
  type Schema,
  since,
  text,
  textOrTexts,
  textOrUniqueTexts,
  uniqueTexts,
} from "./shapes.ts"

/** A branch for objects added to what else the value may be. */
const orObject = (other: Schema, object: Schema): Schema => ({ ...object, ...other })

const build = (minor: number): Schema => {
  const properties: Properties = {
    context: text,
    dockerfile: text,
    args: mappingOrList,
    ...since(minor, 2, { cache_from: uniqueTexts }),
    ...since(minor, 3, { labels: mappingOrList }),
    ...since(minor, 4, { network: text, target: text }),
    ...since(minor, 5, { shm_size: { type: ["integer", "string"] } }),
    ...since(minor, 9, { extra_hosts: mappingOrList }),
  }
  return orObject(firstOf("string", "object"), minor >= 11 ? open(properties) : closed(properties))
}

const fileReferences = listOf(
  orObject(firstOf("string", "object"), open({ source: text, target: text, uid: text, gid: text, mode: number })),
)

const healthcheck = (minor: number): Schema => {
  const checked = minor >= 4 ? duration : text
  return closed({
    disable: boolean,
    interval: checked,
    retries: number,
    test: textOrTexts,
    timeout: checked,
    ...since(minor, 4, { start_period: duration }),
    ...since(minor, 12, { start_interval: duration }),
  })
}

const networks = (minor: number): Schema => {
  const attachment = closed({
    aliases: uniqueTexts,
    ...since(minor, 13, { driver_opts: options }),
    ipv4_address: text,
    ipv6_address: text,
  })
  const byName = named(orObject(firstOf("object", "null"), attachment))
  return { ...byName, ...firstOf("array", "object"), items: text, uniqueItems: true }
}

const ports = (minor: number): Schema => {
  const short = { type: ["string", "number"], format: "ports" }
  const long = closed({ mode: text, target: integer, published: integer, protocol: text })
  const item = minor >= 2 ? { ...long, ...firstOf("number", "string", "object"), format: "ports" } : short
  return { ...listOf(item), uniqueItems: true }
}

const volumes = (minor: number): Schema => {
  if (minor < 2) return uniqueTexts
  const long = closed({
    type: text,
    source: text,
    target: text,
    read_only: boolean,
    consistency: text,
    bind: open({ propagation: text }),
    volume: open({ nocopy: boolean }),
    ...since(minor, 6, { tmpfs: open({ size: { type: "integer", minimum: 0 } }) }),
  })
  return listOf(orObject(firstOf("string", "object"), { ...long, required: ["type"] }))
}

const ulimits: Schema = {
  type: "object",
  patternProperties: {
    "^[a-z]+$": orObject(firstOf("integer", "object"), {
      ...closed({ hard: integer, soft: integer }),
      required: ["soft", "hard"],
    }),
  },
}

const keysOfAllVersions = (minor: number): Properties => ({
  deploy: deploy(minor),
  build: build(minor),
  cap_add: uniqueTexts,
  cap_drop: uniqueTexts,
  cgroup_parent: text,
  command: textOrTexts,
  container_name: text,
  depends_on: uniqueTexts,
  devices: uniqueTexts,
  dns: textOrUniqueTexts,
  dns_search: textOrUniqueTexts,
  domainname: text,
  entrypoint: textOrTexts,
  env_file: textOrUniqueTexts,
  environment: mappingOrList,
  expose: { type: "array", items: { type: ["string", "number"] }, uniqueItems: true },
  external_links: uniqueTexts,
  extra_hosts: mappingOrList,
  healthcheck: healthcheck(minor),
  hostname: text,
  image: text,
  ipc: text,
  labels: mappingOrList,
  links: uniqueTexts,
  logging: closed({ driver: text, options: optionsOrNull }),
  mac_address: text,
  network_mode: text,
  networks: networks(minor),
  pid: { type: ["string", "null"] },
  ports: ports(minor),
  privileged: boolean,
  read_only: boolean,
  restart: text,
  security_opt: uniqueTexts,
  shm_size: { type: ["number", "string"] },
  stdin_open: boolean,
  stop_grace_period: duration,
  stop_signal: text,
  sysctls: mappingOrList,
  tmpfs: textOrUniqueTexts,
  tty: boolean,
  ulimits,
  user: text,
  userns_mode: text,
  volumes: volumes(minor),
  working_dir: text,
})

const credentialSpec = (minor: number): Schema =>
  closed({ ...since(minor, 8, { config: text }), file: text, registry: text })

export const service = (minor: number): Schema =>
  extensible(
    minor,
    7,
    closed({
      ...keysOfAllVersions(minor),
      ...since(minor, 1, { secrets: fileReferences }),
      ...since(minor, 3, { configs: fileReferences, credential_spec: credentialSpec(minor) }),
      ...since(minor, 5, { isolation: text }),
      ...since(minor, 7, { init: boolean }),
      ...since(minor, 9, { cgroupns_mode: text }),
      ...since(minor, 13, { oom_score_adj: integer }),
    }),
  )

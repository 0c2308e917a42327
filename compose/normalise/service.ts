import type {
  BuildConfig,
  FileReference,
  OptionalTexts,
  ServiceConfig,
  ServiceNetwork,
  SpecOnly,
  Ulimit,
} from "../config.ts"
import { type Cursor, type Decoder, type DecodersOf, failDecoding, fieldOf, list, mapOf, struct } from "./decoder.ts"
import { deploy } from "./deploy.ts"
import { resolveEnvironment } from "./environment.ts"
import { extensionsOf } from "./extensions.ts"
import { ports } from "./ports.ts"
import {
  boolean,
  command,
  givenBoolean,
  givenDuration,
  givenTexts,
  givenUnsigned,
  givenUnsigned32,
  healthTest,
  hosts,
  lineOrLines,
  lines,
  optionalTexts,
  signed,
  text,
  texts,
} from "./values.ts"
import { volumes } from "./volumes.ts"

/** A text stands for the object with that one field. */
const textOr =
  <T>(fromText: (value: string) => T | undefined, decode: Decoder<T>): Decoder<T> =>
  (cursor) => {
    const { node } = cursor
    return node.kind === "scalar" && typeof node.value === "string" ? fromText(node.value) : decode(cursor)
  }

const build = textOr<BuildConfig>(
  (context) => (context === "" ? undefined : { context }),
  struct({
    context: text,
    dockerfile: text,
    args: optionalTexts,
    labels: texts,
    cache_from: lineOrLines,
    extra_hosts: hosts,
    network: text,
    target: text,
  }),
)

const fileReference = textOr<FileReference>(
  (source) => (source === "" ? {} : { source }),
  struct({ source: text, target: text, uid: text, gid: text, mode: givenUnsigned32 }, true),
)

const serviceNetwork = struct<ServiceNetwork>(
  { aliases: lines, driver_opts: texts, ipv4_address: text, ipv6_address: text },
  true,
)
const networksByName = mapOf<ServiceNetwork, null>(serviceNetwork, null)

const networks: Decoder<ReadonlyMap<string, ServiceNetwork | null>> = (cursor) => {
  if (cursor.node.kind !== "sequence") return networksByName(cursor)
  const names = lines(cursor)
  return names === undefined ? undefined : new Map(names.map((name) => [name, null]))
}

const bothLimits = struct<{ readonly soft?: number | bigint; readonly hard?: number | bigint }>(
  { soft: signed, hard: signed },
  true,
)

/** A single 0 is printed as `{}`, as Docker does. Names with capitals escape the schema and are checked here. */
const ulimit: Decoder<Ulimit> = (cursor) => {
  const { node } = cursor
  if (node.kind === "mapping") {
    if (fieldOf(node, "soft") !== undefined && fieldOf(node, "hard") !== undefined) return bothLimits(cursor)
    return failDecoding(cursor, `error decoding '${cursor.name}': ulimits need both soft and hard`)
  }
  if (node.kind === "scalar" && typeof node.value === "string") {
    return failDecoding(cursor, `error decoding '${cursor.name}': invalid type string for ulimits`)
  }
  return signed(cursor) ?? {}
}

const healthcheck = struct(
  {
    test: healthTest,
    timeout: givenDuration,
    interval: givenDuration,
    retries: givenUnsigned,
    start_period: givenDuration,
    start_interval: givenDuration,
    disable: boolean,
  },
  true,
)

type Decoded = Omit<ServiceConfig, "extensions" | SpecOnly>

const serviceFields: DecodersOf<Decoded> = {
  build,
  cap_add: lines,
  cap_drop: lines,
  cgroupns_mode: text,
  cgroup_parent: text,
  command,
  configs: list(fileReference),
  container_name: text,
  credential_spec: struct({ config: text, file: text, registry: text }),
  depends_on: lines,
  deploy,
  devices: lines,
  dns: lineOrLines,
  dns_search: lineOrLines,
  domainname: text,
  entrypoint: command,
  environment: optionalTexts,
  env_file: lineOrLines,
  expose: lines,
  external_links: lines,
  extra_hosts: hosts,
  hostname: text,
  healthcheck,
  image: text,
  init: givenBoolean,
  ipc: text,
  isolation: text,
  labels: texts,
  links: lines,
  logging: struct({ driver: text, options: givenTexts }, true),
  mac_address: text,
  network_mode: text,
  networks,
  pid: text,
  ports,
  privileged: boolean,
  read_only: boolean,
  restart: text,
  secrets: list(fileReference),
  security_opt: lines,
  shm_size: text,
  stdin_open: boolean,
  stop_grace_period: givenDuration,
  stop_signal: text,
  sysctls: texts,
  tmpfs: lineOrLines,
  tty: boolean,
  ulimits: mapOf<Ulimit, Ulimit>(ulimit, {}),
  user: text,
  userns_mode: text,
  volumes,
  working_dir: text,
}

const decodeService = struct<Decoded>(serviceFields)

const rank = new Map(Object.keys(serviceFields).map((key, index) => [key, index]))

/** Variables may come from an env_file alone: they still stand where `environment` is printed. */
const withEnvironment = (decoded: Decoded, environment: OptionalTexts | undefined): Decoded => {
  if (environment === undefined) return decoded
  const entries = Object.entries({ ...decoded, environment })
  return Object.fromEntries(entries.sort(([a], [b]) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0)))
}

/** One service in its long form, its variables resolved. */
export const service = (cursor: Cursor): ServiceConfig => {
  const decoded = decodeService(cursor) ?? {}
  const resolved = withEnvironment(decoded, resolveEnvironment(cursor, decoded.environment, decoded.env_file))
  const extensions = cursor.node.kind === "mapping" ? extensionsOf(cursor.node) : undefined
  return extensions === undefined ? resolved : { ...resolved, extensions }
}

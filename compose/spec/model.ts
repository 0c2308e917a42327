import { isNull } from "../document.ts"
import { type Decoder, type DecodersOf, item, list, struct } from "../normalise/decoder.ts"
import { extensionsOf } from "../normalise/extensions.ts"
import { fieldsOf } from "./nodes.ts"
import type {
  Build,
  Deploy,
  Device,
  FileObject,
  Hook,
  Mount,
  Network,
  Port,
  Reference,
  Service,
  ServiceNetwork,
  Update,
  Volume,
} from "./types.ts"
import {
  boolean,
  bytes,
  bytesOrZero,
  command,
  deviceCount,
  duration,
  float,
  givenBoolean,
  givenDuration,
  givenInteger,
  healthTest,
  hosts,
  integer,
  lines,
  mode,
  optionalTexts,
  text,
  texts,
  unlessFalse,
} from "./values.ts"

/*
 * Canonical trees to objects whose keys stand in the order in which `docker compose config` prints them: a table for each object. What is
 * empty or zero is absent, except where that says something.
 */

/** An object with `x-` keys; there even when it is empty. */
const object = <T extends { readonly extensions?: unknown }>(fields: DecodersOf<Omit<T, "extensions">>): Decoder<T> => {
  const decode = struct<Omit<T, "extensions">>(fields, true)
  return (cursor) => {
    const decoded = decode(cursor)
    if (decoded === undefined || cursor.node.kind !== "mapping") return undefined
    const extensions = extensionsOf(cursor.node)
    // The table has every key of T but the one that is added here.
    return { ...decoded, ...(extensions === undefined ? {} : { extensions }) } as T
  }
}

/** An object that is not worth mentioning when it is empty. */
const unlessEmpty =
  <T extends object>(decode: Decoder<T>): Decoder<T> =>
  (cursor) => {
    const decoded = decode(cursor)
    return decoded === undefined || Object.keys(decoded).length === 0 ? undefined : decoded
  }

/** Objects by name, `null` where nothing is said. */
const byName =
  <T>(decode: Decoder<T>): Decoder<ReadonlyMap<string, T | null>> =>
  (cursor) => {
    const fields = fieldsOf(cursor.node)
    const decoded = [...fields].map(([key, field]): [string, T | null] => [
      key,
      isNull(field.node) ? null : (decode(item(cursor, key, field.node)) ?? null),
    ])
    return decoded.length === 0 ? undefined : new Map(decoded)
  }

const reference = object<Reference>({ source: text, target: text, uid: text, gid: text, mode })

const bothLimits = object<{
  readonly soft?: number | bigint
  readonly hard?: number | bigint
  readonly extensions?: undefined
}>({
  soft: (cursor) => givenInteger(cursor) ?? 0,
  hard: (cursor) => givenInteger(cursor) ?? 0,
})
const ulimits = byName((cursor) =>
  cursor.node.kind === "mapping" ? bothLimits(cursor) : (integer(cursor) ?? { soft: 0, hard: 0 }),
)

const ssh: Decoder<ReadonlyArray<string>> = (cursor) =>
  lines({
    ...cursor,
    node: {
      kind: "sequence",
      at: cursor.node.at,
      items: [...fieldsOf(cursor.node)].map(([id, { keyAt, node }]) => ({
        kind: "scalar",
        at: keyAt,
        value: isNull(node) ? id : `${id}: ${text({ ...cursor, node })}`,
      })),
    },
  })

const build = object<Build>({
  context: text,
  dockerfile: text,
  dockerfile_inline: text,
  entitlements: lines,
  args: optionalTexts,
  provenance: text,
  sbom: text,
  ssh,
  labels: texts,
  cache_from: lines,
  cache_to: lines,
  no_cache: boolean,
  no_cache_filter: lines,
  additional_contexts: texts,
  pull: boolean,
  extra_hosts: hosts,
  isolation: text,
  network: text,
  target: text,
  secrets: list(reference),
  shm_size: bytes,
  tags: lines,
  ulimits,
  platforms: lines,
  privileged: boolean,
})

const hook = object<Hook>({
  command,
  image: text,
  user: text,
  privileged: boolean,
  working_dir: text,
  environment: optionalTexts,
  per_replica: boolean,
})

const throttles = list(struct({ path: text, rate: bytesOrZero }, true))
const blkio = struct(
  {
    weight: integer,
    weight_device: list(struct({ path: text, weight: integer }, true)),
    device_read_bps: throttles,
    device_read_iops: throttles,
    device_write_bps: throttles,
    device_write_iops: throttles,
  },
  true,
)

const device = object<Device>({
  capabilities: lines,
  driver: text,
  count: deviceCount,
  device_ids: lines,
  options: texts,
})

const update = object<Update>({
  parallelism: givenInteger,
  delay: duration,
  failure_action: text,
  monitor: duration,
  max_failure_ratio: float,
  order: text,
})

const generic = list(
  struct(
    {
      discrete_resource_spec: struct(
        {
          kind: (cursor) => text(cursor) ?? "",
          value: (cursor) => givenInteger(cursor) ?? 0,
        },
        true,
      ),
    },
    true,
  ),
)
const resource = object<NonNullable<NonNullable<Deploy["resources"]>["limits"]>>({
  cpus: float,
  memory: bytes,
  pids: integer,
  devices: list(device),
  generic_resources: generic,
})

const deploy = object<Deploy>({
  mode: text,
  replicas: givenInteger,
  labels: texts,
  update_config: update,
  rollback_config: update,
  resources: unlessEmpty(object<NonNullable<Deploy["resources"]>>({ limits: resource, reservations: resource })),
  restart_policy: object<NonNullable<Deploy["restart_policy"]>>({
    condition: text,
    delay: givenDuration,
    max_attempts: givenInteger,
    window: givenDuration,
  }),
  placement: unlessEmpty(
    object<NonNullable<Deploy["placement"]>>({
      constraints: lines,
      preferences: list(struct({ spread: text }, true)),
      max_replicas_per_node: integer,
    }),
  ),
  endpoint_mode: text,
})

const serviceNetwork = object<ServiceNetwork>({
  aliases: lines,
  driver_opts: texts,
  gw_priority: integer,
  interface_name: text,
  ipv4_address: text,
  ipv6_address: text,
  link_local_ips: lines,
  mac_address: text,
  priority: integer,
})

const port = object<Port>({
  name: text,
  mode: text,
  host_ip: text,
  target: integer,
  published: text,
  protocol: text,
  app_protocol: text,
})

const mount = object<Mount>({
  type: text,
  source: text,
  target: text,
  read_only: boolean,
  consistency: text,
  bind: object<NonNullable<Mount["bind"]>>({
    selinux: text,
    propagation: text,
    create_host_path: unlessFalse,
    recursive: text,
  }),
  volume: object<NonNullable<Mount["volume"]>>({ labels: texts, nocopy: boolean, subpath: text }),
  tmpfs: object<NonNullable<Mount["tmpfs"]>>({ size: bytes, mode: integer }),
  image: object<NonNullable<Mount["image"]>>({ subpath: text }),
})

const dependency = object<
  NonNullable<NonNullable<Service["depends_on"]> extends ReadonlyMap<string, infer D> ? D : never>
>({
  condition: text,
  restart: boolean,
  required: (cursor) => givenBoolean(cursor) ?? true,
})

const watch = list(
  struct(
    {
      path: text,
      action: text,
      target: text,
      exec: hook,
      include: lines,
      ignore: lines,
      initial_sync: boolean,
    },
    true,
  ),
)

const model = object<NonNullable<NonNullable<Service["models"]> extends ReadonlyMap<string, infer M> ? M : never>>({
  endpoint_var: text,
  model_var: text,
})

const multiOptions: Decoder<ReadonlyMap<string, ReadonlyArray<string>>> = (cursor) => {
  const found = [...fieldsOf(cursor.node)].map(([key, { node }]): [string, ReadonlyArray<string>] => [
    key,
    lines({ ...cursor, node }) ?? [],
  ])
  return found.length === 0 ? undefined : new Map(found)
}

export const serviceFields: DecodersOf<Omit<Service, "extensions">> = {
  profiles: lines,
  annotations: texts,
  attach: givenBoolean,
  build,
  develop: struct({ watch }, true),
  blkio_config: blkio,
  cap_add: lines,
  cap_drop: lines,
  cgroup_parent: text,
  cgroup: text,
  cpu_count: integer,
  cpu_percent: float,
  cpu_period: integer,
  cpu_quota: integer,
  cpu_rt_period: integer,
  cpu_rt_runtime: integer,
  cpus: float,
  cpuset: text,
  cpu_shares: integer,
  command,
  configs: list(reference),
  container_name: text,
  credential_spec: struct({ config: text, file: text, registry: text }, true),
  depends_on: byName(dependency) as Decoder<NonNullable<Service["depends_on"]>>,
  deploy,
  device_cgroup_rules: lines,
  devices: list(struct({ source: text, target: text, permissions: text }, true)),
  dns: lines,
  dns_opt: lines,
  dns_search: lines,
  domainname: text,
  entrypoint: command,
  provider: struct({ type: text, options: multiOptions }, true),
  environment: optionalTexts,
  env_file: list(struct({ path: text, required: unlessFalse, format: text }, true)),
  expose: lines,
  external_links: lines,
  extra_hosts: hosts,
  group_add: lines,
  gpus: list(device),
  hostname: text,
  healthcheck: object<NonNullable<Service["healthcheck"]>>({
    test: healthTest,
    timeout: givenDuration,
    interval: givenDuration,
    retries: givenInteger,
    start_period: givenDuration,
    start_interval: givenDuration,
    disable: boolean,
  }),
  image: text,
  init: givenBoolean,
  ipc: text,
  isolation: text,
  labels: texts,
  label_file: lines,
  links: lines,
  logging: struct({ driver: text, options: texts }, true),
  mem_limit: bytes,
  mem_reservation: bytes,
  memswap_limit: bytes,
  mem_swappiness: bytes,
  mac_address: text,
  models: byName(model),
  network_mode: text,
  networks: byName(serviceNetwork),
  oom_kill_disable: boolean,
  oom_score_adj: integer,
  pid: text,
  pids_limit: integer,
  platform: text,
  ports: list(port),
  privileged: boolean,
  pull_policy: text,
  read_only: boolean,
  restart: text,
  runtime: text,
  scale: givenInteger,
  secrets: list(reference),
  security_opt: lines,
  shm_size: bytes,
  stdin_open: boolean,
  stop_grace_period: givenDuration,
  stop_signal: text,
  storage_opt: texts,
  sysctls: texts,
  tmpfs: lines,
  tty: boolean,
  ulimits,
  use_api_socket: boolean,
  user: text,
  userns_mode: text,
  uts: text,
  volumes: list(mount),
  volumes_from: lines,
  working_dir: text,
  pre_start: list(hook),
  post_start: list(hook),
  pre_stop: list(hook),
}

export const service = object<Service>(serviceFields)

export const network = object<Network>({
  name: text,
  driver: text,
  driver_opts: texts,
  ipam: unlessEmpty(
    object<NonNullable<Network["ipam"]>>({
      driver: text,
      config: list(struct({ subnet: text, gateway: text, ip_range: text, aux_addresses: texts }, true)),
      options: texts,
    }),
  ),
  external: boolean,
  internal: boolean,
  attachable: boolean,
  labels: texts,
  enable_ipv4: givenBoolean,
  enable_ipv6: givenBoolean,
})

export const volume = object<Volume>({ name: text, driver: text, driver_opts: texts, external: boolean, labels: texts })

export const fileObject = object<FileObject>({
  name: text,
  file: text,
  environment: text,
  content: text,
  external: boolean,
  labels: texts,
  driver: text,
  driver_opts: texts,
  template_driver: text,
})

export const topLevelModel = object<{
  readonly name?: string
  readonly model?: string
  readonly context_size?: number | bigint
  readonly runtime_flags?: ReadonlyArray<string>
  readonly extensions?: undefined
}>({ name: text, model: text, context_size: integer, runtime_flags: lines })

const rank = new Map(Object.keys(serviceFields).map((key, index) => [key, index]))

/** The keys of a service in the order in which they are printed. */
export const inOrder = (given: Service): Service =>
  Object.fromEntries(Object.entries(given).sort(([a], [b]) => (rank.get(a) ?? 1000) - (rank.get(b) ?? 1000)))

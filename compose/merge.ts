import type {
  BuildConfig,
  CredentialSpec,
  DeployConfig,
  FileReference,
  HealthcheckConfig,
  Limits,
  LoggingConfig,
  Placement,
  Reservations,
  Resources,
  RestartPolicy,
  ServiceConfig,
  ServiceNetwork,
  SpecOnly,
  StackConfig,
  UpdateConfig,
} from "./config.ts"
import { mergeExtensions } from "./merge/extensions.ts"
import { append, byKey, mapping, optionalOverride, override, type Rules, structure } from "./merge/rules.ts"

/*
 * Several files, left to right, as Docker merges them: after each was loaded on its own. What a file leaves out and what
 * it sets to empty are the same by then, so that an empty value never overrides.
 */

const fileReferences = byKey<FileReference, string>((reference) => reference.source ?? "")

/**
 * Options are joined when the drivers agree or one is silent. Joined to a base without options they are lost: that is
 * what Docker does.
 */
const logging = (base: LoggingConfig, over: LoggingConfig): LoggingConfig => {
  const joins = base.driver === over.driver || base.driver === undefined || over.driver === undefined
  if (!joins) return over
  const driver = base.driver ?? over.driver
  const options = base.options && new Map([...base.options, ...(over.options ?? [])])
  return { ...(driver === undefined ? {} : { driver }), ...(options === undefined ? {} : { options }) }
}

/** The aliases of the later file replace the earlier ones even by nothing; driver options of the base stay. */
const serviceNetwork = (base: ServiceNetwork | null, over: ServiceNetwork | null): ServiceNetwork | null => {
  if (base === null || over === null) return over ?? base
  const { aliases: _old, ...rest } = base
  return {
    ...(over.aliases === undefined ? {} : { aliases: over.aliases }),
    ...rest,
    ...(over.ipv4_address === undefined ? {} : { ipv4_address: over.ipv4_address }),
    ...(over.ipv6_address === undefined ? {} : { ipv6_address: over.ipv6_address }),
  }
}

const networks = (
  base: ReadonlyMap<string, ServiceNetwork | null>,
  over: ReadonlyMap<string, ServiceNetwork | null>,
): ReadonlyMap<string, ServiceNetwork | null> => {
  const merged = new Map(base)
  for (const [name, network] of over) {
    const earlier = merged.get(name)
    merged.set(name, earlier === undefined ? network : serviceNetwork(earlier, network))
  }
  return merged
}

const updateConfig = structure<UpdateConfig>({
  parallelism: override,
  delay: override,
  failure_action: override,
  monitor: override,
  max_failure_ratio: override,
  order: override,
})

const deploy = structure<DeployConfig>({
  mode: override,
  replicas: override,
  labels: mapping,
  update_config: updateConfig,
  rollback_config: updateConfig,
  resources: structure<Resources>({
    limits: structure<Limits>({ cpus: override, memory: override, pids: override }),
    reservations: structure<Reservations>({ cpus: override, memory: override, generic_resources: append }),
  }),
  restart_policy: structure<RestartPolicy>({
    condition: override,
    delay: optionalOverride,
    max_attempts: override,
    window: optionalOverride,
  }),
  placement: structure<Placement>({ constraints: append, preferences: append, max_replicas_per_node: override }),
  endpoint_mode: override,
})

const serviceRules: Rules<Omit<ServiceConfig, SpecOnly>> = {
  build: structure<BuildConfig>({
    context: override,
    dockerfile: override,
    args: mapping,
    labels: mapping,
    cache_from: append,
    extra_hosts: append,
    network: override,
    target: override,
  }),
  cap_add: append,
  cap_drop: append,
  cgroupns_mode: override,
  cgroup_parent: override,
  command: override,
  configs: fileReferences,
  container_name: override,
  credential_spec: structure<CredentialSpec>({ config: override, file: override, registry: override }),
  depends_on: append,
  deploy,
  devices: append,
  dns: append,
  dns_search: append,
  domainname: override,
  entrypoint: override,
  environment: (base, over) =>
    new Map([...base, ...[...over].filter(([key, value]) => !base.has(key) || Boolean(value))]),
  env_file: append,
  expose: append,
  external_links: append,
  extra_hosts: append,
  hostname: override,
  healthcheck: structure<HealthcheckConfig>({
    test: append,
    timeout: optionalOverride,
    interval: optionalOverride,
    retries: override,
    start_period: optionalOverride,
    start_interval: optionalOverride,
    disable: override,
  }),
  image: override,
  init: (base, over) => base || over,
  ipc: override,
  isolation: override,
  labels: mapping,
  links: append,
  logging,
  mac_address: override,
  network_mode: override,
  networks,
  pid: override,
  ports: byKey((port) => port.published ?? 0),
  privileged: override,
  read_only: override,
  restart: override,
  secrets: fileReferences,
  security_opt: append,
  shm_size: override,
  stdin_open: override,
  stop_grace_period: optionalOverride,
  stop_signal: override,
  sysctls: mapping,
  tmpfs: append,
  tty: override,
  ulimits: mapping,
  user: override,
  userns_mode: override,
  volumes: byKey((volume) => volume.target ?? ""),
  working_dir: override,
  extensions: mergeExtensions,
}

const mergeFields = structure(serviceRules)

/** A later file that merely names a service has its keyed lists made unique and sorted. */
const keyed = ["configs", "ports", "secrets", "volumes"] as const

const mergeService = (base: ServiceConfig, over: ServiceConfig): ServiceConfig => {
  const empty = Object.fromEntries(keyed.flatMap((key) => (base[key] === undefined ? [] : [[key, []]])))
  return mergeFields(base, { ...empty, ...over })
}

const mergeServices = (base: StackConfig["services"], over: StackConfig["services"]): StackConfig["services"] => {
  const merged = new Map(base)
  for (const [name, service] of over) {
    const earlier = merged.get(name)
    merged.set(name, earlier === undefined ? service : mergeService(earlier, service))
  }
  return merged
}

const replaced = <T>(base: ReadonlyMap<string, T>, over: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
  new Map([...base, ...over])

/** Top-level objects are replaced whole; of `x-` keys at the root only the first file's survive. */
export const merge = (base: StackConfig, over: StackConfig): StackConfig => ({
  version: base.version,
  services: mergeServices(base.services, over.services),
  networks: replaced(base.networks, over.networks),
  volumes: replaced(base.volumes, over.volumes),
  secrets: replaced(base.secrets, over.secrets),
  configs: replaced(base.configs, over.configs),
  extensions: base.extensions,
})

import type {
  BuildConfig,
  FileObjectConfig,
  FileReference,
  Limits,
  NetworkConfig,
  Reservations,
  ServiceConfig,
  ServicePort,
  ServiceVolume,
  StackConfig,
  Ulimit,
  VolumeConfig,
  Whole,
} from "../config.ts"
import { formatFloat } from "../go/float.ts"
import type { LoadedProject } from "./load.ts"
import type {
  FileObject,
  Mount,
  Network,
  Port,
  Reference,
  Resource,
  Service,
  Ulimits,
  Update,
  Volume,
} from "./types.ts"

/*
 * A project by the Compose Specification as a stack: what Swarm can express has its place, what it cannot is named by `unsupportedKeys`, so
 * that nothing goes in silence.
 */

const defined = <T extends object>(given: { readonly [K in keyof T]?: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T

const toReference = (one: Reference): FileReference =>
  defined({
    source: one.source,
    target: one.target,
    uid: one.uid,
    gid: one.gid,
    mode: one.mode === undefined ? undefined : Number.parseInt(one.mode, 8),
  })

/** `/run/secrets/x` is where a secret is put anyway: Swarm takes names relative to that folder. */
const toSecret = (one: Reference): FileReference => {
  const converted = toReference(one)
  const inFolder = /^\/run\/secrets\/(.+)$/.exec(one.target ?? "")?.[1]
  return inFolder === undefined ? converted : { ...converted, target: inFolder }
}

const toPorts = (port: Port): ReadonlyArray<ServicePort> => {
  const [from = 0, to = from] = (port.published ?? "").split("-").map(Number)
  const common = defined<ServicePort>({
    mode: port.mode,
    target: port.target === undefined ? undefined : Number(port.target),
    protocol: port.protocol,
  })
  if (from === 0) return [common]
  return Array.from({ length: to - from + 1 }, (_, i) => ({ ...common, published: from + i }))
}

const toMount = (mount: Mount): ServiceVolume =>
  defined({
    type: mount.type,
    source: mount.source,
    target: mount.target,
    read_only: mount.read_only,
    consistency: mount.consistency,
    bind: mount.bind?.propagation === undefined ? undefined : { propagation: mount.bind.propagation },
    volume: mount.volume && defined({ nocopy: mount.volume.nocopy, subpath: mount.volume.subpath }),
    image: mount.image && defined({ subpath: mount.image.subpath }),
    tmpfs: mount.tmpfs && defined({ size: mount.tmpfs.size === undefined ? undefined : Number(mount.tmpfs.size) }),
    cluster: mount.type === "cluster" ? {} : undefined,
  })

const toUlimits = (limits: Ulimits | undefined): ReadonlyMap<string, Ulimit> | undefined =>
  limits && new Map([...limits].flatMap(([name, limit]) => (limit === null ? [] : [[name, limit] as const])))

const toUpdate = (update: Update | undefined) =>
  update &&
  defined({
    parallelism: update.parallelism,
    delay: update.delay,
    failure_action: update.failure_action,
    monitor: update.monitor,
    max_failure_ratio: update.max_failure_ratio?.value,
    order: update.order,
  })

const cpusOf = (resource: Resource | undefined, own: Service["cpus"]): string | undefined => {
  const value = resource?.cpus ?? own
  return value === undefined ? undefined : formatFloat(value.value)
}

const orNone = <T extends object>(given: T): T | undefined => (Object.keys(given).length === 0 ? undefined : given)

const toLimits = (service: Service): Limits | undefined => {
  const limits = service.deploy?.resources?.limits
  return orNone(
    defined<Limits>({
      cpus: cpusOf(limits, service.cpus),
      memory: limits?.memory ?? service.mem_limit,
      pids: limits?.pids ?? service.pids_limit,
    }),
  )
}

const toReservations = (service: Service): Reservations | undefined => {
  const reservations = service.deploy?.resources?.reservations
  const generic = reservations?.generic_resources?.map(({ discrete_resource_spec: spec }) =>
    spec === undefined ? {} : { discrete_resource_spec: { kind: spec.kind ?? "", value: spec.value ?? (0 as Whole) } },
  )
  return orNone(
    defined<Reservations>({
      cpus: cpusOf(reservations, undefined),
      memory: reservations?.memory ?? service.mem_reservation,
      generic_resources: generic,
    }),
  )
}

const toDeploy = (service: Service): ServiceConfig["deploy"] => {
  const { deploy } = service
  const limits = toLimits(service)
  const reservations = toReservations(service)
  return orNone(
    defined<NonNullable<ServiceConfig["deploy"]>>({
      mode: deploy?.mode,
      replicas: deploy?.replicas ?? service.scale,
      labels: deploy?.labels,
      update_config: toUpdate(deploy?.update_config),
      rollback_config: toUpdate(deploy?.rollback_config),
      resources: limits === undefined && reservations === undefined ? undefined : defined({ limits, reservations }),
      restart_policy: deploy?.restart_policy,
      placement: deploy?.placement,
      endpoint_mode: deploy?.endpoint_mode,
    }),
  )
}

const toNetworks = (service: Service): ServiceConfig["networks"] =>
  service.networks &&
  new Map(
    [...service.networks].map(([name, network]) => [
      name,
      network &&
        defined({
          aliases: network.aliases,
          driver_opts: network.driver_opts,
          ipv4_address: network.ipv4_address,
          ipv6_address: network.ipv6_address,
        }),
    ]),
  )

const toBuild = (service: Service): BuildConfig | undefined =>
  service.build && defined({ context: service.build.context, dockerfile: service.build.dockerfile })

const nonEmpty = <T>(list: ReadonlyArray<T> | undefined): ReadonlyArray<T> | undefined =>
  list === undefined || list.length === 0 ? undefined : list

const toService = (service: Service): ServiceConfig =>
  defined({
    build: toBuild(service),
    cap_add: service.cap_add,
    cap_drop: service.cap_drop,
    cgroup_parent: service.cgroup_parent,
    command: nonEmpty(service.command),
    configs: service.configs?.map(toReference),
    container_name: service.container_name,
    credential_spec: service.credential_spec,
    depends_on: service.depends_on && [...service.depends_on.keys()],
    deploy: toDeploy(service),
    dns: service.dns,
    dns_opt: service.dns_opt,
    dns_search: service.dns_search,
    domainname: service.domainname,
    entrypoint: nonEmpty(service.entrypoint),
    environment: service.environment,
    expose: service.expose,
    external_links: service.external_links,
    extra_hosts: service.extra_hosts?.map((entry) => entry.replace("=", ":")),
    group_add: service.group_add,
    hostname: service.hostname,
    healthcheck: service.healthcheck,
    image: service.image,
    init: service.init,
    ipc: service.ipc,
    isolation: service.isolation,
    labels: service.labels,
    links: service.links,
    logging: service.logging,
    mac_address: service.mac_address,
    network_mode: service.network_mode,
    networks: toNetworks(service),
    oom_score_adj: service.oom_score_adj,
    pid: service.pid,
    ports: service.ports?.flatMap(toPorts),
    privileged: service.privileged,
    read_only: service.read_only,
    restart: service.restart,
    secrets: service.secrets?.map(toSecret),
    security_opt: service.security_opt,
    shm_size: service.shm_size,
    stdin_open: service.stdin_open,
    stop_grace_period: service.stop_grace_period,
    stop_signal: service.stop_signal,
    sysctls: service.sysctls,
    tmpfs: service.tmpfs,
    tty: service.tty,
    ulimits: toUlimits(service.ulimits),
    user: service.user,
    userns_mode: service.userns_mode,
    volumes: service.volumes?.map(toMount),
    working_dir: service.working_dir,
    extensions: service.extensions,
  })

/** Names that the project gave are the stack's to give: only what the file itself named keeps its name. */
const ownName = (name: string | undefined, key: string, project: string): string | undefined =>
  name === `${project}_${key}` ? undefined : name

const toNetwork = (network: Network, key: string, project: string): NetworkConfig =>
  defined({
    name: ownName(network.name, key, project),
    driver: network.driver,
    driver_opts: network.driver_opts,
    ipam:
      network.ipam &&
      defined({
        driver: network.ipam.driver,
        config: network.ipam.config?.map(({ subnet, gateway, ip_range }) => defined({ subnet, gateway, ip_range })),
      }),
    external: network.external === true ? (true as const) : undefined,
    internal: network.internal,
    attachable: network.attachable,
    enable_ipv6: network.enable_ipv6,
    labels: network.labels,
    extensions: network.extensions,
  })

const toVolume = (volume: Volume, key: string, project: string): VolumeConfig =>
  defined({
    name: ownName(volume.name, key, project),
    driver: volume.driver,
    driver_opts: volume.driver_opts,
    external: volume.external === true ? (true as const) : undefined,
    labels: volume.labels,
    extensions: volume.extensions,
  })

const toFileObject = (object: FileObject, key: string, { project, env }: LoadedProject): FileObjectConfig =>
  defined({
    name: ownName(object.name, key, project.name),
    file: object.file,
    content: object.environment === undefined ? object.content : (env[object.environment] ?? ""),
    external: object.external === true ? (true as const) : undefined,
    labels: object.labels,
    driver: object.driver,
    driver_opts: object.driver_opts,
    template_driver: object.template_driver,
    extensions: object.extensions,
  })

const mapEntries = <A, B>(map: ReadonlyMap<string, A>, change: (value: A, key: string) => B): ReadonlyMap<string, B> =>
  new Map([...map].map(([key, value]) => [key, change(value, key)]))

export const toStack = (loaded: LoadedProject): StackConfig => {
  const { project } = loaded
  return {
    version: "3.13",
    services: mapEntries(project.services, toService),
    networks: mapEntries(project.networks, (network, key) => toNetwork(network, key, project.name)),
    volumes: mapEntries(project.volumes, (volume, key) => toVolume(volume, key, project.name)),
    secrets: mapEntries(project.secrets, (secret, key) => toFileObject(secret, key, loaded)),
    configs: mapEntries(project.configs, (config, key) => toFileObject(config, key, loaded)),
    extensions: project.extensions,
  }
}

/** Keys of a service by the Compose Specification that no swarm can honour, in addition to those of stack files. */
export const unsupportedKeys: ReadonlyArray<string> = [
  "annotations",
  "attach",
  "blkio_config",
  "cgroup",
  "cpu_count",
  "cpu_percent",
  "cpu_period",
  "cpu_quota",
  "cpu_rt_period",
  "cpu_rt_runtime",
  "cpu_shares",
  "cpuset",
  "develop",
  "device_cgroup_rules",
  "gpus",
  "mem_swappiness",
  "memswap_limit",
  "models",
  "oom_kill_disable",
  "platform",
  "post_start",
  "pre_start",
  "pre_stop",
  "provider",
  "pull_policy",
  "runtime",
  "storage_opt",
  "tmpfs",
  "use_api_socket",
  "uts",
  "volumes_from",
]

/** The same within parts of a service: `[]` is any item, `*` any name. */
export const unsupportedParts: ReadonlyArray<string> = [
  "deploy.resources.reservations.devices",
  "networks.*.gw_priority",
  "networks.*.interface_name",
  "networks.*.ipv4_address",
  "networks.*.ipv6_address",
  "networks.*.link_local_ips",
  "networks.*.mac_address",
  "networks.*.priority",
  "ports.[].app_protocol",
  "ports.[].host_ip",
  "ports.[].name",
  "volumes.[].bind.recursive",
  "volumes.[].bind.selinux",
  "volumes.[].tmpfs.mode",
  "volumes.[].volume.labels",
]

/** The same in networks. */
export const unsupportedNetworkKeys: ReadonlyArray<string> = [
  "enable_ipv4",
  "ipam.config.[].aux_addresses",
  "ipam.options",
]

/** Who waits for whom: services in an order in which each comes after those it depends on; alphabetical otherwise. */
export const startOrder = (config: Pick<StackConfig, "services">): ReadonlyArray<string> => {
  const ordered: Array<string> = []
  const visit = (name: string): void => {
    if (ordered.includes(name) || !config.services.has(name)) return
    for (const other of [...(config.services.get(name)?.depends_on ?? [])].sort()) visit(other)
    ordered.push(name)
  }
  for (const name of [...config.services.keys()].sort()) visit(name)
  return ordered
}

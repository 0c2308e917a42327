import type { ContainerSpec, DnsConfig, Privileges } from "../../../core/model/container-spec.ts"
import type { PortConfig } from "../../../core/model/endpoint.ts"
import type { TaskSpec } from "../../../core/model/task-spec.ts"
import type { ContainerRequest } from "../engine.ts"

/** A container's place on a network, as the Engine API takes it. */
export interface Attachment {
  /** A network's ID on this engine; "host", "none" or "bridge" for those that every engine has. */
  readonly network: string
  readonly endpoint: object
}

/** What the request does not say by itself: made on this machine for this container. */
export interface Surroundings {
  /** The first is the container's main network; the others are connected once it is created. */
  readonly attachments: ReadonlyArray<Attachment>
  /** Secrets and configs as bind mounts of the machine's files. */
  readonly files: ReadonlyArray<FileMount>
}

export interface FileMount {
  readonly source: string
  readonly target: string
}

/** The body of POST /containers/create. Source: moby daemon/cluster/executor/container/container.go, which makes the same of a task. */
export function createBody({ spec, labels, hostname, ports = [] }: ContainerRequest, around: Surroundings): object {
  const container = spec.ContainerSpec ?? {}
  const [main] = around.attachments
  return withoutUndefined({
    Image: container.Image,
    Labels: labels,
    Entrypoint: nonEmpty(container.Command),
    Cmd: nonEmpty(container.Args),
    Hostname: hostname,
    Env: container.Env,
    WorkingDir: container.Dir,
    User: container.User,
    Tty: container.TTY,
    OpenStdin: container.OpenStdin,
    StopSignal: container.StopSignal,
    Healthcheck: container.Healthcheck,
    ExposedPorts: ports.length === 0 ? undefined : Object.fromEntries(ports.map((port) => [portKey(port), {}])),
    HostConfig: hostConfig(spec, container, ports, around),
    NetworkingConfig: main && { EndpointsConfig: { [main.network]: main.endpoint } },
  })
}

function hostConfig(
  spec: TaskSpec,
  container: ContainerSpec,
  ports: ReadonlyArray<PortConfig>,
  { attachments, files }: Surroundings,
): object {
  const security = securityOptions(container.Privileges ?? {})
  const mounts = [
    ...(container.Mounts ?? []).map((mount) => ({ Type: "bind", ...mount })),
    ...files.map(({ source, target }) => ({ Type: "bind", Source: source, Target: target, ReadOnly: true })),
  ]
  return withoutUndefined({
    ...resources(spec),
    ...dns(container.DNSConfig ?? {}),
    NetworkMode: attachments[0]?.network ?? "default",
    GroupAdd: container.Groups,
    PortBindings: ports.length === 0 ? undefined : bindings(ports),
    Mounts: nonEmpty(mounts),
    ReadonlyRootfs: container.ReadOnly,
    Isolation: container.Isolation,
    Init: container.Init,
    Sysctls: container.Sysctls,
    CapAdd: container.CapabilityAdd,
    CapDrop: container.CapabilityDrop,
    OomScoreAdj: container.OomScoreAdj,
    ExtraHosts: nonEmpty((container.Hosts ?? []).flatMap(extraHost)),
    SecurityOpt: nonEmpty(security),
    Ulimits: nonEmpty(container.Ulimits),
    LogConfig: spec.LogDriver && { Type: spec.LogDriver.Name ?? "", Config: spec.LogDriver.Options ?? {} },
  })
}

/** Only limits bind the container; reservations were the scheduler's business. */
function resources({ Resources }: TaskSpec): object {
  const { MemoryBytes = 0, NanoCPUs = 0, Pids = 0 } = Resources?.Limits ?? {}
  return {
    ...(MemoryBytes > 0 && { Memory: MemoryBytes }),
    ...(NanoCPUs > 0 && { NanoCpus: NanoCPUs }),
    ...(Pids > 0 && { PidsLimit: Pids }),
  }
}

const dns = ({ Nameservers, Search, Options }: DnsConfig): object => ({
  Dns: Nameservers,
  DnsSearch: Search,
  DnsOptions: Options,
})

/** "IP name aliases.." as in hosts(5), to name:IP. Swarm takes the first name only. */
function extraHost(line: string): ReadonlyArray<string> {
  const [address, name] = line.split(/\s+/).filter((word) => word !== "")
  return address === undefined || name === undefined ? [] : [`${name}:${address}`]
}

const portKey = ({ TargetPort = 0, Protocol = "tcp" }: PortConfig): string => `${TargetPort}/${Protocol}`

/** One port of a container may be published more than once. */
function bindings(ports: ReadonlyArray<PortConfig>): Record<string, ReadonlyArray<object>> {
  const made: Record<string, Array<object>> = {}
  for (const port of ports) {
    const binding = port.PublishedPort ? { HostPort: String(port.PublishedPort) } : {}
    made[portKey(port)] = [...(made[portKey(port)] ?? []), binding]
  }
  return made
}

function securityOptions({
  CredentialSpec,
  SELinuxContext,
  Seccomp,
  AppArmor,
  NoNewPrivileges,
}: Privileges): ReadonlyArray<string> {
  const options: Array<string> = []
  if (CredentialSpec?.File) options.push(`credentialspec=file://${CredentialSpec.File}`)
  if (CredentialSpec?.Registry) options.push(`credentialspec=registry://${CredentialSpec.Registry}`)
  if (CredentialSpec?.Config) options.push(`credentialspec=config://${CredentialSpec.Config}`)
  if (SELinuxContext?.Disable) options.push("label=disable")
  for (const key of ["User", "Role", "Level", "Type"] as const) {
    const value = SELinuxContext?.[key]
    if (value) options.push(`label=${key.toLowerCase()}:${value}`)
  }
  if (Seccomp?.Mode === "unconfined") options.push("seccomp=unconfined")
  // The profile travels as the base64 of its JSON.
  if (Seccomp?.Mode === "custom")
    options.push(`seccomp=${Buffer.from(Seccomp.Profile ?? "", "base64").toString("utf8")}`)
  if (AppArmor?.Mode === "disabled") options.push("apparmor=unconfined")
  if (NoNewPrivileges) options.push("no-new-privileges=true")
  return options
}

const nonEmpty = <A>(list: ReadonlyArray<A> | undefined): ReadonlyArray<A> | undefined =>
  list === undefined || list.length === 0 ? undefined : list

const withoutUndefined = (object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))

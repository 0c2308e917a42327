import { humanDuration } from "../../core/human-duration.ts"
import { humanBytes } from "../format/human.ts"

/** GET /info, as far as it is shown. Durations are nanoseconds. */
export interface Info {
  readonly ID?: string
  readonly Name?: string
  readonly Containers?: number
  readonly ContainersRunning?: number
  readonly ContainersPaused?: number
  readonly ContainersStopped?: number
  readonly Images?: number
  readonly ServerVersion?: string
  readonly Driver?: string
  readonly DriverStatus?: ReadonlyArray<readonly [string, string]> | null
  readonly LoggingDriver?: string
  readonly CgroupDriver?: string
  readonly CgroupVersion?: string
  readonly Plugins?: Readonly<Record<"Volume" | "Network" | "Authorization" | "Log", ReadonlyArray<string> | null>>
  readonly Swarm?: SwarmInfo
  readonly Runtimes?: Readonly<Record<string, unknown>> | null
  readonly DefaultRuntime?: string
  readonly InitBinary?: string
  readonly ContainerdCommit?: { readonly ID?: string }
  readonly RuncCommit?: { readonly ID?: string }
  readonly InitCommit?: { readonly ID?: string }
  readonly SecurityOptions?: ReadonlyArray<string> | null
  readonly KernelVersion?: string
  readonly OperatingSystem?: string
  readonly OSType?: string
  readonly Architecture?: string
  readonly NCPU?: number
  readonly MemTotal?: number
  readonly DockerRootDir?: string
  readonly Debug?: boolean
  readonly Labels?: ReadonlyArray<string> | null
  readonly ExperimentalBuild?: boolean
  readonly RegistryConfig?: {
    readonly InsecureRegistryCIDRs?: ReadonlyArray<string> | null
    readonly IndexConfigs?: Readonly<Record<string, { readonly Name: string; readonly Secure: boolean }>> | null
    readonly Mirrors?: ReadonlyArray<string> | null
  } | null
  readonly LiveRestoreEnabled?: boolean
  readonly Warnings?: ReadonlyArray<string> | null
}

interface SwarmInfo {
  readonly NodeID?: string
  readonly NodeAddr?: string
  readonly LocalNodeState?: string
  readonly ControlAvailable?: boolean
  readonly Error?: string
  readonly RemoteManagers?: ReadonlyArray<{ readonly Addr: string }> | null
  readonly Nodes?: number
  readonly Managers?: number
  readonly Cluster?: {
    readonly ID: string
    readonly DefaultAddrPool?: ReadonlyArray<string> | null
    readonly SubnetSize?: number
    readonly DataPathPort?: number
    readonly RootRotationInProgress?: boolean
    readonly Spec?: {
      readonly Orchestration?: { readonly TaskHistoryRetentionLimit?: number }
      readonly Raft?: {
        readonly SnapshotInterval?: number
        readonly KeepOldSnapshots?: number
        readonly HeartbeatTick?: number
        readonly ElectionTick?: number
      }
      readonly Dispatcher?: { readonly HeartbeatPeriod?: number }
      readonly CAConfig?: { readonly NodeCertExpiry?: number; readonly ForceRotate?: number }
      readonly EncryptionConfig?: { readonly AutoLockManagers?: boolean }
    }
  } | null
}

type Lines = ReadonlyArray<string>

/** The server's part of `info`, a line each and a newline at its end. */
export const serverInfo = (info: Info): string =>
  [...engineLines(info), ...swarmLines(info.Swarm ?? {}), ...hostLines(info)].map((line) => `${line}\n`).join("")

const optional = (label: string, value: string | undefined): Lines =>
  value === undefined || value === "" ? [] : [`${label} ${value}`]
const words = (list: ReadonlyArray<string> | null | undefined): string => (list ?? []).join(" ")

const engineLines = (info: Info): Lines => [
  ` Containers: ${info.Containers ?? 0}`,
  `  Running: ${info.ContainersRunning ?? 0}`,
  `  Paused: ${info.ContainersPaused ?? 0}`,
  `  Stopped: ${info.ContainersStopped ?? 0}`,
  ` Images: ${info.Images ?? 0}`,
  ...optional(" Server Version:", info.ServerVersion),
  ...optional(" Storage Driver:", info.Driver),
  ...(info.DriverStatus ?? []).map(([name, value]) => `  ${name}: ${value}`),
  ...optional(" Logging Driver:", info.LoggingDriver),
  ...optional(" Cgroup Driver:", info.CgroupDriver),
  ...optional(" Cgroup Version:", info.CgroupVersion),
  " Plugins:",
  `  Volume: ${words(info.Plugins?.Volume)}`,
  `  Network: ${words(info.Plugins?.Network)}`,
  ...optional("  Authorization:", words(info.Plugins?.Authorization)),
  `  Log: ${words(info.Plugins?.Log)}`,
]

function swarmLines(swarm: SwarmInfo): Lines {
  const state = swarm.LocalNodeState ?? ""
  const head = [` Swarm: ${state}`]
  if (state === "inactive" || state === "locked" || state === "") return head
  const managers = (swarm.RemoteManagers ?? []).map(({ Addr: address }) => address).sort()
  return [
    ...head,
    `  NodeID: ${swarm.NodeID ?? ""}`,
    ...optional("  Error:", swarm.Error),
    `  Is Manager: ${swarm.ControlAvailable ?? false}`,
    ...(swarm.ControlAvailable === true && (swarm.Error ?? "") === "" && state !== "error" ? clusterLines(swarm) : []),
    `  Node Address: ${swarm.NodeAddr ?? ""}`,
    ...(managers.length === 0 ? [] : ["  Manager Addresses:", ...managers.map((address) => `   ${address}`)]),
  ]
}

function clusterLines({ Cluster: cluster, Managers: managers = 0, Nodes: nodes = 0 }: SwarmInfo): Lines {
  if (cluster === undefined || cluster === null) return []
  const {
    Orchestration: orchestration,
    Raft: raft,
    Dispatcher: dispatcher,
    CAConfig: ca,
    EncryptionConfig: encryption,
  } = cluster.Spec ?? {}
  const pools = cluster.DefaultAddrPool
  const duration = (nanoseconds: number | undefined) => humanDuration((nanoseconds ?? 0) / 1e6)
  return [
    `  ClusterID: ${cluster.ID}`,
    `  Managers: ${managers}`,
    `  Nodes: ${nodes}`,
    ...(pools === undefined || pools === null
      ? []
      : [
          `  Default Address Pool: ${pools.map((pool) => `${pool}  `).join("")}`,
          `  SubnetSize: ${cluster.SubnetSize ?? 0}`,
        ]),
    ...optional("  Data Path Port:", cluster.DataPathPort ? String(cluster.DataPathPort) : undefined),
    "  Orchestration:",
    `   Task History Retention Limit: ${orchestration?.TaskHistoryRetentionLimit ?? 0}`,
    "  Raft:",
    `   Snapshot Interval: ${raft?.SnapshotInterval ?? 0}`,
    ...optional(
      "   Number of Old Snapshots to Retain:",
      raft?.KeepOldSnapshots === undefined ? undefined : String(raft.KeepOldSnapshots),
    ),
    `   Heartbeat Tick: ${raft?.HeartbeatTick ?? 0}`,
    `   Election Tick: ${raft?.ElectionTick ?? 0}`,
    "  Dispatcher:",
    `   Heartbeat Period: ${duration(dispatcher?.HeartbeatPeriod)}`,
    "  CA Configuration:",
    `   Expiry Duration: ${duration(ca?.NodeCertExpiry)}`,
    `   Force Rotate: ${ca?.ForceRotate ?? 0}`,
    `  Autolock Managers: ${encryption?.AutoLockManagers ?? false}`,
    `  Root Rotation In Progress: ${cluster.RootRotationInProgress ?? false}`,
  ]
}

function hostLines(info: Info): Lines {
  const runtimes = Object.keys(info.Runtimes ?? {})
  return [
    ...(runtimes.length === 0
      ? []
      : [` Runtimes: ${runtimes.join(" ")}`, ` Default Runtime: ${info.DefaultRuntime ?? ""}`]),
    ...(info.OSType === "linux" ? linuxLines(info) : []),
    ...optional(" Kernel Version:", info.KernelVersion),
    ...optional(" Operating System:", info.OperatingSystem),
    ...optional(" OSType:", info.OSType),
    ...optional(" Architecture:", info.Architecture),
    ` CPUs: ${info.NCPU ?? 0}`,
    ` Total Memory: ${humanBytes(info.MemTotal ?? 0)}`,
    ...optional(" Name:", info.Name),
    ...optional(" ID:", info.ID),
    ` Docker Root Dir: ${info.DockerRootDir ?? ""}`,
    ` Debug Mode: ${info.Debug ?? false}`,
    ...section(" Labels:", info.Labels),
    ` Experimental: ${info.ExperimentalBuild ?? false}`,
    ...registryLines(info),
    ` Live Restore Enabled: ${info.LiveRestoreEnabled ?? false}`,
  ]
}

const section = (title: string, items: ReadonlyArray<string> | null | undefined): Lines =>
  items === undefined || items === null || items.length === 0 ? [] : [title, ...items.map((item) => `  ${item}`)]

const linuxLines = (info: Info): Lines => [
  ` Init Binary: ${info.InitBinary ?? ""}`,
  ` containerd version: ${info.ContainerdCommit?.ID ?? ""}`,
  ` runc version: ${info.RuncCommit?.ID ?? ""}`,
  ` init version: ${info.InitCommit?.ID ?? ""}`,
  ...section(" Security Options:", (info.SecurityOptions ?? []).flatMap(securityLines)),
]

/** "name=seccomp,profile=default" as the name, and the profile under it. */
function securityLines(option: string): Lines {
  const pairs = option.split(",").map((part) => part.split("="))
  const name = pairs.find(([key]) => key === "name")?.[1] ?? option
  return [name, ...pairs.filter(([key]) => key === "profile").map(([, profile]) => ` Profile: ${profile ?? ""}`)]
}

function registryLines({ RegistryConfig: registries }: Info): Lines {
  const insecure = Object.values(registries?.IndexConfigs ?? {}).filter(({ Secure: secure }) => !secure)
  const cidrs = registries?.InsecureRegistryCIDRs ?? []
  const anyConfigured = cidrs.length > 0 || Object.keys(registries?.IndexConfigs ?? {}).length > 0
  return [
    ...(anyConfigured
      ? [" Insecure Registries:", ...[...insecure.map(({ Name: name }) => name), ...cidrs].map((line) => `  ${line}`)]
      : []),
    ...section(" Registry Mirrors:", registries?.Mirrors),
  ]
}

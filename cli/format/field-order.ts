/**
 * The fields of the Engine API's types in the order in which the docker CLI prints them, where it prints from its own types and not what the
 * engine sent (services, nodes, volumes). "Name:Type" is a field with fields of its own, or a list of such; "Name:{}" a map, printed in the
 * order of its keys. Source: moby api/types/swarm.
 */
const types = {
  Service:
    "ID Version CreatedAt UpdatedAt Spec:ServiceSpec PreviousSpec:ServiceSpec Endpoint UpdateStatus ServiceStatus JobStatus",
  ServiceSpec:
    "Name Labels:{} TaskTemplate:TaskSpec Mode UpdateConfig RollbackConfig:UpdateConfig Networks:Attachment EndpointSpec",
  TaskSpec:
    "ContainerSpec PluginSpec NetworkAttachmentSpec Resources RestartPolicy Placement Networks:Attachment LogDriver:Driver ForceUpdate Runtime",
  ContainerSpec:
    "Image Labels:{} Command Args Hostname Env Dir User Groups Privileges Init StopSignal TTY OpenStdin ReadOnly Mounts:Mount StopGracePeriod Healthcheck Hosts DNSConfig Secrets:Reference Configs:Reference Isolation Sysctls:{} CapabilityAdd CapabilityDrop Ulimits:Ulimit OomScoreAdj",
  Privileges: "CredentialSpec SELinuxContext Seccomp AppArmor NoNewPrivileges",
  CredentialSpec: "Config File Registry",
  SELinuxContext: "Disable User Role Type Level",
  Seccomp: "Mode Profile",
  Mount: "Type Source Target ReadOnly Consistency BindOptions VolumeOptions ImageOptions TmpfsOptions ClusterOptions",
  BindOptions: "Propagation NonRecursive CreateMountpoint ReadOnlyNonRecursive ReadOnlyForceRecursive",
  VolumeOptions: "NoCopy Labels:{} Subpath DriverConfig:Driver",
  TmpfsOptions: "SizeBytes Mode Options",
  Healthcheck: "Test Interval Timeout StartPeriod StartInterval Retries",
  DNSConfig: "Nameservers Search Options",
  Reference: "File Runtime SecretID SecretName ConfigID ConfigName",
  File: "Name UID GID Mode",
  Ulimit: "Name Hard Soft",
  Resources: "Limits Reservations NanoCPUs MemoryBytes GenericResources:GenericResource",
  Limits: "NanoCPUs MemoryBytes Pids",
  Reservations: "NanoCPUs MemoryBytes GenericResources:GenericResource",
  GenericResource: "NamedResourceSpec:Generic DiscreteResourceSpec:Generic",
  Generic: "Kind Value",
  RestartPolicy: "Condition Delay MaxAttempts Window",
  Placement: "Constraints Preferences MaxReplicas Platforms:Platform",
  Attachment: "Target Aliases DriverOpts:{}",
  Driver: "Name Options:{}",
  Mode: "Replicated Global ReplicatedJob GlobalJob",
  ReplicatedJob: "MaxConcurrent TotalCompletions",
  UpdateConfig: "Parallelism Delay FailureAction Monitor MaxFailureRatio Order",
  EndpointSpec: "Mode:Word Ports:Port",
  Endpoint: "Spec:EndpointSpec Ports:Port VirtualIPs:VirtualIP",
  Port: "Name Protocol TargetPort PublishedPort PublishMode",
  VirtualIP: "NetworkID Addr",
  UpdateStatus: "State StartedAt CompletedAt Message",
  ServiceStatus: "RunningTasks DesiredTasks CompletedTasks",
  JobStatus: "JobIteration LastExecution",
  Node: "ID Version CreatedAt UpdatedAt Spec:NodeSpec Description Status:NodeStatus ManagerStatus",
  NodeSpec: "Name Labels:{} Role Availability",
  Description: "Hostname Platform Resources Engine TLSInfo CSIInfo",
  Platform: "Architecture OS",
  Engine: "EngineVersion Labels:{} Plugins:Plugin",
  Plugin: "Type Name",
  TLSInfo: "TrustRoot CertIssuerSubject CertIssuerPublicKey",
  NodeStatus: "State Message Addr",
  ManagerStatus: "Leader Reachability Addr",
  Volume: "ClusterVolume CreatedAt Driver Labels:{} Mountpoint Name Options:{} Scope Status UsageData",
  Word: "",
} satisfies Readonly<Record<string, string>>

export type TypeName = keyof typeof types

const isType = (name: string): name is TypeName => Object.hasOwn(types, name)

/** The object with its fields in the order of its type; fields that the type does not have come last. */
export function ordered(value: unknown, type: string): unknown {
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map((item) => ordered(item, type))
  if (type === "{}") return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
  if (!isType(type)) return value
  const own = new Map<string, unknown>(Object.entries(value))
  const fields: Array<readonly [string, unknown]> = []
  for (const field of types[type].split(" ")) {
    const [name = "", inner = name] = field.split(":")
    if (own.has(name)) fields.push([name, ordered(own.get(name), inner)])
    own.delete(name)
  }
  return Object.fromEntries([...fields, ...own])
}

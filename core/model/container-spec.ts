import * as Schema from "effect/Schema"
import { Driver, Labels } from "./common.ts"

const strings = Schema.Array(Schema.String)

/** Where a secret or config appears in the container. Mode is the file mode as a number (0444 is 292). */
export const FileTarget = Schema.Struct({
  Name: Schema.String,
  UID: Schema.String,
  GID: Schema.String,
  Mode: Schema.Number,
})
export interface FileTarget extends Schema.Schema.Type<typeof FileTarget> {}

export const SecretReference = Schema.Struct({
  File: Schema.optionalKey(FileTarget),
  SecretID: Schema.String,
  SecretName: Schema.String,
})
export interface SecretReference extends Schema.Schema.Type<typeof SecretReference> {}

export const ConfigReference = Schema.Struct({
  File: Schema.optionalKey(FileTarget),
  Runtime: Schema.optionalKey(Schema.Struct({})),
  ConfigID: Schema.String,
  ConfigName: Schema.String,
})
export interface ConfigReference extends Schema.Schema.Type<typeof ConfigReference> {}

export const Mount = Schema.Struct({
  Type: Schema.optionalKey(Schema.String),
  Source: Schema.optionalKey(Schema.String),
  Target: Schema.optionalKey(Schema.String),
  ReadOnly: Schema.optionalKey(Schema.Boolean),
  Consistency: Schema.optionalKey(Schema.String),
  BindOptions: Schema.optionalKey(
    Schema.Struct({
      Propagation: Schema.optionalKey(Schema.String),
      NonRecursive: Schema.optionalKey(Schema.Boolean),
      CreateMountpoint: Schema.optionalKey(Schema.Boolean),
      ReadOnlyNonRecursive: Schema.optionalKey(Schema.Boolean),
      ReadOnlyForceRecursive: Schema.optionalKey(Schema.Boolean),
    }),
  ),
  VolumeOptions: Schema.optionalKey(
    Schema.Struct({
      NoCopy: Schema.optionalKey(Schema.Boolean),
      Labels: Schema.optionalKey(Labels),
      Subpath: Schema.optionalKey(Schema.String),
      DriverConfig: Schema.optionalKey(Driver),
    }),
  ),
  ImageOptions: Schema.optionalKey(Schema.Struct({ Subpath: Schema.optionalKey(Schema.String) })),
  TmpfsOptions: Schema.optionalKey(
    Schema.Struct({
      SizeBytes: Schema.optionalKey(Schema.Number),
      Mode: Schema.optionalKey(Schema.Number),
      Options: Schema.optionalKey(Schema.Array(strings)),
    }),
  ),
  ClusterOptions: Schema.optionalKey(Schema.Struct({})),
})
export interface Mount extends Schema.Schema.Type<typeof Mount> {}

/** Durations are nanoseconds; 0 or absent inherits the image's. */
export const Healthcheck = Schema.Struct({
  Test: Schema.optionalKey(strings),
  Interval: Schema.optionalKey(Schema.Number),
  Timeout: Schema.optionalKey(Schema.Number),
  StartPeriod: Schema.optionalKey(Schema.Number),
  StartInterval: Schema.optionalKey(Schema.Number),
  Retries: Schema.optionalKey(Schema.Number),
})
export interface Healthcheck extends Schema.Schema.Type<typeof Healthcheck> {}

export const DnsConfig = Schema.Struct({
  Nameservers: Schema.optionalKey(strings),
  Search: Schema.optionalKey(strings),
  Options: Schema.optionalKey(strings),
})
export interface DnsConfig extends Schema.Schema.Type<typeof DnsConfig> {}

export const Privileges = Schema.Struct({
  CredentialSpec: Schema.optionalKey(
    Schema.Struct({
      Config: Schema.optionalKey(Schema.String),
      File: Schema.optionalKey(Schema.String),
      Registry: Schema.optionalKey(Schema.String),
    }),
  ),
  SELinuxContext: Schema.optionalKey(
    Schema.Struct({
      Disable: Schema.optionalKey(Schema.Boolean),
      User: Schema.optionalKey(Schema.String),
      Role: Schema.optionalKey(Schema.String),
      Type: Schema.optionalKey(Schema.String),
      Level: Schema.optionalKey(Schema.String),
    }),
  ),
  Seccomp: Schema.optionalKey(
    Schema.Struct({ Mode: Schema.optionalKey(Schema.String), Profile: Schema.optionalKey(Schema.String) }),
  ),
  AppArmor: Schema.optionalKey(Schema.Struct({ Mode: Schema.optionalKey(Schema.String) })),
  NoNewPrivileges: Schema.optionalKey(Schema.Boolean),
})
export interface Privileges extends Schema.Schema.Type<typeof Privileges> {}

export const Ulimit = Schema.Struct({ Name: Schema.String, Soft: Schema.Number, Hard: Schema.Number })
export interface Ulimit extends Schema.Schema.Type<typeof Ulimit> {}

/** What a task's container is made from. Command is the entry point, Args its arguments (or the image's own entry point's). */
export const ContainerSpec = Schema.Struct({
  Image: Schema.optionalKey(Schema.String),
  Labels: Schema.optionalKey(Labels),
  Command: Schema.optionalKey(strings),
  Args: Schema.optionalKey(strings),
  Hostname: Schema.optionalKey(Schema.String),
  Env: Schema.optionalKey(strings),
  Dir: Schema.optionalKey(Schema.String),
  User: Schema.optionalKey(Schema.String),
  Groups: Schema.optionalKey(strings),
  Privileges: Schema.optionalKey(Privileges),
  Init: Schema.optionalKey(Schema.Boolean),
  StopSignal: Schema.optionalKey(Schema.String),
  TTY: Schema.optionalKey(Schema.Boolean),
  OpenStdin: Schema.optionalKey(Schema.Boolean),
  ReadOnly: Schema.optionalKey(Schema.Boolean),
  Mounts: Schema.optionalKey(Schema.Array(Mount)),
  StopGracePeriod: Schema.optionalKey(Schema.Number),
  Healthcheck: Schema.optionalKey(Healthcheck),
  Hosts: Schema.optionalKey(strings),
  DNSConfig: Schema.optionalKey(DnsConfig),
  Secrets: Schema.optionalKey(Schema.Array(SecretReference)),
  Configs: Schema.optionalKey(Schema.Array(ConfigReference)),
  Isolation: Schema.optionalKey(Schema.String),
  Sysctls: Schema.optionalKey(Labels),
  CapabilityAdd: Schema.optionalKey(strings),
  CapabilityDrop: Schema.optionalKey(strings),
  Ulimits: Schema.optionalKey(Schema.Array(Ulimit)),
  OomScoreAdj: Schema.optionalKey(Schema.Number),
  /** Who asks the registry, as the client gave it (X-Registry-Auth). The API never shows it. */
  PullOptions: Schema.optionalKey(Schema.Struct({ RegistryAuth: Schema.optionalKey(Schema.String) })),
})
export interface ContainerSpec extends Schema.Schema.Type<typeof ContainerSpec> {}

import type { Scalar } from "./document.ts"

/*
 * A loaded stack, as `docker stack config` prints it: keys are those of the compose file, everything in its long form.
 * What is empty or zero is absent, except where absence and zero mean different things. Names chosen by the user are in
 * Maps (a key may be anything, and its order is decided when printed); the format's own keys are properties.
 */

export type Texts = ReadonlyMap<string, string>
export type OptionalTexts = ReadonlyMap<string, string | null>
export type Lines = ReadonlyArray<string>
/** A whole number of up to 64 bits. */
export type Whole = number | bigint
/** Go's text of a duration, e.g. `1m30s`. */
export type DurationText = string
/** Bytes in decimal, e.g. `"67108864"`. */
export type BytesText = string
/** The value of an `x-` key. */
export type Plain = Scalar | ReadonlyArray<Plain> | ReadonlyMap<string, Plain>
export type Extensions = ReadonlyMap<string, Plain>

export interface BuildConfig {
  readonly context?: string
  readonly dockerfile?: string
  readonly args?: OptionalTexts
  readonly labels?: Texts
  readonly cache_from?: Lines
  readonly extra_hosts?: Lines
  readonly network?: string
  readonly target?: string
}

export interface FileReference {
  readonly source?: string
  readonly target?: string
  readonly uid?: string
  readonly gid?: string
  readonly mode?: number
}

export interface CredentialSpec {
  readonly config?: string
  readonly file?: string
  readonly registry?: string
}

export interface UpdateConfig {
  readonly parallelism?: Whole
  readonly delay?: DurationText
  readonly failure_action?: string
  readonly monitor?: DurationText
  readonly max_failure_ratio?: number
  readonly order?: string
}

export interface Limits {
  readonly cpus?: string
  readonly memory?: BytesText
  readonly pids?: Whole
}

export interface GenericResource {
  readonly discrete_resource_spec?: { readonly kind: string; readonly value: Whole }
}

export interface Reservations {
  readonly cpus?: string
  readonly memory?: BytesText
  readonly generic_resources?: ReadonlyArray<GenericResource>
}

export interface Resources {
  readonly limits?: Limits
  readonly reservations?: Reservations
}

export interface RestartPolicy {
  readonly condition?: string
  readonly delay?: DurationText
  readonly max_attempts?: Whole
  readonly window?: DurationText
}

export interface Placement {
  readonly constraints?: Lines
  readonly preferences?: ReadonlyArray<{ readonly spread?: string }>
  readonly max_replicas_per_node?: Whole
}

export interface DeployConfig {
  readonly mode?: string
  readonly replicas?: Whole
  readonly labels?: Texts
  readonly update_config?: UpdateConfig
  readonly rollback_config?: UpdateConfig
  readonly resources?: Resources
  readonly restart_policy?: RestartPolicy
  readonly placement?: Placement
  readonly endpoint_mode?: string
}

export interface HealthcheckConfig {
  readonly test?: Lines
  readonly timeout?: DurationText
  readonly interval?: DurationText
  readonly retries?: Whole
  readonly start_period?: DurationText
  readonly start_interval?: DurationText
  readonly disable?: boolean
}

export interface LoggingConfig {
  readonly driver?: string
  readonly options?: Texts
}

export interface ServiceNetwork {
  readonly aliases?: Lines
  readonly driver_opts?: Texts
  readonly ipv4_address?: string
  readonly ipv6_address?: string
}

export interface ServicePort {
  readonly mode?: string
  readonly target?: number
  readonly published?: number
  readonly protocol?: string
}

export type Ulimit = Whole | { readonly soft?: Whole; readonly hard?: Whole }

export interface ServiceVolume {
  readonly type?: string
  readonly source?: string
  readonly target?: string
  readonly read_only?: boolean
  readonly consistency?: string
  readonly bind?: { readonly propagation?: string }
  readonly volume?: { readonly nocopy?: boolean; readonly subpath?: string }
  readonly image?: { readonly subpath?: string }
  readonly tmpfs?: { readonly size?: Whole }
  readonly cluster?: Readonly<Record<never, never>>
}

/** Keys of a service that no stack file can fill, only a project by the Compose Specification. */
export type SpecOnly = "dns_opt" | "group_add" | "oom_score_adj"

export interface ServiceConfig {
  readonly build?: BuildConfig
  readonly cap_add?: Lines
  readonly cap_drop?: Lines
  readonly cgroupns_mode?: string
  readonly cgroup_parent?: string
  readonly command?: Lines
  readonly configs?: ReadonlyArray<FileReference>
  readonly container_name?: string
  readonly credential_spec?: CredentialSpec
  readonly depends_on?: Lines
  readonly deploy?: DeployConfig
  readonly devices?: Lines
  readonly dns?: Lines
  /** only by the Compose Specification */
  readonly dns_opt?: Lines
  readonly dns_search?: Lines
  readonly domainname?: string
  readonly entrypoint?: Lines
  readonly environment?: OptionalTexts
  readonly env_file?: Lines
  readonly expose?: Lines
  readonly external_links?: Lines
  readonly extra_hosts?: Lines
  /** only by the Compose Specification */
  readonly group_add?: Lines
  readonly hostname?: string
  readonly healthcheck?: HealthcheckConfig
  readonly image?: string
  readonly init?: boolean
  readonly ipc?: string
  readonly isolation?: string
  readonly labels?: Texts
  readonly links?: Lines
  readonly logging?: LoggingConfig
  readonly mac_address?: string
  readonly network_mode?: string
  readonly networks?: ReadonlyMap<string, ServiceNetwork | null>
  /** only by the Compose Specification: `docker stack` loses it */
  readonly oom_score_adj?: Whole
  readonly pid?: string
  readonly ports?: ReadonlyArray<ServicePort>
  readonly privileged?: boolean
  readonly read_only?: boolean
  readonly restart?: string
  readonly secrets?: ReadonlyArray<FileReference>
  readonly security_opt?: Lines
  readonly shm_size?: string
  readonly stdin_open?: boolean
  readonly stop_grace_period?: DurationText
  readonly stop_signal?: string
  readonly sysctls?: Texts
  readonly tmpfs?: Lines
  readonly tty?: boolean
  readonly ulimits?: ReadonlyMap<string, Ulimit>
  readonly user?: string
  readonly userns_mode?: string
  readonly volumes?: ReadonlyArray<ServiceVolume>
  readonly working_dir?: string
  readonly extensions?: Extensions
}

/** Addresses of a network; all but the subnet are only known by the Compose Specification. */
export interface Pool {
  readonly subnet?: string
  readonly gateway?: string
  readonly ip_range?: string
}

export interface NetworkConfig {
  readonly name?: string
  readonly driver?: string
  readonly driver_opts?: Texts
  readonly ipam?: { readonly driver?: string; readonly config?: ReadonlyArray<Pool> }
  readonly external?: true
  readonly internal?: boolean
  readonly attachable?: boolean
  /** only by the Compose Specification */
  readonly enable_ipv6?: boolean
  readonly labels?: Texts
  readonly extensions?: Extensions
}

export interface Topology {
  readonly segments?: Texts
}

/** A volume of a CSI plug-in. */
export interface ClusterSpec {
  readonly group?: string
  readonly access_mode?: {
    readonly scope?: string
    readonly sharing?: string
    readonly mount_volume?: { readonly fs_type?: string; readonly mount_flags?: Lines }
    readonly block_volume?: Readonly<Record<never, never>>
  }
  readonly accessibility_requirements?: {
    readonly requisite?: ReadonlyArray<Topology>
    readonly preferred?: ReadonlyArray<Topology>
  }
  readonly capacity_range?: { readonly required_bytes?: BytesText; readonly limit_bytes?: BytesText }
  readonly secrets?: ReadonlyArray<{ readonly key?: string; readonly secret?: string }>
  readonly availability?: string
}

export interface VolumeConfig {
  readonly name?: string
  readonly driver?: string
  readonly driver_opts?: Texts
  readonly external?: true
  readonly labels?: Texts
  readonly "x-cluster-spec"?: ClusterSpec
  readonly extensions?: Extensions
}

/** A secret or a config; configs have no driver. */
export interface FileObjectConfig {
  readonly name?: string
  readonly file?: string
  /** what it holds, where the file says so itself or names a variable: only by the Compose Specification */
  readonly content?: string
  readonly external?: true
  readonly labels?: Texts
  readonly driver?: string
  readonly driver_opts?: Texts
  readonly template_driver?: string
  readonly extensions?: Extensions
}

export interface StackConfig {
  readonly version: string
  readonly services: ReadonlyMap<string, ServiceConfig>
  readonly networks: ReadonlyMap<string, NetworkConfig>
  readonly volumes: ReadonlyMap<string, VolumeConfig>
  readonly secrets: ReadonlyMap<string, FileObjectConfig>
  readonly configs: ReadonlyMap<string, FileObjectConfig>
  readonly extensions: Extensions
}

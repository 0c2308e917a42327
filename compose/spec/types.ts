import type { Extensions, Lines, OptionalTexts, Texts, Whole } from "../config.ts"
import type { Float } from "../document.ts"

/*
 * A project by the Compose Specification, loaded: every short syntax written out, every path absolute, every variable resolved. Keys are
 * the file's own.
 */

export interface Reference {
  readonly source?: string
  readonly target?: string
  readonly uid?: string
  readonly gid?: string
  /** octal, as text */
  readonly mode?: string
  readonly extensions?: Extensions
}

export type Ulimit = Whole | { readonly soft?: Whole; readonly hard?: Whole }
export type Ulimits = ReadonlyMap<string, Ulimit | null>

export interface Build {
  readonly context?: string
  readonly dockerfile?: string
  readonly dockerfile_inline?: string
  readonly entitlements?: Lines
  readonly args?: OptionalTexts
  readonly provenance?: string
  readonly sbom?: string
  readonly ssh?: Lines
  readonly labels?: Texts
  readonly cache_from?: Lines
  readonly cache_to?: Lines
  readonly no_cache?: boolean
  readonly no_cache_filter?: Lines
  readonly additional_contexts?: Texts
  readonly pull?: boolean
  readonly extra_hosts?: Lines
  readonly isolation?: string
  readonly network?: string
  readonly target?: string
  readonly secrets?: ReadonlyArray<Reference>
  readonly shm_size?: string
  readonly tags?: Lines
  readonly ulimits?: Ulimits
  readonly platforms?: Lines
  readonly privileged?: boolean
  readonly extensions?: Extensions
}

export interface Hook {
  readonly command?: Lines
  readonly image?: string
  readonly user?: string
  readonly privileged?: boolean
  readonly working_dir?: string
  readonly environment?: OptionalTexts
  readonly per_replica?: boolean
  readonly extensions?: Extensions
}

export interface Device {
  readonly capabilities?: Lines
  readonly driver?: string
  /** -1: all of them */
  readonly count?: Whole
  readonly device_ids?: Lines
  readonly options?: Texts
  readonly extensions?: Extensions
}

export interface Update {
  readonly parallelism?: Whole
  readonly delay?: string
  readonly failure_action?: string
  readonly monitor?: string
  readonly max_failure_ratio?: Float
  readonly order?: string
  readonly extensions?: Extensions
}

export interface Resource {
  readonly cpus?: Float
  readonly memory?: string
  readonly pids?: Whole
  readonly devices?: ReadonlyArray<Device>
  readonly generic_resources?: ReadonlyArray<{
    readonly discrete_resource_spec?: { readonly kind?: string; readonly value?: Whole }
  }>
  readonly extensions?: Extensions
}

export interface Deploy {
  readonly mode?: string
  readonly replicas?: Whole
  readonly labels?: Texts
  readonly update_config?: Update
  readonly rollback_config?: Update
  readonly resources?: {
    readonly limits?: Resource
    readonly reservations?: Resource
    readonly extensions?: Extensions
  }
  readonly restart_policy?: {
    readonly condition?: string
    readonly delay?: string
    readonly max_attempts?: Whole
    readonly window?: string
    readonly extensions?: Extensions
  }
  readonly placement?: {
    readonly constraints?: Lines
    readonly preferences?: ReadonlyArray<{ readonly spread?: string }>
    readonly max_replicas_per_node?: Whole
    readonly extensions?: Extensions
  }
  readonly endpoint_mode?: string
  readonly extensions?: Extensions
}

export interface ServiceNetwork {
  readonly aliases?: Lines
  readonly driver_opts?: Texts
  readonly gw_priority?: Whole
  readonly interface_name?: string
  readonly ipv4_address?: string
  readonly ipv6_address?: string
  readonly link_local_ips?: Lines
  readonly mac_address?: string
  readonly priority?: Whole
  readonly extensions?: Extensions
}

export interface Port {
  readonly name?: string
  readonly mode?: string
  readonly host_ip?: string
  readonly target?: Whole
  /** a number or a range of them */
  readonly published?: string
  readonly protocol?: string
  readonly app_protocol?: string
  readonly extensions?: Extensions
}

export interface Mount {
  readonly type?: string
  readonly source?: string
  readonly target?: string
  readonly read_only?: boolean
  readonly consistency?: string
  readonly bind?: {
    readonly selinux?: string
    readonly propagation?: string
    /** only `false` is said */
    readonly create_host_path?: boolean
    readonly recursive?: string
    readonly extensions?: Extensions
  }
  readonly volume?: {
    readonly labels?: Texts
    readonly nocopy?: boolean
    readonly subpath?: string
    readonly extensions?: Extensions
  }
  readonly tmpfs?: { readonly size?: string; readonly mode?: Whole; readonly extensions?: Extensions }
  readonly image?: { readonly subpath?: string; readonly extensions?: Extensions }
  readonly extensions?: Extensions
}

export interface Dependency {
  readonly condition?: string
  readonly restart?: boolean
  readonly required?: boolean
  readonly extensions?: Extensions
}

interface Throttle {
  readonly path?: string
  readonly rate?: string
}

export interface Service {
  readonly profiles?: Lines
  readonly annotations?: Texts
  readonly attach?: boolean
  readonly build?: Build
  readonly develop?: {
    readonly watch?: ReadonlyArray<{
      readonly path?: string
      readonly action?: string
      readonly target?: string
      readonly exec?: Hook
      readonly include?: Lines
      readonly ignore?: Lines
      readonly initial_sync?: boolean
    }>
  }
  readonly blkio_config?: {
    readonly weight?: Whole
    readonly weight_device?: ReadonlyArray<{ readonly path?: string; readonly weight?: Whole }>
    readonly device_read_bps?: ReadonlyArray<Throttle>
    readonly device_read_iops?: ReadonlyArray<Throttle>
    readonly device_write_bps?: ReadonlyArray<Throttle>
    readonly device_write_iops?: ReadonlyArray<Throttle>
  }
  readonly cap_add?: Lines
  readonly cap_drop?: Lines
  readonly cgroup_parent?: string
  readonly cgroup?: string
  readonly cpu_count?: Whole
  readonly cpu_percent?: Float
  readonly cpu_period?: Whole
  readonly cpu_quota?: Whole
  readonly cpu_rt_period?: Whole
  readonly cpu_rt_runtime?: Whole
  readonly cpus?: Float
  readonly cpuset?: string
  readonly cpu_shares?: Whole
  readonly command?: Lines
  readonly configs?: ReadonlyArray<Reference>
  readonly container_name?: string
  readonly credential_spec?: { readonly config?: string; readonly file?: string; readonly registry?: string }
  readonly depends_on?: ReadonlyMap<string, Dependency>
  readonly deploy?: Deploy
  readonly device_cgroup_rules?: Lines
  readonly devices?: ReadonlyArray<{
    readonly source?: string
    readonly target?: string
    readonly permissions?: string
  }>
  readonly dns?: Lines
  readonly dns_opt?: Lines
  readonly dns_search?: Lines
  readonly domainname?: string
  readonly entrypoint?: Lines
  readonly provider?: { readonly type?: string; readonly options?: ReadonlyMap<string, Lines> }
  readonly environment?: OptionalTexts
  readonly env_file?: ReadonlyArray<{ readonly path?: string; readonly required?: boolean; readonly format?: string }>
  readonly expose?: Lines
  readonly external_links?: Lines
  readonly extra_hosts?: Lines
  readonly group_add?: Lines
  readonly gpus?: ReadonlyArray<Device>
  readonly hostname?: string
  readonly healthcheck?: {
    readonly test?: Lines
    readonly timeout?: string
    readonly interval?: string
    readonly retries?: Whole
    readonly start_period?: string
    readonly start_interval?: string
    readonly disable?: boolean
    readonly extensions?: Extensions
  }
  readonly image?: string
  readonly init?: boolean
  readonly ipc?: string
  readonly isolation?: string
  readonly labels?: Texts
  readonly label_file?: Lines
  readonly links?: Lines
  readonly logging?: { readonly driver?: string; readonly options?: Texts }
  readonly mem_limit?: string
  readonly mem_reservation?: string
  readonly memswap_limit?: string
  readonly mem_swappiness?: string
  readonly mac_address?: string
  readonly models?: ReadonlyMap<
    string,
    { readonly endpoint_var?: string; readonly model_var?: string; readonly extensions?: Extensions } | null
  >
  readonly network_mode?: string
  readonly networks?: ReadonlyMap<string, ServiceNetwork | null>
  readonly oom_kill_disable?: boolean
  readonly oom_score_adj?: Whole
  readonly pid?: string
  readonly pids_limit?: Whole
  readonly platform?: string
  readonly ports?: ReadonlyArray<Port>
  readonly privileged?: boolean
  readonly pull_policy?: string
  readonly read_only?: boolean
  readonly restart?: string
  readonly runtime?: string
  readonly scale?: Whole
  readonly secrets?: ReadonlyArray<Reference>
  readonly security_opt?: Lines
  readonly shm_size?: string
  readonly stdin_open?: boolean
  readonly stop_grace_period?: string
  readonly stop_signal?: string
  readonly storage_opt?: Texts
  readonly sysctls?: Texts
  readonly tmpfs?: Lines
  readonly tty?: boolean
  readonly ulimits?: Ulimits
  readonly use_api_socket?: boolean
  readonly user?: string
  readonly userns_mode?: string
  readonly uts?: string
  readonly volumes?: ReadonlyArray<Mount>
  readonly volumes_from?: Lines
  readonly working_dir?: string
  readonly pre_start?: ReadonlyArray<Hook>
  readonly post_start?: ReadonlyArray<Hook>
  readonly pre_stop?: ReadonlyArray<Hook>
  readonly extensions?: Extensions
}

export interface Network {
  readonly name?: string
  readonly driver?: string
  readonly driver_opts?: Texts
  readonly ipam?: {
    readonly driver?: string
    readonly config?: ReadonlyArray<{
      readonly subnet?: string
      readonly gateway?: string
      readonly ip_range?: string
      readonly aux_addresses?: Texts
    }>
    readonly options?: Texts
    readonly extensions?: Extensions
  }
  readonly external?: boolean
  readonly internal?: boolean
  readonly attachable?: boolean
  readonly labels?: Texts
  readonly enable_ipv4?: boolean
  readonly enable_ipv6?: boolean
  readonly extensions?: Extensions
}

export interface Volume {
  readonly name?: string
  readonly driver?: string
  readonly driver_opts?: Texts
  readonly external?: boolean
  readonly labels?: Texts
  readonly extensions?: Extensions
}

export interface FileObject {
  readonly name?: string
  readonly file?: string
  readonly environment?: string
  readonly content?: string
  readonly external?: boolean
  readonly labels?: Texts
  readonly driver?: string
  readonly driver_opts?: Texts
  readonly template_driver?: string
  readonly extensions?: Extensions
}

export interface Model {
  readonly name?: string
  readonly model?: string
  readonly context_size?: Whole
  readonly runtime_flags?: Lines
}

export interface Project {
  readonly name: string
  readonly services: ReadonlyMap<string, Service>
  readonly networks: ReadonlyMap<string, Network>
  readonly volumes: ReadonlyMap<string, Volume>
  readonly secrets: ReadonlyMap<string, FileObject>
  readonly configs: ReadonlyMap<string, FileObject>
  readonly models: ReadonlyMap<string, Model>
  readonly extensions: Extensions
}

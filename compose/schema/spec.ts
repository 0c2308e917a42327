import {
  boolean,
  closed,
  definitions as common,
  firstOf,
  listOf,
  named,
  type Properties,
  type Schema,
  text,
  texts,
} from "./shapes.ts"

/*
 * The Compose Specification's file, after the schema of compose-spec/compose-spec. Wherever a number or a boolean is meant, a text may
 * stand too: a variable that was not cast. Almost every object takes `x-` keys.
 */

const extended = (properties: Properties): Schema => ({ ...closed(properties), patternProperties: { "^x-": {} } })
const required = (names: ReadonlyArray<string>, schema: Schema): Schema => ({ ...schema, required: names })
const orNull = (schema: Schema): Schema => ({ ...schema, type: ["object", "null"] })
const orText = (schema: Schema): Schema => ({ ...schema, ...firstOf("string", String(schema.type)) })
const anyName = (value: Schema): Schema => ({ type: "object", patternProperties: { "^.+$": value } })
const defined = (name: string): Schema => ({ $ref: `#/definitions/${name}` })

const number: Schema = { type: ["number", "string"] }
const integer: Schema = { type: ["integer", "string"] }
const flag: Schema = { type: ["boolean", "string"] }
const uniqueTexts: Schema = { ...texts, uniqueItems: true }
const textOrUniqueTexts = orText(uniqueTexts)
const textOrTexts = orText(texts)
const mappingOrList = defined("mappingOrAnyList")
const options = anyName({ type: ["string", "number"] })
const command: Schema = { ...firstOf("null", "string", "array"), items: text }

const definitions: Properties = {
  ...common,
  mappingOrAnyList: {
    ...firstOf("object", "array"),
    patternProperties: { ".+": { type: ["string", "number", "boolean", "null"] } },
    additionalProperties: false,
    items: text,
    uniqueItems: true,
  },
  hook: required(
    ["command"],
    extended({ command, user: text, privileged: flag, working_dir: text, environment: mappingOrList }),
  ),
  fileReferences: listOf(orText(extended({ source: text, target: text, uid: text, gid: text, mode: number }))),
  ulimits: {
    type: "object",
    patternProperties: {
      "^[a-z]+$": {
        ...required(["soft", "hard"], extended({ hard: integer, soft: integer })),
        ...firstOf("integer", "string", "object"),
      },
    },
  },
  extraHosts: {
    ...firstOf("object", "array"),
    patternProperties: { ".+": { ...firstOf("string", "array"), items: text } },
    additionalProperties: false,
    items: text,
    uniqueItems: true,
  },
  updateConfig: extended({
    parallelism: integer,
    delay: text,
    failure_action: text,
    monitor: text,
    max_failure_ratio: number,
    order: { type: "string", enum: ["start-first", "stop-first"] },
  }),
}

const fileReferences = defined("fileReferences")
const hook = defined("hook")

const build: Schema = orText(
  extended({
    context: text,
    dockerfile: text,
    dockerfile_inline: text,
    entitlements: texts,
    args: mappingOrList,
    ssh: mappingOrList,
    labels: mappingOrList,
    cache_from: texts,
    cache_to: texts,
    no_cache: flag,
    no_cache_filter: textOrUniqueTexts,
    additional_contexts: mappingOrList,
    network: text,
    provenance: { type: ["string", "boolean"] },
    sbom: { type: ["string", "boolean"] },
    pull: flag,
    target: text,
    shm_size: integer,
    extra_hosts: defined("extraHosts"),
    isolation: text,
    privileged: flag,
    secrets: fileReferences,
    tags: texts,
    ulimits: defined("ulimits"),
    platforms: texts,
  }),
)

const throttles = listOf(closed({ path: text, rate: integer }))
const blkio = closed({
  device_read_bps: throttles,
  device_read_iops: throttles,
  device_write_bps: throttles,
  device_write_iops: throttles,
  weight: integer,
  weight_device: listOf(closed({ path: text, weight: integer })),
})

const dependsOn: Schema = {
  ...firstOf("array", "object"),
  items: text,
  uniqueItems: true,
  additionalProperties: false,
  patternProperties: {
    "^[a-zA-Z0-9._-]+$": required(
      ["condition"],
      extended({
        restart: flag,
        required: boolean,
        condition: {
          type: "string",
          enum: ["service_started", "service_healthy", "service_completed_successfully"],
        },
      }),
    ),
  },
}

const device: Properties = {
  capabilities: uniqueTexts,
  count: { type: ["string", "integer"] },
  device_ids: uniqueTexts,
  driver: text,
  options: mappingOrList,
}

const deploy = orNull(
  extended({
    mode: text,
    endpoint_mode: text,
    replicas: integer,
    labels: mappingOrList,
    rollback_config: defined("updateConfig"),
    update_config: defined("updateConfig"),
    resources: extended({
      limits: extended({ cpus: number, memory: text, pids: integer }),
      reservations: extended({
        cpus: number,
        memory: text,
        generic_resources: listOf(extended({ discrete_resource_spec: extended({ kind: text, value: number }) })),
        devices: listOf(required(["capabilities"], extended(device))),
      }),
    }),
    restart_policy: extended({ condition: text, delay: text, max_attempts: integer, window: text }),
    placement: extended({
      constraints: texts,
      preferences: listOf(extended({ spread: text })),
      max_replicas_per_node: integer,
    }),
  }),
)

const develop = orNull(
  extended({
    watch: listOf(
      required(
        ["path", "action"],
        extended({
          ignore: textOrUniqueTexts,
          include: textOrUniqueTexts,
          path: text,
          action: { type: "string", enum: ["rebuild", "sync", "restart", "sync+restart", "sync+exec"] },
          target: text,
          exec: hook,
          initial_sync: boolean,
        }),
      ),
    ),
  }),
)

const networks: Schema = {
  ...named(
    orNull(
      extended({
        aliases: uniqueTexts,
        interface_name: text,
        ipv4_address: text,
        ipv6_address: text,
        link_local_ips: uniqueTexts,
        mac_address: text,
        driver_opts: options,
        priority: { type: "number" },
        gw_priority: { type: "number" },
      }),
    ),
  ),
  ...firstOf("array", "object"),
  items: text,
  uniqueItems: true,
}

const models: Schema = {
  ...firstOf("array", "object"),
  items: text,
  uniqueItems: true,
  patternProperties: { "^[a-zA-Z0-9._-]+$": orNull(extended({ endpoint_var: text, model_var: text })) },
}

const ports: Schema = {
  ...listOf({
    ...extended({
      name: text,
      mode: text,
      host_ip: text,
      target: integer,
      published: { type: ["string", "integer"] },
      protocol: text,
      app_protocol: text,
    }),
    ...firstOf("number", "string", "object"),
  }),
  uniqueItems: true,
}

const volumes: Schema = {
  ...listOf(
    orText(
      required(
        ["type"],
        extended({
          type: { type: "string", enum: ["bind", "volume", "tmpfs", "cluster", "npipe", "image"] },
          source: text,
          target: text,
          read_only: flag,
          consistency: text,
          bind: extended({
            propagation: text,
            create_host_path: flag,
            recursive: { type: "string", enum: ["enabled", "disabled", "writable", "readonly"] },
            selinux: { type: "string", enum: ["z", "Z"] },
          }),
          volume: extended({ labels: mappingOrList, nocopy: flag, subpath: text }),
          tmpfs: extended({ size: { type: ["integer", "string"], minimum: 0 }, mode: number }),
          image: extended({ subpath: text }),
        }),
      ),
    ),
  ),
  uniqueItems: true,
}

const envFile: Schema = orText({
  type: "array",
  items: orText(required(["path"], closed({ path: text, format: text, required: flag }))),
})

const healthcheck = extended({
  disable: flag,
  interval: text,
  retries: number,
  test: textOrTexts,
  timeout: text,
  start_period: text,
  start_interval: text,
})

const service = extended({
  annotations: mappingOrList,
  attach: flag,
  blkio_config: blkio,
  build,
  cap_add: uniqueTexts,
  cap_drop: uniqueTexts,
  cgroup: { type: "string", enum: ["host", "private"] },
  cgroup_parent: text,
  command,
  configs: fileReferences,
  container_name: { type: "string", pattern: "[a-zA-Z0-9][a-zA-Z0-9_.-]+" },
  cpu_count: { ...firstOf("string", "integer"), minimum: 0 },
  cpu_percent: { ...firstOf("string", "integer"), minimum: 0, maximum: 100 },
  cpu_period: number,
  cpu_quota: number,
  cpu_rt_period: number,
  cpu_rt_runtime: number,
  cpu_shares: number,
  cpus: number,
  cpuset: text,
  credential_spec: extended({ config: text, file: text, registry: text }),
  depends_on: dependsOn,
  deploy,
  develop,
  device_cgroup_rules: uniqueTexts,
  devices: listOf(orText(required(["source"], extended({ source: text, target: text, permissions: text })))),
  dns: textOrUniqueTexts,
  dns_opt: uniqueTexts,
  dns_search: textOrUniqueTexts,
  domainname: text,
  entrypoint: command,
  env_file: envFile,
  environment: mappingOrList,
  expose: { type: "array", items: { type: ["string", "number"] }, uniqueItems: true },
  extends: orText(required(["service"], closed({ service: text, file: text }))),
  external_links: uniqueTexts,
  extra_hosts: defined("extraHosts"),
  gpus: { ...firstOf("string", "array"), items: { type: "object", properties: device } },
  group_add: { type: "array", items: { type: ["string", "number"] }, uniqueItems: true },
  healthcheck,
  hostname: text,
  image: text,
  init: flag,
  ipc: text,
  isolation: text,
  label_file: textOrTexts,
  labels: mappingOrList,
  links: uniqueTexts,
  logging: extended({ driver: text, options: anyName({ type: ["string", "number", "null"] }) }),
  mac_address: text,
  mem_limit: number,
  mem_reservation: { type: ["string", "integer"] },
  mem_swappiness: integer,
  memswap_limit: number,
  models,
  network_mode: text,
  networks,
  oom_kill_disable: flag,
  oom_score_adj: { ...firstOf("string", "integer"), minimum: -1000, maximum: 1000 },
  pid: { type: ["string", "null"] },
  pids_limit: number,
  platform: text,
  ports,
  post_start: listOf(hook),
  pre_start: listOf(
    extended({
      command,
      image: text,
      user: text,
      privileged: flag,
      working_dir: text,
      environment: mappingOrList,
      per_replica: flag,
    }),
  ),
  pre_stop: listOf(hook),
  privileged: flag,
  profiles: uniqueTexts,
  provider: required(
    ["type"],
    extended({
      type: text,
      options: anyName({
        type: ["string", "number", "boolean", "array"],
        items: { type: ["string", "number", "boolean"] },
      }),
    }),
  ),
  pull_policy: {
    type: "string",
    pattern: "always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+",
  },
  pull_refresh_after: text,
  read_only: flag,
  restart: text,
  runtime: text,
  scale: integer,
  secrets: fileReferences,
  security_opt: uniqueTexts,
  shm_size: number,
  stdin_open: flag,
  stop_grace_period: text,
  stop_signal: text,
  storage_opt: { type: "object" },
  sysctls: mappingOrList,
  tmpfs: textOrUniqueTexts,
  tty: flag,
  ulimits: defined("ulimits"),
  use_api_socket: boolean,
  user: text,
  userns_mode: text,
  uts: text,
  volumes,
  volumes_from: uniqueTexts,
  working_dir: text,
})

const external = (strict: boolean): Schema => ({
  ...(strict ? extended({ name: text }) : { properties: { name: text } }),
  type: ["boolean", "string", "object"],
})

const network = orNull(
  extended({
    name: text,
    driver: text,
    driver_opts: options,
    ipam: extended({
      driver: text,
      config: listOf(
        extended({
          subnet: text,
          ip_range: text,
          gateway: text,
          aux_addresses: { ...anyName(text), additionalProperties: false },
        }),
      ),
      options: { ...anyName(text), additionalProperties: false },
    }),
    external: external(true),
    internal: flag,
    enable_ipv4: flag,
    enable_ipv6: flag,
    attachable: flag,
    labels: mappingOrList,
  }),
)

const volume = orNull(
  extended({ name: text, driver: text, driver_opts: options, external: external(true), labels: mappingOrList }),
)

const fileObject: Properties = {
  name: text,
  environment: text,
  file: text,
  external: external(false),
  labels: mappingOrList,
  template_driver: text,
}

const model = required(
  ["model"],
  extended({ name: text, model: text, context_size: { type: "integer" }, runtime_flags: texts }),
)

const include = orText(closed({ path: textOrUniqueTexts, env_file: textOrUniqueTexts, project_directory: text }))

/** The JSON Schema of a file by the Compose Specification. */
export const specSchema: Schema = {
  ...extended({
    version: text,
    name: text,
    include: listOf(include),
    services: named(service),
    models: { type: "object", patternProperties: { "^[a-zA-Z0-9._-]+$": model } },
    networks: { type: "object", patternProperties: { "^[a-zA-Z0-9._-]+$": network } },
    volumes: named(volume),
    secrets: named(extended({ ...fileObject, driver: text, driver_opts: options })),
    configs: named(extended({ ...fileObject, content: text })),
  }),
  definitions,
}

import { type Decoder, type DecodersOf, list, struct } from "../../normalise/decoder.ts"
import { fieldsOf } from "../nodes.ts"
import type { Service } from "../types.ts"
import {
  boolean,
  bytes,
  command,
  float,
  givenBoolean,
  givenDuration,
  givenInteger,
  healthTest,
  hosts,
  integer,
  lines,
  optionalTexts,
  text,
  texts,
  unlessFalse,
} from "../values.ts"
import { dependency, model, mount, port, reference, serviceNetwork } from "./attachments.ts"
import { build } from "./build.ts"
import { deploy, device } from "./deploy.ts"
import { hook, watch } from "./hooks.ts"
import { blkio, ulimits } from "./limits.ts"
import { byName, object } from "./objects.ts"

const multiOptions: Decoder<ReadonlyMap<string, ReadonlyArray<string>>> = (cursor) => {
  const found = [...fieldsOf(cursor.node)].map(([key, { node }]): [string, ReadonlyArray<string>] => [
    key,
    lines({ ...cursor, node }) ?? [],
  ])
  return found.length === 0 ? undefined : new Map(found)
}

/** In the order in which they are printed. */
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

const rank = new Map(Object.keys(serviceFields).map((key, index) => [key, index]))

/** The keys of a service in the order in which they are printed. */
export const inOrder = (given: Service): Service =>
  Object.fromEntries(Object.entries(given).sort(([a], [b]) => (rank.get(a) ?? 1000) - (rank.get(b) ?? 1000)))

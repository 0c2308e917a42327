import type { ContainerSpec, EndpointSpec, ServiceMode, ServiceSpec } from "../../core/model/index.ts"
import type { FlagValues } from "../args/flag.ts"
import { CliError } from "../errors.ts"
import type { createFlags } from "./create-flags.ts"
import { omitEmpty, toMap } from "./options/key-value.ts"
import { capabilities, hostsLine } from "./options/small.ts"
import { healthcheck, restartPolicy, updateConfig } from "./policies.ts"

export type CreateFlagValues = FlagValues<typeof createFlags>

interface SpecInput {
  readonly flags: CreateFlagValues
  readonly changed: ReadonlySet<string>
  readonly image: string
  readonly args: ReadonlyArray<string>
  readonly env: ReadonlyArray<string>
}

/** The spec that the options of `service create` describe, as the docker CLI sends it. Networks, secrets and configs are not yet in it. */
export function buildSpec(input: SpecInput): ServiceSpec {
  const { flags, changed } = input
  const mode = buildMode(flags)
  const update = updateConfig("update", flags, changed)
  const rollback = updateConfig("rollback", flags, changed)
  if ((mode.ReplicatedJob ?? mode.GlobalJob) !== undefined && (update ?? rollback) !== undefined) {
    throw new CliError("update and rollback configuration is not supported for jobs")
  }
  const restart = restartPolicy(flags, changed)
  return {
    Name: flags.name,
    Labels: toMap(flags.label),
    TaskTemplate: {
      ContainerSpec: buildContainer(input),
      Resources: buildResources(flags),
      ...(restart !== undefined && { RestartPolicy: restart }),
      Placement: omitEmpty({
        Constraints: flags.constraint,
        Preferences: flags["placement-pref"],
        MaxReplicas: flags["replicas-max-per-node"],
      }),
      ...(flags["log-driver"] !== "" && {
        LogDriver: { Name: flags["log-driver"], ...omitEmpty({ Options: toMap(flags["log-opt"]) }) },
      }),
      ForceUpdate: 0,
    },
    Mode: mode,
    ...(update !== undefined && { UpdateConfig: update }),
    ...(rollback !== undefined && { RollbackConfig: rollback }),
    EndpointSpec: buildEndpoint(flags),
  }
}

function buildContainer({ flags, changed, image, args, env }: SpecInput): ContainerSpec {
  const caps = capabilities(flags["cap-add"], flags["cap-drop"])
  return {
    ...omitEmpty({
      Image: image,
      Labels: toMap(flags["container-label"]),
      Command: flags.entrypoint,
      Args: args,
      Hostname: flags.hostname,
      Env: env,
      Dir: flags.workdir,
      User: flags.user,
      Groups: flags.group,
      StopSignal: flags["stop-signal"],
      TTY: flags.tty,
      ReadOnly: flags["read-only"],
      Mounts: flags.mount,
      Hosts: flags.host.map(hostsLine),
      Healthcheck: healthcheck(flags),
      Isolation: flags.isolation,
      Sysctls: toMap(flags.sysctl),
      CapabilityAdd: caps.added,
      CapabilityDrop: caps.dropped,
      Ulimits: flags.ulimit,
      OomScoreAdj: flags["oom-score-adj"],
    }),
    ...(changed.has("stop-grace-period") &&
      flags["stop-grace-period"] !== undefined && { StopGracePeriod: flags["stop-grace-period"] }),
    Init: flags.init,
    DNSConfig: omitEmpty({ Nameservers: flags.dns, Search: flags["dns-search"], Options: flags["dns-option"] }),
  }
}

const buildResources = (flags: CreateFlagValues) => ({
  Limits: omitEmpty({ NanoCPUs: flags["limit-cpu"], MemoryBytes: flags["limit-memory"], Pids: flags["limit-pids"] }),
  Reservations: omitEmpty({
    NanoCPUs: flags["reserve-cpu"],
    MemoryBytes: flags["reserve-memory"],
    GenericResources: flags["generic-resource"],
  }),
})

/** The endpoint's mode is the engine's to judge. */
const buildEndpoint = (flags: CreateFlagValues): EndpointSpec => ({
  Mode: (flags["endpoint-mode"] === "" ? "vip" : flags["endpoint-mode"].toLowerCase()) as "vip",
  ...omitEmpty({ Ports: flags.publish.flat() }),
})

function buildMode(flags: CreateFlagValues): ServiceMode {
  const { mode, replicas, "max-concurrent": concurrent, "replicas-max-per-node": perNode = 0 } = flags
  const isGlobal = mode === "global" || mode === "global-job"
  if (isGlobal && replicas !== undefined)
    throw new CliError("replicas can only be used with replicated or replicated-job mode")
  if (isGlobal && perNode > 0)
    throw new CliError("replicas-max-per-node can only be used with replicated or replicated-job mode")
  if (mode !== "replicated-job" && concurrent !== undefined)
    throw new CliError("max-concurrent can only be used with replicated-job mode")
  switch (mode) {
    case "replicated":
      return { Replicated: replicas === undefined ? {} : { Replicas: replicas } }
    case "global":
      return { Global: {} }
    case "global-job":
      return { GlobalJob: {} }
    case "replicated-job": {
      const atOnce = concurrent ?? replicas
      return {
        ReplicatedJob: {
          ...(atOnce !== undefined && { MaxConcurrent: atOnce }),
          ...(replicas !== undefined && { TotalCompletions: replicas }),
        },
      }
    }
    default:
      throw new CliError(`Unknown mode: ${mode}, only replicated and global supported`)
  }
}

import type {
  ContainerSpec,
  EndpointSpec,
  ResourceRequirements,
  ServiceMode,
  ServiceSpec,
  TaskSpec,
} from "../../core/model/index.ts"
import type { FlagValues } from "../args/flag.ts"
import { CliError } from "../errors.ts"
import {
  editDns,
  editEnv,
  editGenericResources,
  editHosts,
  editMap,
  editMounts,
  editPorts,
  editPreferences,
  editSorted,
  editUlimits,
} from "./options/edit.ts"
import { omitEmpty, omitEmptyLists, toMap } from "./options/key-value.ts"
import { capabilities, hostsLine } from "./options/small.ts"
import { healthcheck, restartPolicy, updateConfig } from "./policies.ts"
import type { updateFlags } from "./update-flags.ts"

export type UpdateFlagValues = FlagValues<typeof updateFlags>

/** What `service update` was told. */
export class Change {
  readonly flags: UpdateFlagValues
  readonly #changed: ReadonlySet<string>

  constructor(flags: UpdateFlagValues, changed: ReadonlySet<string>) {
    this.flags = flags
    this.#changed = changed
  }

  get names(): ReadonlySet<string> {
    return this.#changed
  }

  /** Whether any of the options was given. */
  has(...names: ReadonlyArray<keyof UpdateFlagValues>): boolean {
    return names.some((name) => this.#changed.has(name))
  }
}

/** The fields, if any of the options was given. */
const when = <A extends object>(given: boolean, fields: () => A): A | Record<never, never> => (given ? fields() : {})

/** The spec with the changes made. Networks, secrets and configs have to be asked for first and come later. */
export function changeSpec(spec: ServiceSpec, change: Change): ServiceSpec {
  const { flags } = change
  const update = updateConfig("update", flags, change.names, spec.UpdateConfig)
  const rollback = updateConfig("rollback", flags, change.names, spec.RollbackConfig)
  return {
    ...spec,
    ...when(change.has("label-add", "label-rm"), () => ({
      Labels: editMap(spec.Labels, flags["label-add"], flags["label-rm"]),
    })),
    TaskTemplate: changeTask(spec.TaskTemplate, change),
    ...when(change.has("replicas"), () => ({ Mode: changeReplicas(spec.Mode, flags.replicas ?? 0) })),
    ...(update !== undefined && { UpdateConfig: update }),
    ...(rollback !== undefined && { RollbackConfig: rollback }),
    ...when(change.has("endpoint-mode", "publish-add", "publish-rm"), () => ({
      EndpointSpec: changeEndpoint(spec.EndpointSpec, change),
    })),
  }
}

function changeTask(task: TaskSpec, change: Change): TaskSpec {
  const { flags } = change
  const restart = restartPolicy(flags, change.names, task.RestartPolicy)
  return {
    ...task,
    ContainerSpec: omitEmptyLists(changeContainer(task.ContainerSpec ?? {}, change)),
    ...changeResources(task.Resources, change),
    ...(restart !== undefined && { RestartPolicy: restart }),
    ...changePlacement(task, change),
    ...when(change.has("log-driver"), () => ({
      LogDriver: { Name: flags["log-driver"], ...omitEmpty({ Options: toMap(flags["log-opt"]) }) },
    })),
    ...when(flags.force, () => ({ ForceUpdate: (task.ForceUpdate ?? 0) + 1 })),
  }
}

function changePlacement({ Placement: placement }: TaskSpec, change: Change): Pick<TaskSpec, "Placement"> {
  const { flags } = change
  const fields = {
    ...when(change.has("constraint-add", "constraint-rm"), () => ({
      Constraints: editSorted(placement?.Constraints ?? [], flags["constraint-add"], flags["constraint-rm"]),
    })),
    ...when(change.has("placement-pref-add", "placement-pref-rm"), () => ({
      Preferences: editPreferences(
        placement?.Preferences ?? [],
        flags["placement-pref-add"],
        flags["placement-pref-rm"],
      ),
    })),
    ...when(change.has("replicas-max-per-node"), () => ({ MaxReplicas: flags["replicas-max-per-node"] ?? 0 })),
  }
  return Object.keys(fields).length === 0 ? {} : { Placement: omitEmptyLists({ ...placement, ...fields }) }
}

function changeResources(resources: ResourceRequirements | undefined, change: Change): Pick<TaskSpec, "Resources"> {
  const { flags } = change
  const limits = {
    ...when(change.has("limit-cpu"), () => ({ NanoCPUs: flags["limit-cpu"] ?? 0 })),
    ...when(change.has("limit-memory"), () => ({ MemoryBytes: flags["limit-memory"] ?? 0 })),
    ...when(change.has("limit-pids"), () => ({ Pids: flags["limit-pids"] ?? 0 })),
  }
  const reservations = {
    ...when(change.has("reserve-cpu"), () => ({ NanoCPUs: flags["reserve-cpu"] ?? 0 })),
    ...when(change.has("reserve-memory"), () => ({ MemoryBytes: flags["reserve-memory"] ?? 0 })),
    ...when(change.has("generic-resource-add", "generic-resource-rm"), () => ({
      GenericResources: editGenericResources(
        resources?.Reservations?.GenericResources ?? [],
        flags["generic-resource-add"],
        flags["generic-resource-rm"],
      ),
    })),
  }
  if (Object.keys({ ...limits, ...reservations }).length === 0) return {}
  return {
    Resources: {
      Limits: { ...resources?.Limits, ...limits },
      Reservations: { ...resources?.Reservations, ...reservations },
    },
  }
}

function changeContainer(container: ContainerSpec, change: Change): ContainerSpec {
  const { flags } = change
  return {
    ...container,
    ...changeProcess(container, change),
    ...when(change.has("container-label-add", "container-label-rm"), () => ({
      Labels: editMap(container.Labels, flags["container-label-add"], flags["container-label-rm"]),
    })),
    ...when(change.has("mount-add", "mount-rm"), () => ({
      Mounts: editMounts(container.Mounts ?? [], flags["mount-add"], flags["mount-rm"]),
    })),
    ...when(change.has("sysctl-add", "sysctl-rm"), () => ({
      Sysctls: editMap(container.Sysctls, flags["sysctl-add"], flags["sysctl-rm"]),
    })),
    ...when(change.has("ulimit-add", "ulimit-rm"), () => ({
      Ulimits: editUlimits(container.Ulimits ?? [], flags["ulimit-add"], flags["ulimit-rm"]),
    })),
    ...when(change.has("host-add", "host-rm"), () => ({
      Hosts: editHosts(container.Hosts ?? [], flags["host-add"].map(hostsLine), flags["host-rm"]),
    })),
    ...when(
      change.has("dns-add", "dns-rm", "dns-search-add", "dns-search-rm", "dns-option-add", "dns-option-rm"),
      () => ({
        DNSConfig: editDns(container.DNSConfig ?? {}, {
          Nameservers: [flags["dns-add"], flags["dns-rm"]],
          Search: [flags["dns-search-add"], flags["dns-search-rm"]],
          Options: [flags["dns-option-add"], flags["dns-option-rm"]],
        }),
      }),
    ),
    ...when(change.has("cap-add", "cap-drop"), () => changeCapabilities(container, change)),
    ...changeHealth(container, change),
  }
}

/** What runs, and as what. */
function changeProcess(container: ContainerSpec, change: Change): ContainerSpec {
  const { flags } = change
  return {
    ...when(change.has("image"), () => ({ Image: flags.image })),
    ...when(change.has("args"), () => ({ Args: flags.args ?? [] })),
    ...when(change.has("entrypoint"), () => ({ Command: flags.entrypoint ?? [] })),
    ...when(change.has("env-add", "env-rm"), () => ({
      Env: editEnv(container.Env ?? [], flags["env-add"], flags["env-rm"]),
    })),
    ...when(change.has("workdir"), () => ({ Dir: flags.workdir })),
    ...when(change.has("user"), () => ({ User: flags.user })),
    ...when(change.has("group-add", "group-rm"), () => ({
      Groups: editSorted(container.Groups ?? [], flags["group-add"], flags["group-rm"]),
    })),
    ...when(change.has("hostname"), () => ({ Hostname: flags.hostname })),
    ...when(change.has("init"), () => ({ Init: flags.init })),
    ...when(change.has("isolation"), () => ({ Isolation: flags.isolation })),
    ...when(change.has("oom-score-adj"), () => ({ OomScoreAdj: flags["oom-score-adj"] ?? 0 })),
    ...when(change.has("stop-grace-period"), () => ({ StopGracePeriod: flags["stop-grace-period"] ?? 0 })),
    ...when(change.has("stop-signal"), () => ({ StopSignal: flags["stop-signal"] })),
    ...when(change.has("tty"), () => ({ TTY: flags.tty })),
    ...when(change.has("read-only"), () => ({ ReadOnly: flags["read-only"] })),
  }
}

/** What is added is no longer dropped, and the other way round. */
function changeCapabilities(container: ContainerSpec, { flags }: Change): ContainerSpec {
  const { added, dropped } = capabilities(flags["cap-add"], flags["cap-drop"])
  const without = (list: ReadonlyArray<string> | undefined, gone: ReadonlyArray<string>) =>
    (list ?? []).filter((name) => !gone.includes(name))
  return {
    CapabilityAdd: [...new Set([...without(container.CapabilityAdd, dropped), ...added])].sort(),
    CapabilityDrop: [...new Set([...without(container.CapabilityDrop, added), ...dropped])].sort(),
  }
}

function changeHealth(container: ContainerSpec, { flags }: Change): Pick<ContainerSpec, "Healthcheck"> {
  const check = healthcheck(flags)
  if (check === undefined) return {}
  if (flags["no-healthcheck"]) return { Healthcheck: check }
  const previous = container.Healthcheck?.Test?.[0] === "NONE" ? {} : container.Healthcheck
  return { Healthcheck: { ...previous, ...check } }
}

function changeEndpoint(endpoint: EndpointSpec | undefined, change: Change): EndpointSpec {
  const { flags } = change
  return {
    ...endpoint,
    // The engine judges the word.
    ...when(change.has("endpoint-mode"), () => ({ Mode: flags["endpoint-mode"] as "vip" })),
    ...when(change.has("publish-add", "publish-rm"), () => ({
      Ports: editPorts(endpoint?.Ports ?? [], flags["publish-add"].flat(), flags["publish-rm"].flat()),
    })),
  }
}

function changeReplicas(mode: ServiceMode | undefined, replicas: number): ServiceMode {
  if (mode?.Replicated === undefined) throw new CliError("replicas can only be used with replicated mode")
  return { Replicated: { ...mode.Replicated, Replicas: replicas } }
}

import type { ContainerSpec, Mount } from "../../core/model/container-spec.ts"
import type { ServiceMode, ServiceSpec } from "../../core/model/service.ts"
import { atLeast } from "./level.ts"

type Fields<T> = Partial<Record<keyof T, string>>

/** From which API level on a client can mean what it sends; what came earlier is left out (moby router/swarm adjustForAPIVersion). */
const containerSince: Fields<ContainerSpec> = {
  Sysctls: "1.40",
  CapabilityAdd: "1.41",
  CapabilityDrop: "1.41",
  Ulimits: "1.41",
  OomScoreAdj: "1.46",
}
const modeSince: Fields<ServiceMode> = { ReplicatedJob: "1.41", GlobalJob: "1.41" }
const privilegesSince = { Seccomp: "1.44", AppArmor: "1.44", NoNewPrivileges: "1.44" }

/** The spec as a client of this level can have meant it. */
export function atLevel(spec: ServiceSpec, level: string): ServiceSpec {
  const { TaskTemplate: task } = spec
  const container = task.ContainerSpec && containerAt(task.ContainerSpec, level)
  const { Placement, Resources } = task
  const TaskTemplate = {
    ...task,
    ...(container && { ContainerSpec: container }),
    ...(Placement && { Placement: known(Placement, { MaxReplicas: "1.40" }, level) }),
    ...(Resources?.Limits && { Resources: { ...Resources, Limits: known(Resources.Limits, { Pids: "1.41" }, level) } }),
  }
  return { ...spec, TaskTemplate, ...(spec.Mode && { Mode: known(spec.Mode, modeSince, level) }) }
}

function containerAt(spec: ContainerSpec, level: string): ContainerSpec {
  const { Healthcheck, Privileges, Mounts, ...rest } = known(spec, containerSince, level)
  return {
    ...rest,
    ...(Healthcheck && { Healthcheck: known(Healthcheck, { StartInterval: "1.44" }, level) }),
    ...(Privileges && { Privileges: known(Privileges, privilegesSince, level) }),
    ...(Mounts && { Mounts: Mounts.map((mount) => mountAt(mount, level)) }),
  }
}

function mountAt({ VolumeOptions, TmpfsOptions, ...rest }: Mount, level: string): Mount {
  return {
    ...rest,
    ...(VolumeOptions && { VolumeOptions: known(VolumeOptions, { Subpath: "1.45" }, level) }),
    ...(TmpfsOptions && { TmpfsOptions: known(TmpfsOptions, { Options: "1.46" }, level) }),
  }
}

/** The object without the optional members that this level does not know. */
function known<T extends object>(object: T, since: Fields<T>, level: string): T {
  const kept = { ...object }
  for (const key in since) {
    const from = since[key]
    if (from !== undefined && !atLeast(level, from)) delete kept[key]
  }
  return kept
}

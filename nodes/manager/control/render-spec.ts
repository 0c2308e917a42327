import type { Privileges } from "../../../core/model/container-spec.ts"
import type { ServiceSpec } from "../../../core/model/service.ts"
import type { TaskSpec } from "../../../core/model/task-spec.ts"

/** A spec as the Engine API shows it: as it is kept, but for privileges, whose first two members are always written, and for credentials. */
export const renderServiceSpec = (spec: ServiceSpec): object => ({
  ...spec,
  TaskTemplate: renderTaskSpec(spec.TaskTemplate),
})

export function renderTaskSpec(spec: TaskSpec): object {
  if (spec.ContainerSpec === undefined) return spec
  const { PullOptions, ...container } = spec.ContainerSpec
  const { Privileges } = container
  if (PullOptions === undefined && Privileges === undefined) return spec
  const privileges = Privileges && { Privileges: renderPrivileges(Privileges) }
  return { ...spec, ContainerSpec: { ...container, ...privileges } }
}

function renderPrivileges({ CredentialSpec, SELinuxContext, NoNewPrivileges, ...rest }: Privileges): object {
  return {
    CredentialSpec: CredentialSpec ?? null,
    SELinuxContext: SELinuxContext ?? null,
    ...rest,
    ...(NoNewPrivileges && { NoNewPrivileges }),
  }
}

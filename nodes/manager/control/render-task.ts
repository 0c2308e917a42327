import type { NetworkAttachment, Task, TaskStatus } from "../../../core/model/task.ts"
import type { TaskSpec } from "../../../core/model/task-spec.ts"
import { type Reader, specOf, specRecordOf } from "../../../core/store/reader.ts"
import { renderAttachedNetwork } from "./render-network.ts"
import { renderTaskSpec } from "./render-spec.ts"
import { withShownVersion } from "./shown-version.ts"

/** A task as the Engine API shows it: its spec and its networks stand in it whole. */
export function renderTask(reader: Reader, task: Task): object {
  return {
    ID: task.ID,
    Version: withShownVersion(task).Version,
    CreatedAt: task.CreatedAt,
    UpdatedAt: task.UpdatedAt,
    Labels: task.Labels ?? {},
    Spec: renderSpec(specOf(reader, task) ?? {}),
    ServiceID: task.ServiceID,
    // Go leaves out zero, which is the first slot of a job.
    ...(task.Slot && { Slot: task.Slot }),
    ...(task.NodeID && { NodeID: task.NodeID }),
    Status: renderStatus(task.Status),
    DesiredState: task.DesiredState,
    ...(task.NetworksAttachments?.length && {
      NetworksAttachments: task.NetworksAttachments.map((attachment) => renderAttachment(reader, attachment)),
    }),
    ...(task.GenericResources?.length && { GenericResources: task.GenericResources }),
    ...(task.JobIteration && { JobIteration: task.JobIteration.Index === 0 ? {} : task.JobIteration }),
  }
}

/** A service's template names its runtime, a task's spec does not. */
function renderSpec({ Runtime: _, ...spec }: TaskSpec): object {
  return renderTaskSpec(spec)
}

function renderStatus(status: TaskStatus): object {
  const { ContainerStatus, PortStatus, Err, ...rest } = status
  return {
    ...rest,
    ...(Err && { Err }),
    ...(ContainerStatus && { ContainerStatus: { ContainerID: "", PID: 0, ExitCode: 0, ...ContainerStatus } }),
    PortStatus: PortStatus ?? {},
  }
}

function renderAttachment(reader: Reader, { NetworkID, Addresses }: NetworkAttachment): object {
  const network = reader.get("networks", NetworkID)
  return { Network: network ? renderAttachedNetwork(network) : { ID: NetworkID }, Addresses }
}

/** service.slot.taskID; tasks bound to a node, and the first of a job, have their node's ID for the slot (swarmkit api/naming). */
export function taskName(reader: Reader, task: Task): string {
  const service = specRecordOf(reader, task)?.ServiceName ?? reader.get("services", task.ServiceID)?.Spec.Name ?? ""
  return `${service}.${task.Slot || (task.NodeID ?? "")}.${task.ID}`
}

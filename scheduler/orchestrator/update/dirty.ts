import type { Service } from "../../../core/model/service.ts"
import type { Task } from "../../../core/model/task.ts"
import type { TaskSpec } from "../../../core/model/task-spec.ts"
import { type Reader, specOf } from "../../../core/store/reader.ts"
import { constraintsOf, nodeMatches } from "../../placement/constraint.ts"
import { saysTheSame } from "../../same.ts"
import { endpointOf } from "../../spec-records.ts"
import type { Slot } from "../slots.ts"

/**
 * Whether the task is not what its service's spec asks for now, or is to be placed anew. A task whose placement alone differs may stay where its node still meets
 * the constraints. Source: swarmkit manager/orchestrator/task.go IsTaskDirty.
 */
export function isTaskDirty(reader: Reader, service: Service, task: Task): boolean {
  if (task.Moving) return true
  if (task.SpecVersion.Index === service.SpecVersion.Index) return false
  const has = withoutCredentials(specOf(reader, task))
  const wanted = withoutCredentials(service.Spec.TaskTemplate)
  if (!has || !saysTheSame(endpointOf(reader, task), service.Spec.EndpointSpec)) return true
  if (saysTheSame(has, wanted)) return false
  const { Placement: _, ...hasOtherwise } = has
  const { Placement: __, ...wantedOtherwise } = wanted
  if (!saysTheSame(hasOtherwise, wantedOtherwise)) return true
  const node = task.NodeID === undefined ? undefined : reader.get("nodes", task.NodeID)
  return node === undefined || !nodeMatches(constraintsOf(wanted), node)
}

/** Who asks the registry changes nothing in a container that runs. */
function withoutCredentials<Spec extends TaskSpec | undefined>(spec: Spec): Spec {
  if (spec?.ContainerSpec?.PullOptions === undefined) return spec
  const { PullOptions: _, ...container } = spec.ContainerSpec
  return { ...spec, ContainerSpec: container }
}

/** A slot with more than one task to stand for it is in the middle of an update. */
export const isSlotDirty = (reader: Reader, service: Service, slot: Slot): boolean =>
  slot.length > 1 || isTaskDirty(reader, service, slot[0])

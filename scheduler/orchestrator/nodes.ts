import type { Node } from "../../core/model/node.ts"
import type { Service } from "../../core/model/service.ts"
import { constraintsOf, nodeMatches } from "../placement/constraint.ts"
import { saysTheSame } from "../same.ts"

/** Tasks on such a node are given up: it is gone, down or drained (swarmkit manager/orchestrator/task.go InvalidNode). */
export const isLost = (node: Node | undefined): boolean =>
  node === undefined || node.Status.State === "down" || node.Spec.Availability === "drain"

/** Whether the node may get a new task of a global service: it is there, takes new ones, and meets the constraints as they are now. */
export const mayGetTask = (service: Service, node: Node | undefined): boolean =>
  node !== undefined &&
  !isLost(node) &&
  node.Spec.Availability === "active" &&
  nodeMatches(constraintsOf(service.Spec.TaskTemplate), node)

/** Whether something differs that a constraint, or the room of the node, may depend on. */
export const isOtherNode = (before: Node | undefined, after: Node | undefined): boolean =>
  !saysTheSame(before?.Spec, after?.Spec) ||
  !saysTheSame(before?.Description, after?.Description) ||
  before?.Status.Addr !== after?.Status.Addr

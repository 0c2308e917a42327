import type { Node } from "../../core/model/node.ts"

/** Tasks on such a node are given up: it is gone, down or drained (swarmkit manager/orchestrator/task.go InvalidNode). */
export const isLost = (node: Node | undefined): boolean =>
  node === undefined || node.Status.State === "down" || node.Spec.Availability === "drain"

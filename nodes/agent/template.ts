import type { NodeDescription } from "../../core/model/node.ts"
import type { Assignment } from "../protocol.ts"
import type { TemplateContext } from "../templates/context.ts"

/** The node as a task's templates see it. */
export interface TemplateNode {
  readonly id: string
  readonly description: NodeDescription
}

export function templateContext(
  { task, serviceName, serviceLabels }: Assignment,
  taskName: string,
  { id, description }: TemplateNode,
): TemplateContext {
  const { Architecture = "", OS = "" } = description.Platform
  return {
    Service: { ID: task.ServiceID, Name: serviceName, Labels: serviceLabels ?? {} },
    Node: { ID: id, Hostname: description.Hostname, Platform: { Architecture, OS } },
    Task: { ID: task.ID, Name: taskName, Slot: String(task.Slot ?? id) },
  }
}

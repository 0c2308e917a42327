import type { ContainerSpec } from "../../core/model/container-spec.ts"
import type { NodeDescription } from "../../core/model/node.ts"
import type { Assignment } from "../protocol.ts"

/** The node as a task's templates see it. */
export interface TemplateNode {
  readonly id: string
  readonly description: NodeDescription
}

/** What templates may refer to (swarmkit template/context.go). */
function fieldsOf({ task, serviceName }: Assignment, taskName: string, { id, description }: TemplateNode) {
  const { Architecture = "", OS = "" } = description.Platform
  return new Map([
    [".Service.ID", task.ServiceID],
    [".Service.Name", serviceName],
    [".Node.ID", id],
    [".Node.Hostname", description.Hostname],
    [".Node.Platform.Architecture", Architecture],
    [".Node.Platform.OS", OS],
    [".Task.ID", task.ID],
    [".Task.Name", taskName],
    [".Task.Slot", String(task.Slot ?? id)],
  ])
}

/**
 * A container's spec with its templates filled in, such as `{{.Node.Hostname}}`: in its host name, its environment and the sources of its
 * mounts. The spec itself, which many tasks share, when there is nothing to fill in. What is not known stays as it is.
 */
export function expandTemplates(assignment: Assignment, taskName: string, node: TemplateNode): ContainerSpec {
  const spec = assignment.spec.ContainerSpec ?? {}
  const hasTemplate = [spec.Hostname, ...(spec.Env ?? []), ...(spec.Mounts ?? []).map((mount) => mount.Source)].some(
    (text) => text?.includes("{{"),
  )
  if (!hasTemplate) return spec
  const fields = fieldsOf(assignment, taskName, node)
  const expand = (text: string): string =>
    text.replace(/\{\{\s*([.A-Za-z]+)\s*\}\}/g, (whole, path: string) => fields.get(path) ?? whole)
  return {
    ...spec,
    ...(spec.Hostname === undefined ? {} : { Hostname: expand(spec.Hostname) }),
    ...(spec.Env === undefined ? {} : { Env: spec.Env.map(expand) }),
    ...(spec.Mounts === undefined
      ? {}
      : { Mounts: spec.Mounts.map((m) => (m.Source === undefined ? m : { ...m, Source: expand(m.Source) })) }),
  }
}

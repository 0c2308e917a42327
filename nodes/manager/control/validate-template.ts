import { type ApiError, rpcError } from "../../../core/errors.ts"
import type { ContainerSpec } from "../../../core/model/container-spec.ts"

/** The fields of the template context, and those of each (swarmkit template/context.go). Labels hold any key. */
const fields: ReadonlyMap<string, ReadonlyArray<string>> = new Map([
  ["Service", ["ID", "Name", "Labels"]],
  ["Node", ["ID", "Hostname", "Platform"]],
  ["Task", ["ID", "Name", "Slot"]],
])

/**
 * The first template in env, mounts or hostname that asks for what there is not. Only plain `{{.A.B}}` is looked at: what else Go's
 * templates can do passes here and shows itself when a task is made.
 */
export function templateError(container: ContainerSpec): ApiError | undefined {
  return (
    firstError(
      container.Env ?? [],
      (text) => `expanding env failed: expanding env ${JSON.stringify(envValue(text))}`,
      envValue,
    ) ??
    firstError(
      (container.Mounts ?? []).map((mount) => mount.Source ?? ""),
      (text) => `expanding mounts failed: expanding mount source ${JSON.stringify(text)}`,
    ) ??
    firstError(
      (container.Mounts ?? []).map((mount) => mount.Target ?? ""),
      (text) => `expanding mounts failed: expanding mount target ${JSON.stringify(text)}`,
    ) ??
    firstError([container.Hostname ?? ""], () => "expanding hostname failed")
  )
}

const envValue = (pair: string): string => pair.slice(pair.indexOf("=") + 1)

function firstError(
  texts: ReadonlyArray<string>,
  where: (text: string) => string,
  part: (text: string) => string = (text) => text,
): ApiError | undefined {
  for (const text of texts) {
    const problem = expansionError(part(text))
    if (problem) return rpcError("InvalidArgument", `${where(text)}: ${problem}`)
  }
  return undefined
}

function expansionError(text: string): string | undefined {
  if (!text.includes("{{")) return undefined
  for (const match of text.matchAll(/\{\{-?\s*(\.\w+)(\.\w+)?/g)) {
    const [all, first = "", second] = match
    const field = first.slice(1)
    const known = fields.get(field)
    const start = match.index + all.length - first.length - (second?.length ?? 0)
    if (!known) return cannotEvaluate(text, start, first, field, "*template.Context")
    const inner = second?.slice(1)
    if (inner !== undefined && !known.includes(inner)) {
      return cannotEvaluate(text, start + first.length, `${first}.${inner}`, inner, "struct")
    }
  }
  return undefined
}

function cannotEvaluate(text: string, offset: number, path: string, field: string, type: string): string {
  const before = text.slice(0, offset).split("\n")
  const column = Buffer.byteLength(before.at(-1) ?? "")
  return (
    `template: expansion:${before.length}:${column}: executing "expansion" at <${path}>: ` +
    `can't evaluate field ${field} in type ${type}`
  )
}

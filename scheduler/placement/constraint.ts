import * as Result from "effect/Result"
import type { Node } from "../../core/model/node.ts"
import type { TaskSpec } from "../../core/model/task-spec.ts"
import { parseAddress, parseCidr, within } from "../cidr.ts"

/** One placement constraint, `key == value` or `key != value`. */
export interface Constraint {
  readonly key: string
  readonly equal: boolean
  readonly value: string
}

const keyPattern = /^[a-z_][a-z0-9\-_.]+$/i
const valuePattern = /^[a-z0-9:\-_\s.*()?+[\]\\^$|/]+$/i

/** Parses constraints; the failure is Swarm's description of what is wrong (swarmkit manager/constraint/constraint.go Parse). */
export function parseConstraints(texts: ReadonlyArray<string>): Result.Result<ReadonlyArray<Constraint>, string> {
  const constraints: Array<Constraint> = []
  for (const text of texts) {
    const operator = ["==", "!="].find((op) => text.includes(op))
    if (operator === undefined) return Result.fail("constraint expected one operator from ==, !=")
    const at = text.indexOf(operator)
    const key = text.slice(0, at).trim()
    const value = text.slice(at + operator.length).trim()
    if (!keyPattern.test(key)) return Result.fail(`key '${key}' is invalid`)
    if (!valuePattern.test(value)) return Result.fail(`value '${value}' is invalid`)
    constraints.push({ key, equal: operator === "==", value })
  }
  return Result.succeed(constraints)
}

/** A spec's constraints. Services with invalid ones are refused when they are made, so none that does not parse is expected here. */
export const constraintsOf = (spec: TaskSpec): ReadonlyArray<Constraint> =>
  Result.getOrElse(parseConstraints(spec.Placement?.Constraints ?? []), () => [])

/** Whether the node meets every constraint. Source: swarmkit manager/constraint/constraint.go NodeMatches. */
export const nodeMatches = (constraints: ReadonlyArray<Constraint>, node: Node): boolean =>
  constraints.every((constraint) => meets(constraint, node))

function meets(constraint: Constraint, node: Node): boolean {
  const key = constraint.key.toLowerCase()
  if (key === "node.ip") return meetsAddress(constraint, node.Status.Addr)
  const value = attributeOf(constraint.key, key, node)
  return value !== undefined && equalFold(constraint.value, value) === constraint.equal
}

/** What the node has under the key; undefined when there is no such key, which nothing meets. A label it lacks is empty. */
function attributeOf(key: string, lower: string, node: Node): string | undefined {
  switch (lower) {
    case "node.id":
      return node.ID
    case "node.hostname":
      return node.Description.Hostname
    case "node.role":
      return node.Spec.Role
    case "node.platform.os":
      return node.Description.Platform.OS ?? ""
    case "node.platform.arch":
      return node.Description.Platform.Architecture ?? ""
    default:
      return (
        label(key, lower, "node.labels.", node.Spec.Labels) ??
        label(key, lower, "engine.labels.", node.Description.Engine.Labels ?? {})
      )
  }
}

/** Names of labels keep their case, whatever the prefix is written in. */
function label(
  key: string,
  lower: string,
  prefix: string,
  labels: Readonly<Record<string, string>>,
): string | undefined {
  if (!lower.startsWith(prefix) || lower.length === prefix.length) return undefined
  const name = key.slice(prefix.length)
  return Object.hasOwn(labels, name) ? labels[name] : ""
}

function meetsAddress({ equal, value }: Constraint, text: string | undefined): boolean {
  const address = parseAddress(text ?? "")
  const single = parseAddress(value)
  if (single !== undefined) return (address === single) === equal
  const subnet = parseCidr(value)
  if (subnet === undefined) return false
  return (address !== undefined && within(subnet, address)) === equal
}

const equalFold = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

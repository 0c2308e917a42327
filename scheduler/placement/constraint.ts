import * as Result from "effect/Result"
import ipaddr from "ipaddr.js"
import type { Node } from "../../core/model/node.ts"
import type { TaskSpec } from "../../core/model/task-spec.ts"

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

type Test = (node: Node) => boolean

/** Constraints are met by many nodes and read once. */
const tests = new WeakMap<Constraint, Test>()

function testOf(constraint: Constraint): Test {
  const known = tests.get(constraint)
  if (known) return known
  const test = makeTest(constraint)
  tests.set(constraint, test)
  return test
}

/** Whether the node meets every constraint. Source: swarmkit manager/constraint/constraint.go NodeMatches. */
export function nodeMatches(constraints: ReadonlyArray<Constraint>, node: Node): boolean {
  for (const constraint of constraints) if (!testOf(constraint)(node)) return false
  return true
}

function makeTest({ key, equal, value }: Constraint): Test {
  const lower = key.toLowerCase()
  if (lower === "node.ip") return addressTest(value, equal)
  const attribute = attributeOf(key, lower)
  if (!attribute) return () => false
  const wanted = value.toLowerCase()
  return (node) => {
    const has = attribute(node)
    return (has === value || has.toLowerCase() === wanted) === equal
  }
}

/** How a node's value under the key is found; undefined when there is no such key, which nothing meets. A label it lacks is empty. */
function attributeOf(key: string, lower: string): ((node: Node) => string) | undefined {
  switch (lower) {
    case "node.id":
      return (node) => node.ID
    case "node.hostname":
      return (node) => node.Description.Hostname
    case "node.role":
      return (node) => node.Spec.Role
    case "node.platform.os":
      return (node) => node.Description.Platform.OS ?? ""
    case "node.platform.arch":
      return (node) => node.Description.Platform.Architecture ?? ""
    default:
      return labelOf(key, lower)
  }
}

const ofNodes = "node.labels."
const ofEngines = "engine.labels."

/** How a node's label is found that a descriptor such as node.labels.zone names. Names of labels keep their case, whatever the prefix is written in. */
export function labelOf(descriptor: string, lower = descriptor.toLowerCase()): ((node: Node) => string) | undefined {
  if (lower.startsWith(ofNodes) && lower.length > ofNodes.length) {
    const name = descriptor.slice(ofNodes.length)
    return ({ Spec: { Labels } }) => valueIn(Labels, name)
  }
  if (lower.startsWith(ofEngines) && lower.length > ofEngines.length) {
    const name = descriptor.slice(ofEngines.length)
    return ({ Description: { Engine } }) => (Engine.Labels ? valueIn(Engine.Labels, name) : "")
  }
  return undefined
}

const valueIn = (labels: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(labels, name) ? (labels[name] ?? "") : ""

/** IPv4 and IPv6, an address or a network. A malformed one is met by nothing. */
function addressTest(value: string, equal: boolean): Test {
  const [host = "", length, ...rest] = value.split("/")
  const base = parseIp(host)
  if (!base || rest.length > 0) return () => false
  const longest = base.kind() === "ipv4" ? 32 : 128
  if (length !== undefined && (!/^\d{1,3}$/.test(length) || Number(length) > longest)) return () => false
  const bits = length === undefined ? longest : Number(length)
  return ({ Status: { Addr = "" } }) => {
    const address = parseIp(Addr)
    return (address !== undefined && address.kind() === base.kind() && address.match([base, bits])) === equal
  }
}

/** Only the usual forms: neither octal numbers nor fewer than four of them. */
function parseIp(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined
}

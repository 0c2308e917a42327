import { type ApiError, apiError } from "../../../core/errors.ts"
import { hasLabels, isOneOf, unknownFilter, valuesOf } from "./filters.ts"
import type { Filters } from "./request.ts"

const accepted = ["driver", "type", "name", "id", "label", "scope", "dangling", "idOrName", "partial-id"]

export function networkFilterError(filters: Filters): ApiError | undefined {
  const unknown = unknownFilter(filters, accepted)
  if (unknown) return unknown
  const wrong = valuesOf(filters, "type").find((type) => type !== "builtin" && type !== "custom")
  return wrong === undefined ? undefined : apiError(400, `invalid filter: 'type'='${wrong}'`)
}

/** What networks can be told apart by, of the swarm or of one engine. */
export interface FilterableNetwork {
  readonly Name: string
  readonly Id: string
  readonly Driver: string
  readonly Scope: string
  readonly Labels?: Readonly<Record<string, string>> | null
}

/**
 * A network of the swarm: Swarm is asked for the whole name first, and only what it finds is looked at (moby daemon/cluster/networks.go).
 */
export const swarmNetworkMatches = (network: FilterableNetwork, filters: Filters): boolean =>
  isOneOf(network.Name, valuesOf(filters, "name")) && networkMatches(network, filters)

/** Names and IDs match anywhere in the text, not only at its start: networks are filtered by the engine, not by Swarm. */
export function networkMatches(network: FilterableNetwork, filters: Filters): boolean {
  const type = isBuiltin(network.Name) ? "builtin" : "custom"
  return (
    isOneOf(network.Driver, valuesOf(filters, "driver")) &&
    isOneOf(network.Scope, valuesOf(filters, "scope")) &&
    isOneOf(type, valuesOf(filters, "type")) &&
    holdsOne(network.Name, valuesOf(filters, "name")) &&
    holdsOne(network.Id, [...valuesOf(filters, "id"), ...valuesOf(filters, "partial-id")]) &&
    hasLabels(network.Labels ?? {}, valuesOf(filters, "label"))
  )
}

const isBuiltin = (name: string): boolean => ["bridge", "host", "none"].includes(name)

const holdsOne = (text: string, patterns: ReadonlyArray<string>): boolean =>
  patterns.length === 0 || patterns.some((pattern) => holds(text, pattern))

/** Docker takes a regular expression; here only its anchors are known, as a client's expression could take any time to match. */
function holds(text: string, pattern: string): boolean {
  const fromStart = pattern.startsWith("^")
  const toEnd = pattern.endsWith("$")
  const plain = pattern.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined)
  if (fromStart && toEnd) return text === plain
  if (fromStart) return text.startsWith(plain)
  return toEnd ? text.endsWith(plain) : text.includes(plain)
}

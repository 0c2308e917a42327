import type { GenericResource, PlacementPreference, Ulimit } from "../../../core/model/index.ts"
import { bad, good, type Parsed } from "../../../core/parsed.ts"
import { cut } from "./key-value.ts"

/** --placement-pref: `spread=node.labels.zone`. */
export function parsePreference(text: string): Parsed<PlacementPreference> {
  const [strategy, descriptor] = cut(text)
  if (!text.includes("=") || strategy === "")
    return bad('placement preference must be of the format "<strategy>=<arg>"')
  if (strategy !== "spread") return bad(`unsupported placement preference ${strategy} (only spread is supported)`)
  return good({ Spread: { SpreadDescriptor: descriptor } })
}

/** --ulimit: `nofile=1024:2048` or `nofile=1024`. */
export function parseUlimit(text: string): Parsed<Ulimit> {
  const match = /^([^=]+)=(-?\d+)(?::(-?\d+))?$/.exec(text)
  if (match === null) return bad(`invalid ulimit argument: ${text}`)
  const soft = Number(match[2])
  const hard = Number(match[3] ?? match[2])
  if (hard !== -1 && soft > hard)
    return bad(`ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`)
  return good({ Name: match[1] ?? "", Soft: soft, Hard: hard })
}

/** --generic-resource: `gpu=2`; resources with names cannot be asked for. */
export function parseGenericResource(text: string): Parsed<GenericResource> {
  const [kind, value] = cut(text)
  if (kind === "" || value === "") return bad(`invalid generic-resource format \`${text}\` expected \`name=value\``)
  if (/^\d+$/.test(value)) return good({ DiscreteResourceSpec: { Kind: kind, Value: Number(value) } })
  return bad(
    `invalid generic-resource request \`${kind}=${value}\`, Named Generic Resources is not supported for service create or update`,
  )
}

/** --host: `name:address`. */
export function parseExtraHost(text: string): Parsed<string> {
  const [name, address] = cut(text, text.includes("=") ? "=" : ":")
  return name === "" || address === ""
    ? bad(`bad format for add-host: ${JSON.stringify(text)}`)
    : good(`${name}:${address.replace(/^\[|\]$/g, "")}`)
}

/** `name:address` as the line of a hosts file. */
export const hostsLine = (mapping: string): string => {
  const [name, address] = cut(mapping, ":")
  return `${address} ${name}`
}

export function parseEnv(text: string): Parsed<string> {
  return text === "" || text.startsWith("=") ? bad(`invalid environment variable: ${text}`) : good(text)
}

const capability = (name: string): string => {
  const upper = name.trim().toUpperCase()
  return upper === "ALL" || upper === "RESET" || upper.startsWith("CAP_") ? upper : `CAP_${upper}`
}

/** --cap-add and --cap-drop with full names, in order; what is added is not dropped. */
export function capabilities(add: ReadonlyArray<string>, drop: ReadonlyArray<string>) {
  const added = [...new Set(add.map(capability))].sort()
  const dropped = [...new Set(drop.map(capability))].sort().filter((name) => !added.includes(name))
  if (added.includes("ALL")) return { added: ["ALL"], dropped }
  return { added, dropped }
}

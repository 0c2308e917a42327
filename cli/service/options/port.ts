import type { PortConfig } from "../../../core/model/index.ts"
import { bad, good, type Parsed } from "../../../core/parsed.ts"
import { csvFields, cut, isLongSyntax } from "./key-value.ts"

/** --publish: `[PUBLISHED:]TARGET[/PROTOCOL]` with ranges, or `published=,target=,protocol=,mode=`. */
export const parsePort = (text: string): Parsed<ReadonlyArray<PortConfig>> =>
  isLongSyntax(text) ? parseLong(text) : parseShort(text)

function parseLong(text: string): Parsed<ReadonlyArray<PortConfig>> {
  let port: PortConfig = { Protocol: "tcp", PublishMode: "ingress" }
  for (const field of csvFields(text)) {
    const [key, value] = cut(field.toLowerCase())
    if (!field.includes("=") || key === "") return bad(`invalid field: ${field}`)
    const next = withField(port, key, value)
    if (!next.ok) return next
    port = next.value
  }
  return (port.TargetPort ?? 0) === 0 ? bad("missing mandatory field 'target'") : good([port])
}

function withField(port: PortConfig, key: string, value: string): Parsed<PortConfig> {
  switch (key) {
    case "protocol":
      if (value === "tcp" || value === "udp" || value === "sctp") return good({ ...port, Protocol: value })
      return bad(`invalid protocol value '${value}'`)
    case "mode":
      if (value === "ingress" || value === "host") return good({ ...port, PublishMode: value })
      return bad(`invalid publish mode value (${value}): must be either 'ingress' or 'host'`)
    case "target":
    case "published": {
      const number = portNumber(value)
      if (!number.ok) return bad(`invalid ${key} port (${value}): value must be an integer: ${number.error}`)
      return good(key === "target" ? { ...port, TargetPort: number.value } : { ...port, PublishedPort: number.value })
    }
    default:
      return bad(`invalid field key: ${key}`)
  }
}

function portNumber(text: string): Parsed<number> {
  if (!/^\d+$/.test(text)) return bad("invalid syntax")
  return Number(text) > 65_535 ? bad("value out of range") : good(Number(text))
}

type Range = readonly [first: number, last: number]

function parseShort(text: string): Parsed<ReadonlyArray<PortConfig>> {
  const [ports, protocol] = text.includes("/") ? cut(text, "/") : [text, "tcp"]
  const parts = ports.split(":")
  const target = parts.at(-1) ?? ""
  const published = parts.length > 1 ? (parts.at(-2) ?? "") : ""
  if (target === "") return bad(`no port specified: ${text}<empty>`)
  const targets = parseRange(target)
  if (targets === undefined) return bad(`invalid containerPort: ${target}`)
  const publisheds = published === "" ? undefined : parseRange(published)
  if (published !== "" && publisheds === undefined) return bad(`invalid hostPort: ${published}`)
  if (parts.length > 2 && parts.slice(0, -2).join(":") !== "") return bad("hostip is not supported")
  const lower = protocol.toLowerCase()
  if (lower !== "tcp" && lower !== "udp" && lower !== "sctp") return bad(`invalid proto: ${protocol}`)
  return pair(targets, publisheds, lower, `${target} and ${published}`)
}

function parseRange(text: string): Range | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text)
  const first = Number(match?.[1])
  const last = Number(match?.[2] ?? match?.[1])
  return match !== null && first <= last && last <= 65_535 ? [first, last] : undefined
}

function pair(
  targets: Range,
  published: Range | undefined,
  protocol: "tcp" | "udp" | "sctp",
  shown: string,
): Parsed<ReadonlyArray<PortConfig>> {
  const port = (target: number, publishedPort: number): PortConfig => ({
    Protocol: protocol,
    TargetPort: target,
    ...(publishedPort > 0 && { PublishedPort: publishedPort }),
    PublishMode: "ingress",
  })
  const wide = targets[1] - targets[0]
  if (published === undefined) return good(numbers(targets).map((target) => port(target, 0)))
  if (wide === 0) return good(numbers(published).map((number) => port(targets[0], number)))
  if (wide !== published[1] - published[0])
    return bad(`invalid ranges specified for container and host Ports: ${shown}`)
  return good(numbers(targets).map((target, i) => port(target, published[0] + i)))
}

const numbers = ([first, last]: Range): ReadonlyArray<number> =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)

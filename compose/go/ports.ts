/** One published or container port of a short syntax entry. */
export interface PortMapping {
  readonly ip: string
  readonly published: number
  readonly target: number
  readonly protocol: string
}

export type PortMappings = { readonly ports: ReadonlyArray<PortMapping> } | { readonly error: string }

interface Range {
  readonly from: number
  readonly to: number
}

const portNumber = (text: string): number | undefined => {
  if (!/^[0-9]+$/.test(text)) return undefined
  const port = Number(text)
  return port <= 65535 ? port : undefined
}

/** `80` or `80-90`; of more dashes only the first two numbers count. */
const portRange = (text: string): Range | undefined => {
  const [first = "", second] = text.split("-")
  const from = portNumber(first)
  const to = second === undefined ? from : portNumber(second)
  return from === undefined || to === undefined || to < from ? undefined : { from, to }
}

const isIPv4 = (text: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split(".").every((part) => Number(part) <= 255 && !/^0\d/.test(part))

const groupsOf = (text: string): number => (text === "" ? 0 : text.split(":").length)

const isIPv6 = (text: string): boolean => {
  const tail = /(?:^|:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1]
  if (tail !== undefined && !isIPv4(tail)) return false
  const groups = tail === undefined ? text : `${text.slice(0, -tail.length)}0:0`
  const halves = groups.split("::")
  if (halves.length > 2) return false
  if (halves.some((half) => half !== "" && !/^[0-9a-fA-F]{1,4}(:[0-9a-fA-F]{1,4})*$/.test(half))) return false
  const count = halves.reduce((sum, half) => sum + groupsOf(half), 0)
  return halves.length === 2 ? count < 8 : count === 8
}

const withoutZone = (ip: string): string => ip.split("%")[0] ?? ip

/** `ip`, `published` and `target` as written, from the right: an address may contain colons, and brackets around it. */
const splitParts = (text: string): { ip: string; published: string; target: string } => {
  const parts = text.split(":")
  const target = parts.pop() ?? ""
  const published = parts.pop() ?? ""
  const ip = parts.join(":")
  return { ip: /^\[(.*)\]$/.exec(ip)?.[1] ?? ip, published, target }
}

const splitProtocol = (text: string): { rest: string; protocol: string } => {
  const [rest = "", protocol = ""] = text.split("/")
  return { rest, protocol: protocol === "" ? "tcp" : protocol.toLowerCase() }
}

const rangeError = (spec: string): PortMappings => ({ error: `invalid port specification: "${spec}"` })

/**
 * go-connections' nat.ParsePortSpec: `[ip:][published:]target[/protocol]`, where published and target may be ranges.
 * Published is 0 when not given.
 */
export const parsePorts = (spec: string): PortMappings => {
  const { rest, protocol } = splitProtocol(spec)
  const parts = splitParts(rest)
  if (parts.target === "") return { error: `no port specified: ${spec}<empty>` }
  if (parts.ip !== "" && !isIPv4(parts.ip) && !isIPv6(withoutZone(parts.ip))) {
    return { error: `invalid IP address: ${parts.ip}` }
  }
  const target = portRange(parts.target)
  if (target === undefined) return { error: `invalid containerPort: ${parts.target}` }
  const published = parts.published === "" ? undefined : portRange(parts.published)
  if (parts.published !== "" && published === undefined) return { error: `invalid hostPort: ${parts.published}` }
  if (!["tcp", "udp", "sctp"].includes(protocol)) return { error: `invalid proto: ${protocol}` }
  return expand(spec, parts.ip, protocol, target, published)
}

const expand = (
  spec: string,
  ip: string,
  protocol: string,
  target: Range,
  published: Range | undefined,
): PortMappings => {
  const count = target.to - target.from + 1
  const one = (target: number, published: number): PortMapping => ({ ip, published, target, protocol })
  if (published === undefined) {
    return { ports: Array.from({ length: count }, (_, i) => one(target.from + i, 0)) }
  }
  const publishedCount = published.to - published.from + 1
  if (publishedCount !== count) {
    if (count !== 1) return rangeError(spec)
    return { ports: Array.from({ length: publishedCount }, (_, i) => one(target.from, published.from + i)) }
  }
  return { ports: Array.from({ length: count }, (_, i) => one(target.from + i, published.from + i)) }
}

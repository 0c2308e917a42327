import { bad, good, type Parsed } from "../../core/parsed.ts"
import { one, text } from "../args/flag.ts"
import { CliError } from "../errors.ts"

const listenDefault = { host: "0.0.0.0", port: "2377" }

/** "host", "host:port" or ":port", each part that is missing being what Swarm listens on. */
function parseNodeAddress(value: string): Parsed<string> {
  const bare = value.trim().replace(/^tcp:\/\//, "")
  if (value.includes("://") && !value.trim().startsWith("tcp://")) return bad(`invalid proto, expected tcp: ${value}`)
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(bare)
  if (match === null || Number(match[2] ?? 0) > 65_535) return bad(`invalid bind address (${value})`)
  return good(`${match[1] || listenDefault.host}:${match[2] || listenDefault.port}`)
}

/** The options that `swarm init` and `swarm join` share. */
export const addressFlags = {
  "advertise-addr": text('Advertised address (format: "<ip|interface>[:port]")'),
  availability: text('Availability of the node ("active", "pause", "drain")', { initial: "active" }),
  "data-path-addr": text('Address or interface to use for data path traffic (format: "<ip|interface>")'),
  "listen-addr": one(
    "node-addr",
    'Listen address (format: "<ip|interface>[:port]") (default 0.0.0.0:2377)',
    parseNodeAddress,
  ),
}

export const listenAddress = (given: string | undefined): string =>
  given ?? `${listenDefault.host}:${listenDefault.port}`

/** What a node is available for, where that was said. */
export function availabilityOf(given: string, changed: ReadonlySet<string>): { readonly Availability?: string } {
  if (!changed.has("availability")) return {}
  const word = given.toLowerCase()
  if (["active", "pause", "drain"].includes(word)) return { Availability: word }
  throw new CliError(`invalid availability "${given}", only active, pause and drain are supported`)
}

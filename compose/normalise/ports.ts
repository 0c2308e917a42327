import type { ServicePort } from "../config.ts"
import { Float } from "../document.ts"
import { type PortMapping, parsePorts } from "../go/ports.ts"
import { type Cursor, type Decoder, failDecoding, item, struct } from "./decoder.ts"
import { text, textOf, unsigned32 } from "./values.ts"

/** Nothing is filled in and no value is checked: the manager does that. */
const longPort = struct<ServicePort>({ mode: text, target: unsigned32, published: unsigned32, protocol: text })

/** Swarm publishes on every address of a node, whatever the file says. */
const warnOfAddress = (cursor: Cursor, port: PortMapping): void => {
  if (port.ip === "" || port.ip === "0.0.0.0" || port.ip === "::") return
  const address = port.ip.includes(":") ? `[${port.ip}]` : port.ip
  const published = port.published === 0 ? "" : port.published
  cursor.load.warnings.push(
    `ignoring IP-address (${address}:${published}:${port.target}/${port.protocol}) service will listen on '0.0.0.0'`,
  )
}

const asText = (port: PortMapping): string => `${port.target}/${port.protocol}`

const shortPorts = (cursor: Cursor): ReadonlyArray<ServicePort> => {
  if (cursor.node.kind === "scalar" && cursor.node.value instanceof Float) {
    failDecoding(cursor, "error decoding 'Ports': invalid type float64 for port")
    return []
  }
  const parsed = parsePorts(textOf(cursor.node))
  if ("error" in parsed) {
    failDecoding(cursor, `error decoding 'Ports': ${parsed.error}`)
    return []
  }
  // Sorted as texts, as Docker does: 10 comes before 8.
  const sorted = [...parsed.ports].sort((a, b) => (asText(a) < asText(b) ? -1 : asText(a) > asText(b) ? 1 : 0))
  return sorted.map((port) => {
    warnOfAddress(cursor, port)
    const target = port.target === 0 ? {} : { target: port.target }
    const published = port.published === 0 ? {} : { published: port.published }
    return { mode: "ingress", ...target, ...published, protocol: port.protocol }
  })
}

/** Short entries may stand for several ports, so that later ones are numbered by what came out before them. */
export const ports: Decoder<ReadonlyArray<ServicePort>> = (cursor) => {
  if (cursor.node.kind !== "sequence") return undefined
  const decoded: Array<ServicePort> = []
  for (const node of cursor.node.items) {
    const at = item(cursor, decoded.length, node)
    if (node.kind === "mapping") decoded.push(longPort(at) ?? {})
    else decoded.push(...shortPorts(at))
  }
  return decoded.length === 0 ? undefined : decoded
}

import type { OutgoingHttpHeaders } from "node:http"

/** Headers that concern one connection only (RFC 9110 §7.6.1): a proxy writes its own. */
const hopByHop = new Set(["connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"])

/** What goes on of a message's raw headers (name, value, name, value, ...): case kept, repeated ones together. */
export function endToEnd(raw: ReadonlyArray<string>, replaced: OutgoingHttpHeaders = {}): OutgoingHttpHeaders {
  const without = new Set(Object.keys(replaced).map((name) => name.toLowerCase()))
  const named = new Map<string, { name: string; values: Array<string> }>()
  for (const [name, value] of pairs(raw)) {
    const key = name.toLowerCase()
    if (hopByHop.has(key) || without.has(key)) continue
    const known = named.get(key)
    if (known) known.values.push(value)
    else named.set(key, { name, values: [value] })
  }
  const kept = [...named.values()].map(({ name, values }) => [name, values.length === 1 ? values[0] : values])
  return { ...Object.fromEntries(kept), ...replaced }
}

/** All of a message's headers as it had them, but for those to be left out. */
export const headLines = (raw: ReadonlyArray<string>, without: ReadonlyArray<string> = []): string =>
  pairs(raw)
    .filter(([name]) => !without.includes(name.toLowerCase()))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")

function pairs(raw: ReadonlyArray<string>): ReadonlyArray<readonly [string, string]> {
  const found: Array<readonly [string, string]> = []
  for (let i = 0; i + 1 < raw.length; i += 2) found.push([raw[i] ?? "", raw[i + 1] ?? ""])
  return found
}

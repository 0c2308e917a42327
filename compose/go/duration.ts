const unitNs: ReadonlyMap<string, number> = new Map([
  ["ns", 1],
  ["us", 1e3],
  ["µs", 1e3],
  ["μs", 1e3],
  ["ms", 1e6],
  ["s", 1e9],
  ["m", 60e9],
  ["h", 3600e9],
])

const part = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y
const limitNs = 2n ** 63n

const partNs = (whole: string, fraction: string, unit: string): bigint => {
  const scale = BigInt(unitNs.get(unit) ?? 1)
  const digits = fraction.slice(0, 30)
  return BigInt(whole || "0") * scale + (BigInt(digits || "0") * scale) / 10n ** BigInt(digits.length)
}

/** Go's time.ParseDuration: nanoseconds, or undefined for text it refuses. */
export const parseDuration = (text: string): bigint | undefined => {
  const negative = text.startsWith("-")
  const body = /^[+-]/.test(text) ? text.slice(1) : text
  if (body === "0") return 0n
  if (body === "") return undefined
  let total = 0n
  part.lastIndex = 0
  while (part.lastIndex < body.length) {
    const found = part.exec(body)
    if (found === null) return undefined
    const [, whole = "", fraction = "", unit = ""] = found
    if (whole === "" && fraction === "") return undefined
    total += partNs(whole, fraction, unit)
    if (total > limitNs || (total === limitNs && !negative)) return undefined
  }
  return negative ? -total : total
}

const decimal = (value: bigint, scale: bigint): string => {
  const rest = value % scale
  if (rest === 0n) return String(value / scale)
  const digits = String(rest)
    .padStart(String(scale).length - 1, "0")
    .replace(/0+$/, "")
  return `${value / scale}.${digits}`
}

/** Go's Duration.String(): `1m30s`, `500ms`, `100µs`, `0s`. */
export const formatDuration = (ns: bigint): string => {
  if (ns === 0n) return "0s"
  if (ns < 0n) return `-${formatDuration(-ns)}`
  if (ns < 1000n) return `${ns}ns`
  if (ns < 1_000_000n) return `${decimal(ns, 1000n)}µs`
  if (ns < 1_000_000_000n) return `${decimal(ns, 1_000_000n)}ms`
  const minute = 60_000_000_000n
  const hours = ns / (60n * minute)
  const minutes = (ns / minute) % 60n
  const seconds = `${decimal(ns % minute, 1_000_000_000n)}s`
  if (hours > 0n) return `${hours}h${minutes}m${seconds}`
  return minutes > 0n ? `${minutes}m${seconds}` : seconds
}

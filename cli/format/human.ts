import { humanDuration } from "../../core/human-duration.ts"

// Durations, sizes and words as docker shows them to people (go-units, docker/cli formatter).

/** How long ago an RFC 3339 time was; `now` in milliseconds since the epoch. */
export const ago = (time: string, now: number): string => `${humanDuration(now - Date.parse(time))} ago`

const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]

/** A number of bytes with four significant digits and a binary unit: "1.952GiB". */
export function humanBytes(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${Number(size.toPrecision(4))}${units[unit]}`
}

const decimalUnits = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]

/** A number of bytes with so many significant digits and a decimal unit: "142MB". */
export function humanSize(bytes: number, digits = 4): string {
  let size = bytes
  let unit = 0
  while (size >= 1000 && unit < decimalUnits.length - 1) {
    size /= 1000
    unit++
  }
  return `${general(size, digits)}${decimalUnits[unit]}`
}

/** Go's %.Ng: an exponent where the digits do not reach the point. */
function general(value: number, digits: number): string {
  const text = value.toPrecision(digits)
  return text.includes("e") ? text.replace(/\.?0*e([+-])(\d)$/, "e$10$2") : String(Number(text))
}

/** A moment in seconds since 1970 as Go prints it in the zone of whoever looks: "2026-01-01 12:00:00 +0000 UTC". */
export function localGoTime(seconds: number): string {
  const at = new Date(seconds * 1000)
  const east_min = -at.getTimezoneOffset()
  const [date = "", clock = ""] = new Date(at.getTime() + east_min * 60_000).toISOString().slice(0, 19).split("T")
  const sign = east_min < 0 ? "-" : "+"
  const two = (n: number) => String(Math.floor(Math.abs(n))).padStart(2, "0")
  return `${date} ${clock} ${sign}${two(east_min / 60)}${two(east_min % 60)} ${zoneName(at, east_min)}`
}

function zoneName(at: Date, east_min: number): string {
  if (east_min === 0) return /GMT/.test(process.env.TZ ?? "") ? "GMT" : "UTC"
  return /\b[A-Z]{3,5}\b/.exec(at.toLocaleTimeString("en-GB", { timeZoneName: "short" }))?.[0] ?? ""
}

/** "ready" as "Ready". */
export const capitalize = (word: string): string =>
  word.length < 2 ? word.toLowerCase() : word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()

export const shortId = (id: string): string => id.replace(/^sha256:/, "").slice(0, 12)

/** Cuts to `width` characters, the last of which is then an ellipsis. */
export function ellipsis(text: string, width: number): string {
  const letters = [...text]
  return letters.length <= width ? text : `${letters.slice(0, width - 1).join("")}…`
}

/** A duration in nanoseconds as Go prints it: "1m30s", "1.5s", "250ms", "0s". */
export function goDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s"
  const sign = nanoseconds < 0 ? "-" : ""
  const value = Math.abs(nanoseconds)
  if (value < 1e3) return `${sign}${value}ns`
  if (value < 1e6) return `${sign}${value / 1e3}µs`
  if (value < 1e9) return `${sign}${value / 1e6}ms`
  const hours = Math.floor(value / 3600e9)
  const minutes = Math.floor((value % 3600e9) / 60e9)
  const seconds = (value % 60e9) / 1e9
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`
}

/** An RFC 3339 time as Go prints it in UTC: "2024-05-01 10:20:30.123456789 +0000 utc". */
export function goTime(time: string, zone = "UTC"): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time)
  if (match === null) return time
  const fraction = (match[3] ?? "").replace(/0+$/, "")
  const offset =
    match[4] === "Z" ? `+0000 ${zone}` : `${(match[4] ?? "").replace(":", "")} ${(match[4] ?? "").replace(":", "")}`
  return `${match[1]} ${match[2]}${fraction === "" ? "" : `.${fraction}`} ${offset}`
}

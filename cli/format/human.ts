// Durations, sizes and words as docker shows them to people (go-units, docker/cli formatter).

/** A length of time in words: "3 minutes", "About an hour". */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000)
  if (seconds < 1) return "Less than a second"
  if (seconds === 1) return "1 second"
  if (seconds < 60) return `${seconds} seconds`
  const minutes = Math.trunc(seconds / 60)
  if (minutes === 1) return "About a minute"
  if (minutes < 60) return `${minutes} minutes`
  const hours = Math.trunc(milliseconds / 3_600_000 + 0.5)
  if (hours === 1) return "About an hour"
  if (hours < 48) return `${hours} hours`
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`
  return `${Math.trunc(milliseconds / 3_600_000 / 24 / 365)} years`
}

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

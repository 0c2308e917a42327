/** Milliseconds since the Unix epoch, an integer. Virtual in simulation, the wall clock's in the live world. */
export type Instant = number

/** A span of time in milliseconds. */
export type Millis = number

/** A span of time as the Engine API writes it: nanoseconds. */
export type Nanos = number

export const seconds = (n: number): Millis => n * 1_000
export const minutes = (n: number): Millis => n * 60_000
export const hours = (n: number): Millis => n * 3_600_000

export const nanosToMillis = (ns: Nanos): Millis => Math.ceil(ns / 1_000_000)
export const millisToNanos = (ms: Millis): Nanos => ms * 1_000_000

/** An instant as the Engine API writes it: RFC 3339 in UTC, trailing zeros of the fraction left out. */
export function toRfc3339(at: Instant): string {
  // A cycle writes the same instant many times.
  if (at !== last.at) last = { at, text: new Date(at).toISOString().replace(/\.?0*Z$/, "Z") }
  return last.text
}

let last: { readonly at: Instant; readonly text: string } = { at: 0, text: "1970-01-01T00:00:00Z" }

/** The instant of an RFC 3339 text; NaN when it is none. */
export const fromRfc3339 = (text: string): Instant => Date.parse(text)

/** What Go's time.Time{} prints as: "never". */
export const zeroTime = "0001-01-01T00:00:00Z"

/** The earlier of two wishes to be woken, where undefined means none. */
export function earliest(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined) return b
  if (b === undefined) return a
  return a < b ? a : b
}

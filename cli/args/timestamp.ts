import { CliError } from "../errors.ts"
import { parseDuration } from "./numbers.ts"

/**
 * Seconds since 1970 with nanoseconds, as the engine takes them: from those, from a date (of this machine's zone where it names none), or from
 * a time ago ("10m"); undefined for "". Errors: docker's words, with the option's name where docker has it.
 */
export function timestamp(value: string, now: number, flag?: string): string | undefined {
  if (value === "") return undefined
  if (/^\d+(\.\d{1,9})?$/.test(value)) return value
  const ago = parseDuration(value)
  const at = ago.ok ? now - ago.value / 1e6 : Date.parse(local(value))
  if (Number.isNaN(at)) {
    const where = flag === undefined ? "" : `invalid value for "${flag}": `
    throw new CliError(`${where}failed to parse value as time or duration: ${JSON.stringify(value)}`)
  }
  return `${Math.floor(at / 1000)}.${(fraction(value) ?? String(Math.floor(at) % 1000).padStart(3, "0")).padEnd(9, "0")}`
}

/** Go reads a date without a time, and an hour without minutes, in the zone of the machine; JavaScript would not. */
const local = (value: string): string =>
  value.replace(/^(\d{4}-\d\d-\d\d)$/, "$1T00:00").replace(/^(\d{4}-\d\d-\d\dT\d\d)(Z?)$/, "$1:00$2")

/** The digits of a date's second, of which Date keeps three. */
const fraction = (value: string): string | undefined => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{1,9})/.exec(value)?.[1]

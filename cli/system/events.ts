import { bad, good } from "../../core/parsed.ts"
import { filters, one, text } from "../args/flag.ts"
import { parseDuration } from "../args/numbers.ts"
import type { Cli } from "../cli.ts"
import { encodeFilters } from "../client/engine.ts"
import { linesOf, streamBody } from "../client/stream.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"

const parseFormat = (value: string) => (value === "json" ? good<"json">(value) : bad('must be "json"'))

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    filter: filters(),
    format: one("string", 'Print each event as the engine tells it ("json")', parseFormat),
    since: text("Show all events created since timestamp"),
    until: text("Stream events until this timestamp"),
  },
  examples: [
    ["drydock events", "what happens from now on, until ctrl-C"],
    ["drydock events --since 10m --filter type=service", "services, from ten minutes ago"],
  ],
  async run(cli, { flags }) {
    const ending = new AbortController()
    const forget = cli.onInterrupt(() => ending.abort())
    const query = {
      since: timestamp(flags.since, cli, "since"),
      until: timestamp(flags.until, cli, "until"),
      filters: encodeFilters(flags.filter),
    }
    try {
      for await (const line of linesOf(streamBody(cli.host, "/events", query, "Drydock-Client", ending.signal))) {
        cli.out(flags.format === "json" ? `${line}\n` : `${eventLine(line)}\n`)
      }
    } finally {
      forget()
    }
  },
})

/** Seconds since 1970, as the engine takes them: from those, from a date, or from a time ago. */
function timestamp(value: string, cli: Cli, flag: string): string | undefined {
  if (value === "") return undefined
  if (/^\d+(\.\d{1,9})?$/.test(value)) return value
  const ago = parseDuration(value)
  const at = ago.ok ? cli.now() - ago.value / 1e6 : Date.parse(value)
  if (Number.isNaN(at))
    throw new CliError(`invalid value for "${flag}": failed to parse value as time or duration: "${value}"`)
  return (at / 1000).toFixed(3)
}

/** As docker prints it: when, what kind of thing, what happened to it, its ID, and what is known of it. */
function eventLine(line: string): string {
  const { Type = "", Action = "", Actor = {} }: Told = JSON.parse(line)
  const nanos = /"timeNano":(\d+)/.exec(line)?.[1] ?? "0"
  const attributes = Object.entries(Actor.Attributes ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
  const rest = attributes.length === 0 ? "" : ` (${attributes.join(", ")})`
  return `${localTime(nanos)} ${Type} ${Action} ${Actor.ID ?? ""}${rest}`
}

interface Told {
  readonly Type?: string
  readonly Action?: string
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> }
}

/** RFC 3339 with nanoseconds, in the zone of whoever looks. */
function localTime(nanos: string): string {
  const at = new Date(Number(nanos.slice(0, -6) || 0))
  const east_min = -at.getTimezoneOffset()
  const local = new Date(at.getTime() + east_min * 60_000).toISOString().slice(0, 19)
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0")
  const zone =
    east_min === 0 ? "Z" : `${east_min < 0 ? "-" : "+"}${two(Math.abs(east_min) / 60)}:${two(Math.abs(east_min) % 60)}`
  return `${local}.${nanos.slice(-9).padStart(9, "0")}${zone}`
}

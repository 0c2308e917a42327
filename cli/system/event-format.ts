import type { TemplateFunction } from "../../core/template/functions.ts"
import { goJson, sorted } from "../../core/template/go-json.ts"
import { CliError } from "../errors.ts"

/** An event as the engine tells it; nanoseconds are more than a number holds. */
interface Told {
  readonly status?: string
  readonly id?: string
  readonly from?: string
  readonly Type?: string
  readonly Action?: string
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> | null }
  readonly scope?: string
  readonly time?: number
  readonly timeNano?: bigint
}

const parse = (line: string): Told => {
  const told: Omit<Told, "timeNano"> = JSON.parse(line)
  const nanos = /"timeNano":(\d+)/.exec(line)?.[1]
  return { ...told, ...(nanos !== undefined && { timeNano: BigInt(nanos) }) }
}

/** How events are printed: "" as docker's lines, "json", or a Go template. Errors: a template that is none, with docker's status 64. */
export async function eventPrinter(format: string): Promise<(line: string) => string> {
  if (format === "") return (line) => eventLine(parse(line))
  if (format === "json") return (line) => `${eventJson(parse(line))}\n`
  const { compile, functions } = await import("../../core/template/template.ts")
  const template = compile(format)
  if (!template.ok) throw new CliError(`Error parsing format: ${template.error}`, 64)
  const run = (told: Told, type: string) => {
    const fields = fieldsOf(told)
    const json: TemplateFunction = (value) => (value === fields ? eventJson(told) : functions.get("json")?.(value))
    return template.value.run(fields, {
      type,
      strict: true,
      types: new Map<unknown, string>([[fields.Actor, "events.Actor"]]),
      functions: new Map([["json", json]]),
    })
  }
  const empty = run({}, "*events.Message")
  if (!empty.ok) throw new CliError(`Error parsing format: ${empty.error}`, 64)
  return (line) => {
    const shown = run(parse(line), "events.Message")
    if (!shown.ok) throw new CliError(shown.error)
    return `${shown.value}\n`
  }
}

/** Go's names of the fields. */
const fieldsOf = (told: Told) => ({
  Status: told.status ?? "",
  ID: told.id ?? "",
  From: told.from ?? "",
  Type: told.Type ?? "",
  Action: told.Action ?? "",
  Actor: { ID: told.Actor?.ID ?? "", Attributes: sorted(told.Actor?.Attributes ?? {}) },
  Scope: told.scope ?? "",
  Time: told.time ?? 0,
  TimeNano: told.timeNano ?? 0n,
})

/** In the order of Go's fields, what is empty left out where Go does. */
function eventJson(told: Told): string {
  const { status, id, from, Type = "", Action = "", Actor, scope, time, timeNano } = told
  const fields = {
    ...(status && { status }),
    ...(id && { id }),
    ...(from && { from }),
    Type,
    Action,
    Actor: { ID: Actor?.ID ?? "", Attributes: Actor?.Attributes ? sorted(Actor.Attributes) : null },
    ...(scope && { scope }),
    ...(time && { time }),
    ...(timeNano && { timeNano: 0 }),
  }
  const text = goJson(fields).replace(/\\u003[ce]|\\u0026/g, (escaped) => String(JSON.parse(`"${escaped}"`)))
  return timeNano ? text.replace(/"timeNano":0}$/, `"timeNano":${timeNano}}`) : text
}

/** As docker prints it: when, what kind of thing, what happened to it, its ID, and what is known of it. */
function eventLine({ Type = "", Action = "", Actor = {}, time = 0, timeNano = 0n }: Told): string {
  const attributes = Object.entries(sorted(Actor.Attributes ?? {})).map(([key, value]) => `${key}=${value}`)
  const rest = attributes.length === 0 ? "" : ` (${attributes.join(", ")})`
  const nanos = timeNano || BigInt(time) * 1_000_000_000n
  return `${nanos === 0n ? "" : `${localTime(String(nanos))} `}${Type} ${Action} ${Actor.ID ?? ""}${rest}\n`
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

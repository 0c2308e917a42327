import * as Result from "effect/Result"
import { type Answer, refuse } from "../../../core/errors.ts"
import { fromRfc3339, type Instant } from "../../../core/instant.ts"
import { hasLabels, unknownFilter, valuesOf } from "../../manager/control/filters.ts"
import type { Filters } from "../../manager/control/request.ts"

/** What can be pruned, as the filters see it. Created: RFC 3339; absent for what has no age, as volumes. */
export interface Prunable {
  readonly Labels?: Readonly<Record<string, string>> | null
  readonly Created?: string
}

export type Choice = (object: Prunable) => boolean

/**
 * What a prune is to take of what nobody uses: older than `until`, with all labels of `label`, not with all of `label!` (moby daemon/prune.go).
 * Errors: 400 for a filter that the resource does not know, 500 in the engine's words for an `until` that cannot be read.
 */
export function choiceOf(filters: Filters, accepted: ReadonlyArray<string>, now: Instant): Answer<Choice> {
  const unknown = unknownFilter(filters, accepted)
  if (unknown) return Result.fail(unknown)
  const [wanted, unwanted] = [valuesOf(filters, "label"), valuesOf(filters, "label!")]
  return Result.map(
    untilOf(valuesOf(filters, "until"), now),
    (until) =>
      ({ Labels, Created }) =>
        (until === undefined || Created === undefined || fromRfc3339(Created) <= until) &&
        hasLabels(Labels ?? {}, wanted) &&
        !(unwanted.length > 0 && hasLabels(Labels ?? {}, unwanted)),
  )
}

/** A word that Go reads as a boolean; `otherwise` when the filter is not set. */
export function wordOf(filters: Filters, key: string, otherwise: boolean): Answer<boolean> {
  const [word, more] = valuesOf(filters, key)
  if (word === undefined) return Result.succeed(otherwise)
  if (more === undefined && ["1", "true"].includes(word)) return Result.succeed(true)
  if (more === undefined && ["0", "false"].includes(word)) return Result.succeed(false)
  return refuse(400, `invalid filter '${key}=[${valuesOf(filters, key).join(" ")}]'`)
}

/** A moment: a time ago ("24h"), seconds since 1970, or a date, which is one of UTC where it names no zone. */
function untilOf([text, more]: ReadonlyArray<string>, now: Instant): Answer<Instant | undefined> {
  if (text === undefined) return Result.succeed(undefined)
  if (more !== undefined) return refuse(500, "more than one until filter specified")
  if (/^\d+(\.\d{1,9})?$/.test(text)) return Result.succeed(Number(text) * 1_000)
  const ago_ms = durationOf(text)
  if (ago_ms !== undefined) return Result.succeed(now - ago_ms)
  const zoned = /T[\d:.]+$/.test(text) ? `${text}Z` : text
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? fromRfc3339(zoned) : Number.NaN
  return Number.isNaN(at)
    ? refuse(500, `failed to parse value as time or duration: ${JSON.stringify(text)}`)
    : Result.succeed(at)
}

const unit_ms: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
}

/** "1h30m", as Go writes it, in milliseconds. */
function durationOf(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(h|ms?|s|[uµn]s))+$/.test(text)) return undefined
  let sum = 0
  for (const [, number, unit = ""] of text.matchAll(/([\d.]+)([a-zµ]+)/g)) sum += Number(number) * (unit_ms[unit] ?? 0)
  return sum
}

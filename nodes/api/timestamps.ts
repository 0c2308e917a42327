import * as Result from "effect/Result"
import { type Answer, refuse } from "../../core/errors.ts"
import type { Instant } from "../../core/instant.ts"

/** A `since` or `until` of a query: seconds since 1970, maybe with nanoseconds ("1700000000.5"). Undefined when it is not there. Errors: 500, in Go's words. */
export function parseTimestamp(text: string | undefined): Answer<Instant | undefined> {
  if (text === undefined || text === "" || text === "0") return Result.succeed(undefined)
  const [whole = "", fraction = ""] = text.split(".", 2)
  for (const digits of text.includes(".") ? [whole, fraction] : [whole]) {
    if (!/^[+-]?\d+$/.test(digits)) {
      return refuse(500, `strconv.ParseInt: parsing ${JSON.stringify(digits)}: invalid syntax`)
    }
  }
  return Result.succeed(
    Number(whole) * 1_000 + Math.floor(Number(fraction.padEnd(9, "0").slice(0, 9) || 0) / 1_000_000),
  )
}

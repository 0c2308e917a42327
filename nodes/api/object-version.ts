import * as Result from "effect/Result"
import { type Answer, refuse } from "../../core/errors.ts"

/** The `version` that an update must name. Errors: 400 with Go's words for what is no number. */
export function parseVersion(kind: string, text: string): Answer<number> {
  const problem = !/^\d+$/.test(text)
    ? "invalid syntax"
    : BigInt(text) > 2n ** 64n - 1n
      ? "value out of range"
      : undefined
  if (problem === undefined) return Result.succeed(Number(text))
  if (kind === "secret" || kind === "config") return refuse(400, `invalid ${kind} version`)
  const quoted = JSON.stringify(text)
  return refuse(400, `invalid ${kind} version '${text}': strconv.ParseUint: parsing ${quoted}: ${problem}`)
}

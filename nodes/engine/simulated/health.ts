import { type Millis, nanosToMillis } from "../../../core/instant.ts"
import type { Healthcheck } from "../../../core/model/container-spec.ts"
import { programOf } from "./shell.ts"

const defaultInterval_ms = 30_000
const defaultTimeout_ms = 30_000
const defaultRetries = 3

export interface Verdict {
  /** From the start of the container. */
  readonly after_ms: Millis
  readonly health: "healthy" | "unhealthy"
}

/**
 * When a container's health becomes known, and what it is. A probe does the same each time, so it is the first that makes the container
 * healthy, or as many as Retries after the start period that make it unhealthy.
 */
export function verdictOf(check: Healthcheck): Verdict {
  const interval = orDefault(check.Interval, defaultInterval_ms)
  const timeout = orDefault(check.Timeout, defaultTimeout_ms)
  const { ends } = programOf(probeArgv(check.Test ?? []), { unknown: "succeeds" })
  const lasts = ends?.after_ms ?? Number.POSITIVE_INFINITY
  if (ends?.exitCode === 0 && lasts <= timeout) return { after_ms: interval + lasts, health: "healthy" }
  const each = interval + Math.min(lasts, timeout)
  const grace = check.StartPeriod === undefined ? 0 : nanosToMillis(check.StartPeriod)
  const excused = Math.floor(grace / each)
  return { after_ms: each * (excused + (check.Retries || defaultRetries)), health: "unhealthy" }
}

function probeArgv(test: ReadonlyArray<string>): ReadonlyArray<string> {
  const [kind, ...words] = test
  return kind === "CMD-SHELL" ? ["sh", "-c", words.join(" ")] : words
}

const orDefault = (nanos: number | undefined, otherwise: Millis): Millis =>
  nanos === undefined || nanos === 0 ? otherwise : nanosToMillis(nanos)

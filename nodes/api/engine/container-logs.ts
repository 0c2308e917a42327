import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { apiError } from "../../../core/errors.ts"
import type { SimulatedContainer } from "../../engine/simulated/container.ts"
import { type Call, fromAnswer } from "../call.ts"
import { ApiLevel } from "../level.ts"
import { renderEntry } from "../log-frames.ts"
import { logContentType } from "../logs.ts"
import { streamed } from "../reply.ts"
import { parseTimestamp } from "../timestamps.ts"
import type { LocalEngine } from "./local-engine.ts"

/** GET /containers/{id}/logs. Details are the attributes of the log driver, of which there are none: a blank stands for them. */
export const containerLogs = Effect.fnUntraced(function* (
  engine: LocalEngine,
  container: SimulatedContainer,
  call: Call,
) {
  const streams = { stdout: call.flag("stdout"), stderr: call.flag("stderr") }
  if (!streams.stdout && !streams.stderr) {
    return yield* Effect.fail(apiError(400, "Bad parameters: you must choose at least one stream"))
  }
  const since = yield* fromAnswer(parseTimestamp(call.query("since")))
  const until = yield* fromAnswer(parseTimestamp(call.query("until")))
  const tail = Number(call.query("tail") || "all")
  const raw = container.Request.spec.ContainerSpec?.TTY === true
  const format = { timestamps: call.flag("timestamps"), raw }
  const details = call.flag("details") ? "" : undefined
  const entries = engine.logs(container.Id, {
    follow: call.flag("follow"),
    ...(Number.isInteger(tail) && tail >= 0 && { tail }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  })
  const body = entries.pipe(
    Stream.filter((entry) => streams[entry.stream]),
    Stream.map((entry) => renderEntry(entry, format, details)),
  )
  return streamed(body, logContentType(yield* ApiLevel, raw))
})

import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { apiError } from "../../core/errors.ts"
import type { LogOptions, LogSelector } from "../log-protocol.ts"
import type { LogLines } from "../manager/logs/chunk.ts"
import { type Call, fromAnswer, type Route, route } from "./call.ts"
import type { Gateway } from "./gateway.ts"
import { ApiLevel, atLeast } from "./level.ts"
import { frame, renderDetails, renderEntry } from "./log-frames.ts"
import { ask } from "./manager.ts"
import { streamed } from "./reply.ts"
import { parseTimestamp } from "./timestamps.ts"
import { objectAt } from "./words.ts"

/** GET /services/{id}/logs and /tasks/{id}/logs. */
export const logRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/services/:name/logs", (call) =>
    Effect.gen(function* () {
      const service = yield* ask(gateway, { op: "service.inspect", name: call.param("name"), insertDefaults: false })
      const services = [String(objectAt(service).ID)]
      return yield* logs(gateway, call, { services, tasks: [] }, hasTerminal(service, "Spec", "TaskTemplate"))
    }),
  ),
  route("GET", "/tasks/:name/logs", (call) =>
    Effect.gen(function* () {
      const task = yield* ask(gateway, { op: "task.inspect", name: call.param("name") })
      const tasks = [String(objectAt(task).ID)]
      return yield* logs(gateway, call, { services: [], tasks }, hasTerminal(task, "Spec"))
    }),
  ),
]

const hasTerminal = (object: unknown, ...path: ReadonlyArray<string>): boolean =>
  objectAt(object, ...path, "ContainerSpec").TTY === true

const logs = Effect.fnUntraced(function* (gateway: Gateway, call: Call, selector: LogSelector, raw: boolean) {
  const options = yield* logOptions(call)
  if (!options.stdout && !options.stderr) {
    return yield* Effect.fail(apiError(500, "Bad parameters: you must choose at least one stream"))
  }
  const level = yield* ApiLevel
  const format = { timestamps: call.flag("timestamps"), raw }
  const withDetails = call.flag("details")
  const body = gateway.logs(selector, options).pipe(
    Stream.flatMap(({ member, entries }: LogLines) => {
      const details = withDetails ? renderDetails(detailsOf(member)) : undefined
      return Stream.make(Buffer.concat(entries.map((entry) => renderEntry(entry, format, details))))
    }),
    // Too late for a status: clients read an error of the stream from a frame of its own kind.
    Stream.catch((error) =>
      Stream.make(raw ? Buffer.from(`${error.message}\n`) : frame("systemerr", Buffer.from(error.message))),
    ),
  )
  return streamed(body, logContentType(level, raw))
})

const detailsOf = ({ nodeId, serviceId, taskId }: LogLines["member"]) => ({
  "com.docker.swarm.node.id": nodeId,
  "com.docker.swarm.service.id": serviceId,
  "com.docker.swarm.task.id": taskId,
})

export const logContentType = (level: string, raw: boolean): string =>
  `application/vnd.docker.${!raw && atLeast(level, "1.42") ? "multiplexed" : "raw"}-stream`

/** What the query of a request for logs asks for. Errors: 500, as of the engine. */
export const logOptions = Effect.fnUntraced(function* (call: Call) {
  const tail = call.query("tail") ?? ""
  if (tail !== "" && tail !== "all" && !/^[+-]?\d+$/.test(tail)) {
    return yield* Effect.fail(apiError(500, 'tail value must be a positive integer or "all"'))
  }
  if (Number(tail) < 0) return yield* Effect.fail(apiError(500, "negative tail values not supported"))
  const since = yield* fromAnswer(parseTimestamp(call.query("since")))
  const options: LogOptions = {
    follow: call.flag("follow"),
    stdout: call.flag("stdout"),
    stderr: call.flag("stderr"),
    ...(tail !== "" && tail !== "all" && { tail: Number(tail) }),
    ...(since !== undefined && { since }),
  }
  return options
})

import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { apiError } from "../../../core/errors.ts"
import { nanosToMillis } from "../../../core/instant.ts"
import { defaultStopGracePeriod } from "../../../core/model/defaults.ts"
import type { SimulatedContainer } from "../../engine/simulated/container.ts"
import { type Call, fromAnswer, type Handler, type Route, route } from "../call.ts"
import type { Gateway } from "../gateway.ts"
import { json, nothing, streamed } from "../reply.ts"
import { renderContainer } from "./container-inspect.ts"
import { containerFilterError, containerMatches, renderListed } from "./container-list.ts"
import { containerLogs } from "./container-logs.ts"
import { findContainer } from "./find.ts"
import type { LocalEngine } from "./local-engine.ts"

/** /containers of a simulated machine: those of its tasks, which one may look at, stop and kill. */
export const containerRoutes = (gateway: Gateway, engine: LocalEngine): ReadonlyArray<Route> => [
  route("GET", "/containers/json", (call) => list(gateway, engine, call)),
  route("GET", "/containers/:name/json", (call) =>
    Effect.map(find(engine, call), (container) => json(renderContainer(engine, container, gateway.local().networks))),
  ),
  route("GET", "/containers/:name/logs", (call) =>
    Effect.flatMap(find(engine, call), (container) => containerLogs(engine, container, call)),
  ),
  route("POST", "/containers/:name/kill", (call) => kill(engine, call)),
  route("POST", "/containers/:name/stop", (call) => stop(engine, call)),
  route("POST", "/containers/:name/start", (call) => start(engine, call)),
  route("POST", "/containers/:name/restart", (call) => Effect.andThen(stop(engine, call), start(engine, call))),
  route("POST", "/containers/:name/wait", (call) => wait(engine, call)),
  route("DELETE", "/containers/:name", (call) => remove(engine, call)),
  route("POST", "/containers/create", () => Effect.fail(apiError(501, noCreate))),
  ...["exec", "attach"].map((verb) => route("POST", `/containers/:name/${verb}`, refusing(engine, noExec))),
  ...["pause", "unpause", "rename", "resize", "update"].map((verb) =>
    route("POST", `/containers/:name/${verb}`, refusing(engine, `containers are simulated: ${verb} is not`)),
  ),
  ...["top", "stats", "changes", "export", "archive"].map((verb) =>
    route("GET", `/containers/:name/${verb}`, refusing(engine, `containers are simulated: there is no ${verb}`)),
  ),
]

const noCreate = "containers are simulated and belong to tasks: create a service instead"
const noExec =
  "containers are simulated: there is no process in them to join or to start; `docker logs` shows what they print"

const find = (engine: LocalEngine, call: Call) => findContainer(engine, call.param("name"))

const refusing =
  (engine: LocalEngine, why: string): Handler =>
  (call) =>
    Effect.flatMap(find(engine, call), () => Effect.fail(apiError(501, why)))

const list = Effect.fnUntraced(function* (gateway: Gateway, engine: LocalEngine, call: Call) {
  const filters = yield* fromAnswer(call.filters())
  const error = containerFilterError(filters)
  if (error) return yield* Effect.fail(error)
  const limit = Number(call.query("limit") ?? 0)
  const all = call.flag("all") || limit > 0 || "status" in filters || "exited" in filters
  const newestFirst = [...engine.containers()].reverse()
  const found = newestFirst
    .filter(({ State }) => all || State.Status === "running")
    .filter((container) => containerMatches(container, filters))
  const { now, networks } = gateway.local()
  const around = { now, networks, size: call.flag("size") }
  const shown = limit > 0 ? found.slice(0, limit) : found
  return json(shown.map((container) => renderListed(engine, container, around)))
})

const isRunning = ({ State }: SimulatedContainer): boolean => State.Status === "running"

const kill = Effect.fnUntraced(function* (engine: LocalEngine, call: Call) {
  const name = call.param("name")
  const container = yield* findContainer(engine, name, `Cannot kill container: ${name}: `)
  if (!isRunning(container)) {
    const text = `Cannot kill container: ${name}: Container ${container.Id} is not running`
    return yield* Effect.fail(apiError(409, text))
  }
  const signal = call.query("signal") || "SIGKILL"
  if (!/^(SIG)?[A-Z0-9+-]{1,12}$/i.test(signal)) return yield* Effect.fail(apiError(400, `Invalid signal: ${signal}`))
  yield* engine.act({ op: "kill", containerId: container.Id, signal })
  if (/^(SIG)?KILL$|^9$/i.test(signal)) yield* engine.ended(container.Id)
  return nothing(204)
})

const stop = Effect.fnUntraced(function* (engine: LocalEngine, call: Call) {
  const container = yield* find(engine, call)
  if (!isRunning(container)) return nothing(304)
  const given = Number(call.query("t") ?? Number.NaN)
  const spec = container.Request.spec.ContainerSpec ?? {}
  const own = nanosToMillis(spec.StopGracePeriod ?? defaultStopGracePeriod)
  const grace_ms = Number.isInteger(given) ? (given < 0 ? Number.POSITIVE_INFINITY : given * 1_000) : own
  const signal = call.query("signal")
  yield* engine.act({ op: "stop", containerId: container.Id, grace_ms, ...(signal && { signal }) })
  yield* engine.ended(container.Id)
  return nothing(204)
})

const start = Effect.fnUntraced(function* (engine: LocalEngine, call: Call) {
  const container = yield* find(engine, call)
  if (isRunning(container)) return nothing(304)
  yield* engine.act({ op: "start", containerId: container.Id })
  return nothing(204)
})

/** The headers go out at once, the answer when the container has ended. */
const wait = Effect.fnUntraced(function* (engine: LocalEngine, call: Call) {
  const container = yield* find(engine, call)
  const answer = Effect.map(engine.ended(container.Id), (ended) => {
    const StatusCode = ended?.State.ExitCode ?? container.State.ExitCode
    return Buffer.from(`${JSON.stringify({ Error: null, StatusCode })}\n`)
  })
  return streamed(Stream.fromEffect(answer), "application/json")
})

const remove = Effect.fnUntraced(function* (engine: LocalEngine, call: Call) {
  const container = yield* find(engine, call)
  if (isRunning(container)) {
    if (!call.flag("force")) {
      const text = `You cannot remove a running container ${container.Id}. Stop the container before attempting removal or force remove`
      return yield* Effect.fail(apiError(409, text))
    }
    yield* engine.act({ op: "kill", containerId: container.Id, signal: "SIGKILL" })
    yield* engine.ended(container.Id)
  }
  yield* engine.act({ op: "remove", containerId: container.Id })
  return nothing(204)
})

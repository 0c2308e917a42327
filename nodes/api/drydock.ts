import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Answer, refuse } from "../../core/errors.ts"
import { Labels } from "../../core/model/common.ts"
import { fromAnswer, type Route, route } from "./call.ts"
import { decodeWith } from "./decode.ts"
import type { Gateway, PastMoment, Simulation } from "./gateway.ts"
import { json, nothing } from "./reply.ts"

const decodeCut = decodeWith(Schema.Struct({ A: Schema.String, B: Schema.optionalKey(Schema.String) }))

const decodeMachine = decodeWith(
  Schema.Struct({
    Name: Schema.String,
    NanoCPUs: Schema.optionalKey(Schema.Number),
    MemoryBytes: Schema.optionalKey(Schema.Number),
    Labels: Schema.optionalKey(Labels),
  }),
)

const decodeTime = decodeWith(
  Schema.Struct({
    Paused: Schema.optionalKey(Schema.Boolean),
    Speed: Schema.optionalKey(Schema.Number),
    Step: Schema.optionalKey(Schema.Union([Schema.Literal("event"), Schema.Number])),
  }),
)

const count = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN)

/** `at`: milliseconds since the epoch; `event`: a number of events. */
function pastMoment(at: string | undefined, event: string | undefined): Answer<PastMoment> {
  if ((at === undefined) === (event === undefined)) return refuse(400, "say either at or event")
  const value = count(at ?? event ?? "")
  if (Number.isNaN(value)) {
    return refuse(400, at === undefined ? "event must be a number of events" : "at must be milliseconds since 1970")
  }
  return Result.succeed(at === undefined ? { event: value } : { at: value })
}

/** /drydock/status of a manager that is not simulated. */
export const statusRoutes = (status: NonNullable<Gateway["status"]>): ReadonlyArray<Route> => [
  route("GET", "/drydock/status", () => Effect.map(status(), (now) => json(now))),
]

/** /drydock/*: seeing a simulated cluster whole, and breaking it. */
export const drydockRoutes = (simulation: Simulation): ReadonlyArray<Route> => [
  route("GET", "/drydock/status", () => Effect.sync(() => json(simulation.status()))),
  route("GET", "/drydock/machines", () => Effect.sync(() => json(simulation.machines()))),
  route("POST", "/drydock/machines", (call) =>
    Effect.gen(function* () {
      const { Name, NanoCPUs, MemoryBytes, Labels } = yield* fromAnswer(decodeMachine(yield* call.body))
      const machine = yield* simulation.create({
        name: Name,
        ...(NanoCPUs !== undefined && { NanoCPUs }),
        ...(MemoryBytes !== undefined && { MemoryBytes }),
        ...(Labels !== undefined && { labels: Labels }),
      })
      return json(machine, 201)
    }),
  ),
  route("DELETE", "/drydock/machines/:name", (call) => Effect.as(simulation.remove(call.param("name")), nothing(204))),
  route("POST", "/drydock/machines/:name/crash", (call) =>
    Effect.as(simulation.crash(call.param("name")), nothing(204)),
  ),
  route("POST", "/drydock/machines/:name/start", (call) =>
    Effect.as(simulation.start(call.param("name")), nothing(204)),
  ),
  route("POST", "/drydock/machines/:name/stop", (call) => Effect.as(simulation.stop(call.param("name")), nothing(204))),
  route("POST", "/drydock/network/cut", (call) =>
    Effect.gen(function* () {
      const { A, B } = yield* fromAnswer(decodeCut(yield* call.body))
      yield* simulation.cut(A, B)
      return nothing(204)
    }),
  ),
  route("POST", "/drydock/network/heal", () => Effect.as(simulation.heal(), nothing(204))),
  route("GET", "/drydock/time", () => Effect.sync(() => json(simulation.time()))),
  route("POST", "/drydock/time", (call) =>
    Effect.gen(function* () {
      const { Paused, Speed, Step } = yield* fromAnswer(decodeTime(yield* call.body))
      const change = {
        ...(Paused !== undefined && { paused: Paused }),
        ...(Speed !== undefined && { speed: Speed }),
        ...(Step !== undefined && { step: Step }),
      }
      return json(yield* simulation.setTime(change))
    }),
  ),
  route("GET", "/drydock/sim/history", (call) =>
    Effect.gen(function* () {
      const moment = yield* fromAnswer(pastMoment(call.query("at"), call.query("event")))
      return json(yield* simulation.past(moment))
    }),
  ),
]

import * as Effect from "effect/Effect"
import { fromAnswer, type Route, route } from "./call.ts"
import type { Gateway } from "./gateway.ts"
import { ask } from "./manager.ts"
import { json } from "./reply.ts"

/** /tasks. */
export const taskRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/tasks", (call) =>
    Effect.gen(function* () {
      const filters = yield* fromAnswer(call.filters())
      return json(yield* ask(gateway, { op: "task.list", filters }))
    }),
  ),
  route("GET", "/tasks/:name", (call) =>
    Effect.map(ask(gateway, { op: "task.inspect", name: call.param("name") }), (task) => json(task)),
  ),
]

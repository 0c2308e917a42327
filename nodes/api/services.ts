import * as Effect from "effect/Effect"
import { apiError } from "../../core/errors.ts"
import type { ServiceSpec } from "../../core/model/service.ts"
import type { NetworkAttachmentConfig } from "../../core/model/task-spec.ts"
import { predefinedNetworks } from "../manager/control/service-networks.ts"
import { type Call, fromAnswer, type Route, route } from "./call.ts"
import type { Gateway, LocalNetwork } from "./gateway.ts"
import { ApiLevel, atLeast } from "./level.ts"
import { ask } from "./manager.ts"
import { parseVersion } from "./object-version.ts"
import { json, nothing } from "./reply.ts"
import { decodeServiceSpec } from "./service-body.ts"
import { atLevel } from "./service-level.ts"

/** /services. */
export const serviceRoutes = (gateway: Gateway): ReadonlyArray<Route> => [
  route("GET", "/services", (call) =>
    Effect.gen(function* () {
      // Here alone a filter that cannot be read is the client's fault.
      const filters = yield* Effect.mapError(fromAnswer(call.filters()), ({ message }) => apiError(400, message))
      const status = call.flag("status") && atLeast(yield* ApiLevel, "1.41")
      return json(yield* ask(gateway, { op: "service.list", filters, status }))
    }),
  ),
  route("POST", "/services/create", (call) =>
    Effect.gen(function* () {
      const spec = yield* specOf(gateway, call)
      return json(yield* ask(gateway, { op: "service.create", spec }), 201)
    }),
  ),
  route("GET", "/services/:name", (call) =>
    Effect.gen(function* () {
      const insertDefaults = call.flag("insertDefaults")
      return json(yield* ask(gateway, { op: "service.inspect", name: call.param("name"), insertDefaults }))
    }),
  ),
  route("POST", "/services/:name/update", (call) => update(gateway, call)),
  route("DELETE", "/services/:name", (call) =>
    Effect.as(ask(gateway, { op: "service.remove", name: call.param("name") }), nothing()),
  ),
]

const update = Effect.fnUntraced(function* (gateway: Gateway, call: Call) {
  const spec = yield* specOf(gateway, call)
  const version = yield* fromAnswer(parseVersion("service", call.query("version") ?? ""))
  const wanted = call.query("rollback") ?? ""
  if (!["", "none", "previous"].includes(wanted)) {
    return yield* Effect.fail(apiError(500, `unrecognized rollback option ${wanted}`))
  }
  const rollback = wanted === "previous"
  const authFrom = call.query("registryAuthFrom") === "previous-spec" ? "previous-spec" : "spec"
  const name = call.param("name")
  return json(yield* ask(gateway, { op: "service.update", name, version, spec, rollback, authFrom }))
})

const specOf = Effect.fnUntraced(function* (gateway: Gateway, call: Call) {
  const spec = atLevel(yield* fromAnswer(decodeServiceSpec(yield* call.body)), yield* ApiLevel)
  return withRegistryAuth(yield* withoutLocalIds(spec, gateway.local().networks), call.header("x-registry-auth"))
})

/** The client says in a header who asks the registry; the spec that it sends has no place for that. */
function withRegistryAuth(spec: ServiceSpec, auth: string | undefined): ServiceSpec {
  const { ContainerSpec } = spec.TaskTemplate
  if (ContainerSpec === undefined) return spec
  const { PullOptions: _, ...rest } = ContainerSpec
  const container = auth ? { ...rest, PullOptions: { RegistryAuth: auth } } : rest
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: container } }
}

/** The cluster does not know the engines' own networks by their IDs: the predefined ones go by name, others cannot be used. */
const withoutLocalIds = Effect.fnUntraced(function* (spec: ServiceSpec, locals: ReadonlyArray<LocalNetwork>) {
  const named = (attachments: ReadonlyArray<NetworkAttachmentConfig>) =>
    Effect.forEach(attachments, (attachment) => {
      const local = locals.find(({ Id, Name }) => Id === attachment.Target || Name === attachment.Target)
      if (!local) return Effect.succeed(attachment)
      return predefinedNetworks.includes(local.Name)
        ? Effect.succeed({ ...attachment, Target: local.Name })
        : Effect.fail(apiError(403, notForServices(local.Name)))
    })
  const { Networks } = spec
  const TaskTemplate = spec.TaskTemplate.Networks
    ? { ...spec.TaskTemplate, Networks: yield* named(spec.TaskTemplate.Networks) }
    : spec.TaskTemplate
  return { ...spec, TaskTemplate, ...(Networks && { Networks: yield* named(Networks) }) }
})

const notForServices = (name: string): string =>
  `The network ${name} cannot be used with services. Only networks scoped to the swarm can be used, such as those created with the overlay driver.`

import * as Effect from "effect/Effect"
import { apiError } from "../../../core/errors.ts"
import { newHexId } from "../../../core/id.ts"
import { toRfc3339 } from "../../../core/instant.ts"
import { Random } from "../../../core/random.ts"
import type { LocalVolume } from "../../engine/simulated/mounts.ts"
import { hasLabels, isOneOf, unknownFilter, valuesOf } from "../../manager/control/filters.ts"
import type { Filters } from "../../manager/control/request.ts"
import { type Call, fromAnswer, type Route, route } from "../call.ts"
import type { Gateway } from "../gateway.ts"
import { json, nothing } from "../reply.ts"
import { objectAt } from "../words.ts"
import type { LocalEngine } from "./local-engine.ts"

/** /volumes of a simulated machine. */
export const volumeRoutes = (gateway: Gateway, engine: LocalEngine): ReadonlyArray<Route> => [
  route("GET", "/volumes", (call) => list(engine, call)),
  route("GET", "/volumes/:name", (call) =>
    Effect.map(find(engine, call.param("name")), (volume) => json(render(volume))),
  ),
  route("POST", "/volumes/create", (call) => create(gateway, engine, call)),
  route("DELETE", "/volumes/:name", (call) => remove(engine, call)),
]

const render = ({ Name, Driver, Mountpoint, CreatedAt, Labels, Options, Scope }: LocalVolume): object => ({
  CreatedAt,
  Driver,
  Labels: Object.keys(Labels).length > 0 ? Labels : null,
  Mountpoint,
  Name,
  Options: Object.keys(Options).length > 0 ? Options : null,
  Scope,
})

const list = Effect.fnUntraced(function* (engine: LocalEngine, call: Call) {
  const filters = yield* fromAnswer(call.filters())
  const error = unknownFilter(filters, ["dangling", "name", "driver", "label"])
  if (error) return yield* Effect.fail(error)
  const used = usedNames(engine)
  const found = engine.volumes().filter((volume) => matches(volume, filters, used))
  return json({ Volumes: found.map(render), Warnings: null })
})

const usedNames = (engine: LocalEngine): ReadonlySet<string> =>
  new Set(engine.containers().flatMap(({ Volumes }) => Volumes))

function matches(volume: LocalVolume, filters: Filters, used: ReadonlySet<string>): boolean {
  const names = valuesOf(filters, "name")
  return (
    (names.length === 0 || names.some((name) => volume.Name.includes(name))) &&
    isOneOf(volume.Driver, valuesOf(filters, "driver")) &&
    hasLabels(volume.Labels, valuesOf(filters, "label")) &&
    valuesOf(filters, "dangling").every((word) => ["1", "true"].includes(word) !== used.has(volume.Name))
  )
}

const find = (engine: LocalEngine, name: string) =>
  Effect.suspend(() => {
    const volume = engine.volumes().find(({ Name }) => Name === name)
    return volume ? Effect.succeed(volume) : Effect.fail(apiError(404, `get ${name}: no such volume`))
  })

const texts = (value: object): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === "string"))

const create = Effect.fnUntraced(function* (gateway: Gateway, engine: LocalEngine, call: Call) {
  const body = objectAt(yield* call.body)
  const { now } = gateway.local()
  const given = typeof body.Name === "string" ? body.Name : ""
  const name = given === "" ? newHexId(new Random(`volume ${now} ${engine.volumes().length}`)) : given
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) {
    const text = `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`
    return yield* Effect.fail(apiError(400, text))
  }
  const driver = typeof body.Driver === "string" && body.Driver !== "" ? body.Driver : "local"
  if (driver !== "local") {
    const text = `create ${name}: error looking up volume plugin ${driver}: plugin "${driver}" not found`
    return yield* Effect.fail(apiError(404, text))
  }
  const volume: LocalVolume = engine.volumes().find(({ Name }) => Name === name) ?? {
    Name: name,
    Driver: driver,
    Mountpoint: `/var/lib/docker/volumes/${name}/_data`,
    CreatedAt: toRfc3339(now),
    Scope: "local",
    Labels: texts(objectAt(body, "Labels")),
    Options: texts(objectAt(body, "DriverOpts")),
  }
  yield* engine.act({ op: "create-volume", volume })
  return json(render(volume), 201)
})

const remove = Effect.fnUntraced(function* (engine: LocalEngine, call: Call) {
  const name = call.param("name")
  const there = engine.volumes().some((volume) => volume.Name === name)
  if (!there)
    return call.flag("force") ? nothing(204) : yield* Effect.fail(apiError(404, `get ${name}: no such volume`))
  const users = engine.containers().filter(({ Volumes }) => Volumes.includes(name))
  if (users.length > 0) {
    const ids = users.map(({ Id }) => Id).join(", ")
    return yield* Effect.fail(apiError(409, `remove ${name}: volume is in use - [${ids}]`))
  }
  yield* engine.act({ op: "remove-volume", name })
  return nothing(204)
})

import * as Effect from "effect/Effect"
import { predefinedNetworks } from "../../manager/control/service-networks.ts"
import { type Call, fromAnswer, type Route, route } from "../call.ts"
import type { Gateway } from "../gateway.ts"
import { ApiLevel, atLeast } from "../level.ts"
import { ask } from "../manager.ts"
import { json } from "../reply.ts"
import { objectAt } from "../words.ts"
import type { LocalEngine } from "./local-engine.ts"
import { choiceOf, wordOf } from "./prune-filters.ts"

/** What clears a simulated machine of what nobody uses (moby daemon/prune.go, daemon/images/image_prune.go, volume/service). */
export const pruneRoutes = (gateway: Gateway, engine: LocalEngine): ReadonlyArray<Route> => [
  route("POST", "/containers/prune", (call) => pruneContainers(gateway, engine, call)),
  route("POST", "/images/prune", (call) => pruneImages(gateway, engine, call)),
  route("POST", "/volumes/prune", (call) => pruneVolumes(gateway, engine, call)),
  route("POST", "/networks/prune", (call) => pruneNetworks(gateway, engine, call)),
  route("POST", "/build/prune", () => Effect.succeed(json({ CachesDeleted: null, SpaceReclaimed: 0 }))),
]

const labels = ["label", "label!"]

/** Every container that does not run, those of ended tasks too. */
const pruneContainers = Effect.fnUntraced(function* (gateway: Gateway, engine: LocalEngine, call: Call) {
  const filters = yield* fromAnswer(call.filters())
  const chosen = yield* fromAnswer(choiceOf(filters, [...labels, "until"], gateway.local().now))
  const removed = engine
    .containers()
    .filter(({ State }) => State.Status !== "running")
    .filter(({ Created, Request }) => chosen({ Created, Labels: Request.labels }))
  for (const { Id } of removed) yield* engine.act({ op: "remove", containerId: Id })
  return json({ ContainersDeleted: orNull(removed.map(({ Id }) => Id)), SpaceReclaimed: 0 })
})

/** Images without a name, of which a simulated engine has none; with `dangling=false` all that no container is made of. */
const pruneImages = Effect.fnUntraced(function* (gateway: Gateway, engine: LocalEngine, call: Call) {
  const filters = yield* fromAnswer(call.filters())
  const chosen = yield* fromAnswer(choiceOf(filters, [...labels, "until", "dangling"], gateway.local().now))
  const dangling = yield* fromAnswer(wordOf(filters, "dangling", true))
  const used = new Set(engine.containers().map(({ ImageID }) => ImageID))
  const removed = dangling ? [] : engine.images().filter((image) => !used.has(image.Id) && chosen(image))
  for (const { Reference } of removed) yield* engine.act({ op: "remove-image", reference: Reference })
  return json({
    ImagesDeleted: orNull(removed.flatMap(({ Id, Reference }) => [{ Untagged: Reference }, { Deleted: Id }])),
    SpaceReclaimed: removed.reduce((sum, { Size }) => sum + Size, 0),
  })
})

/** Volumes that no container has: from 1.42 on only those that nobody named, unless `all` is set. */
const pruneVolumes = Effect.fnUntraced(function* (gateway: Gateway, engine: LocalEngine, call: Call) {
  const filters = yield* fromAnswer(call.filters())
  const named = atLeast(yield* ApiLevel, "1.42")
  const chosen = yield* fromAnswer(choiceOf(filters, named ? [...labels, "all"] : labels, gateway.local().now))
  const all = yield* fromAnswer(wordOf(filters, "all", !named))
  const used = new Set(engine.containers().flatMap(({ Volumes }) => Volumes))
  const removed = engine
    .volumes()
    .filter(({ Name, Driver, Options }) => !used.has(Name) && Driver === "local" && Object.keys(Options).length === 0)
    .filter(({ Name, Labels }) => (all || isAnonymous(Name)) && chosen({ Labels }))
  for (const { Name } of removed) yield* engine.act({ op: "remove-volume", name: Name })
  return json({ VolumesDeleted: removed.map(({ Name }) => Name), SpaceReclaimed: 0 })
})

/** The name that an engine gives to what has none. */
const isAnonymous = (name: string): boolean => /^[0-9a-f]{64}$/.test(name)

/** On a manager the swarm's networks, but its ingress network, that no service or task uses; then the engine's own. */
const pruneNetworks = Effect.fnUntraced(function* (gateway: Gateway, engine: LocalEngine, call: Call) {
  const filters = yield* fromAnswer(call.filters())
  const { now, networks } = gateway.local()
  const chosen = yield* fromAnswer(choiceOf(filters, [...labels, "until"], now))
  const removed: Array<string> = []
  const found = yield* Effect.orElseSucceed(ask(gateway, { op: "network.list", filters: {} }), () => [])
  for (const network of Array.isArray(found) ? found : []) {
    const { Id, Name, Created, Ingress, Labels } = objectAt(network)
    if (typeof Id !== "string" || typeof Name !== "string" || Ingress === true) continue
    if (!chosen({ Labels: textsOf(Labels), ...(typeof Created === "string" && { Created }) })) continue
    // Whether it is used is the cluster's to say.
    const gone = yield* Effect.match(ask(gateway, { op: "network.remove", name: Id }), {
      onSuccess: () => true,
      onFailure: () => false,
    })
    if (gone) removed.push(Name)
  }
  const joined = new Set(engine.containers().flatMap(({ Request }) => (Request.networks ?? []).map(({ id }) => id)))
  for (const network of networks) {
    if (kept.includes(network.Name) || joined.has(network.Id) || !chosen(network)) continue
    yield* engine.act({ op: "remove-network", id: network.Id })
    removed.push(network.Name)
  }
  return json({ NetworksDeleted: orNull(removed) })
})

/** Every engine has these; what joins the last one to its swarm keeps it in use. */
const kept = [...predefinedNetworks, "docker_gwbridge"]

const textsOf = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(objectAt(value)).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  )

const orNull = <A>(list: ReadonlyArray<A>): ReadonlyArray<A> | null => (list.length > 0 ? list : null)

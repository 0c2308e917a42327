import * as Effect from "effect/Effect"
import { apiError } from "../../../core/errors.ts"
import { fromRfc3339 } from "../../../core/instant.ts"
import { familiarName, type SimulatedImage } from "../../engine/simulated/images.ts"
import { unknownFilter, valuesOf } from "../../manager/control/filters.ts"
import { imageReferenceError } from "../../manager/control/image-reference.ts"
import { type Call, fromAnswer, type Route, route } from "../call.ts"
import { engine as machine } from "../engine.ts"
import type { Gateway } from "../gateway.ts"
import { ApiLevel, atLeast } from "../level.ts"
import { json, pageNotFound, plain } from "../reply.ts"
import { findImage } from "./find.ts"
import type { LocalEngine } from "./local-engine.ts"

/** /images of a simulated machine. Names of images have slashes in them, so routes take the rest of the path. */
export const imageRoutes = (_gateway: Gateway, engine: LocalEngine): ReadonlyArray<Route> => [
  route("GET", "/images/json", (call) => list(engine, call)),
  route("GET", "/images/*", (call) => look(engine, call)),
  route("POST", "/images/create", (call) => pull(engine, call)),
  route("POST", "/images/*", () => Effect.fail(apiError(501, "images are simulated: they can be pulled, and no more"))),
  route("DELETE", "/images/*", (call) => remove(engine, call)),
  route("POST", "/build", () => Effect.fail(apiError(501, "images are simulated: nothing can be built"))),
]

const accepted = ["dangling", "label", "before", "since", "reference", "until"]

const list = Effect.fnUntraced(function* (engine: LocalEngine, call: Call) {
  const filters = yield* fromAnswer(call.filters())
  const error = unknownFilter(filters, accepted)
  if (error) return yield* Effect.fail(error)
  const level = yield* ApiLevel
  const wanted = valuesOf(filters, "reference")
  const images = engine.images().filter((image) => wanted.length === 0 || wanted.some((one) => isReference(image, one)))
  return json(images.map((image) => renderListed(image, level)))
})

/** A pattern of a reference: without a tag any tag will do, `*` stands for anything but a slash. */
function isReference({ Reference, Repository }: SimulatedImage, pattern: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]")
  const matches = new RegExp(`^${expression}$`)
  return matches.test(Reference) || matches.test(Repository)
}

const renderListed = ({ Id, Reference, Repository, Created, Size }: SimulatedImage, level: string): object => ({
  Id,
  ParentId: "",
  RepoTags: [Reference],
  RepoDigests: [`${Repository}@${Id}`],
  Created: Math.floor(fromRfc3339(Created) / 1_000),
  Size,
  ...(!atLeast(level, "1.44") && { VirtualSize: Size }),
  SharedSize: -1,
  Labels: {},
  Containers: -1,
})

const look = Effect.fnUntraced(function* (engine: LocalEngine, call: Call) {
  const [, name = "", what] = /^(.+)\/(json|history)$/.exec(call.param("*")) ?? []
  if (what === undefined) return pageNotFound
  const image = yield* findImage(engine, name)
  if (what === "json") return json(render(image, yield* ApiLevel))
  const Created = Math.floor(fromRfc3339(image.Created) / 1_000)
  const { Id, Reference, Size } = image
  return json([{ Id, Created, CreatedBy: "", Tags: [Reference], Size, Comment: "" }])
})

const render = ({ Id, Reference, Repository, Created, Size }: SimulatedImage, level: string): object => ({
  Id,
  RepoTags: [Reference],
  RepoDigests: [`${Repository}@${Id}`],
  Parent: "",
  Comment: "",
  Created,
  ...(!atLeast(level, "1.45") && { Container: "", ContainerConfig: {} }),
  DockerVersion: "",
  Author: "",
  Config: { Env: null, Cmd: null, Image: "", Volumes: null, WorkingDir: "", Entrypoint: null, Labels: {} },
  Architecture: machine.goArchitecture,
  Os: "linux",
  Size,
  ...(!atLeast(level, "1.44") && { VirtualSize: Size }),
  GraphDriver: { Name: "overlay2", Data: null },
  RootFS: { Type: "layers", Layers: [Id] },
  Metadata: { LastTagTime: "0001-01-01T00:00:00Z" },
})

const pull = Effect.fnUntraced(function* (engine: LocalEngine, call: Call) {
  const from = call.query("fromImage") ?? ""
  if (from === "") return yield* Effect.fail(apiError(501, "images are simulated: nothing can be imported"))
  const tag = call.query("tag") || "latest"
  const image = from.includes(":", from.lastIndexOf("/")) ? from : `${from}:${tag}`
  const invalid = imageReferenceError(image)
  if (invalid) return yield* Effect.fail(apiError(400, invalid))
  const had = engine.images().some(({ Reference }) => Reference === familiarName(image))
  const refused = engine.pullError(image)
  if (refused !== undefined) return yield* Effect.fail(apiError(404, refused))
  yield* engine.act({ op: "pull", image })
  const name = familiarName(image)
  const found = engine.images().find(({ Reference }) => Reference === name)
  const lines = [
    { status: `Pulling from ${found?.Repository ?? from}`, id: tag },
    { status: `Digest: ${found?.Id ?? ""}` },
    { status: `Status: ${had ? "Image is up to date" : "Downloaded newer image"} for ${name}` },
  ]
  return plain(lines.map((line) => `${JSON.stringify(line)}\r\n`).join(""))
})

const remove = Effect.fnUntraced(function* (engine: LocalEngine, call: Call) {
  const image = yield* findImage(engine, call.param("*"))
  const user = engine.containers().find(({ ImageID }) => ImageID === image.Id)
  if (user && (user.State.Status === "running" || !call.flag("force"))) {
    const doing = user.State.Status === "running" ? "running container" : "container"
    const kind = user.State.Status === "running" ? "cannot be forced" : "must force"
    const text = `conflict: unable to remove repository reference "${call.param("*")}" (${kind}) - ${doing} ${user.Id.slice(0, 12)} is using its referenced image ${image.Id.slice(7, 19)}`
    return yield* Effect.fail(apiError(409, text))
  }
  yield* engine.act({ op: "remove-image", reference: image.Reference })
  return json([{ Untagged: image.Reference }, { Deleted: image.Id }])
})

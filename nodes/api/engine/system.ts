import * as Effect from "effect/Effect"
import { apiError } from "../../../core/errors.ts"
import { type Route, route } from "../call.ts"
import type { Gateway } from "../gateway.ts"
import { ApiLevel, atLeast } from "../level.ts"
import { json } from "../reply.ts"
import { renderListed } from "./container-list.ts"
import type { LocalEngine } from "./local-engine.ts"

/** What else the docker command line asks an engine. */
export const systemRoutes = (gateway: Gateway, engine: LocalEngine): ReadonlyArray<Route> => [
  route("GET", "/system/df", () => Effect.map(ApiLevel, (level) => json(diskUsage(gateway, engine, level)))),
  route("GET", "/plugins", () => Effect.succeed(json([]))),
  route("GET", "/plugins/:name/json", (call) => Effect.fail(apiError(404, `plugin "${call.param("name")}" not found`))),
  route("POST", "/exec/*", (call) => Effect.fail(noExec(call.param("*")))),
  route("GET", "/exec/*", (call) => Effect.fail(noExec(call.param("*")))),
]

const noExec = (path: string) => apiError(404, `No such exec instance: ${path.split("/")[0]}`)

/** GET /system/df: every image and every container of a simulated engine is counted once. */
function diskUsage(gateway: Gateway, engine: LocalEngine, level: string): object {
  const { now, networks } = gateway.local()
  const images = engine.images()
  const containers = engine.containers()
  const usersOf = (id: string) => containers.filter(({ ImageID }) => ImageID === id).length
  return {
    LayersSize: images.reduce((sum, { Size }) => sum + Size, 0),
    Images: images.map(({ Id, Reference, Repository, Created, Size }) => ({
      Id,
      ParentId: "",
      RepoTags: [Reference],
      RepoDigests: [`${Repository}@${Id}`],
      Created: Math.floor(Date.parse(Created) / 1_000),
      Size,
      ...(!atLeast(level, "1.44") && { VirtualSize: Size }),
      SharedSize: 0,
      Labels: {},
      Containers: usersOf(Id),
    })),
    Containers: containers.map((container) => renderListed(engine, container, { now, networks, size: true })),
    Volumes: engine.volumes().map((volume) => ({
      ...volume,
      UsageData: { RefCount: containers.filter(({ Volumes }) => Volumes.includes(volume.Name)).length, Size: 0 },
    })),
    BuildCache: [],
    ...(!atLeast(level, "1.42") && { BuilderSize: 0 }),
  }
}

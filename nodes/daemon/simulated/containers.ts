import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { type ApiError, apiError } from "../../../core/errors.ts"
import { fromRfc3339 } from "../../../core/instant.ts"
import { type Call, fromAnswer, type Route, route } from "../../api/call.ts"
import { json, nothing } from "../../api/reply.ts"
import type { EngineCommand, EngineEvent } from "../../engine/engine.ts"
import type { SimulatedContainer } from "../../engine/simulated/container.ts"
import { frame } from "./frame.ts"
import type { SimulatedRunner } from "./runner.ts"

/** What a simulated engine can tell of its containers and images, and what can be done to them by hand. */
export const containerRoutes = (runner: SimulatedRunner, now: () => number): ReadonlyArray<Route> => [
  route("GET", "/containers/json", (call) =>
    Effect.map(fromAnswer(call.filters()), (filters) =>
      json(
        runner.engine
          .containers()
          .filter((one) => call.flag("all") || one.State.Status === "running")
          .filter((one) => (filters.label ?? []).every((label) => hasLabel(one, label)))
          .filter((one) => (filters.name ?? []).every((name) => one.Name.includes(name)))
          .map((one) => summary(one, now())),
      ),
    ),
  ),
  route("GET", "/containers/:name/json", (call) => Effect.map(find(runner, call), (one) => json(inspection(one)))),
  route("GET", "/containers/:name/logs", (call) =>
    Effect.gen(function* () {
      const container = yield* find(runner, call)
      const tail = Number(call.query("tail") ?? "all")
      const command: EngineCommand = {
        op: "logs",
        containerId: container.Id,
        follow: false,
        ...(Number.isInteger(tail) && { tail }),
      }
      const events = yield* order(runner, command)
      const entries = events.flatMap((event) => (event.type === "log" ? event.entries : []))
      const chosen = entries.filter(({ stream }) => call.flag(stream))
      return HttpServerResponse.uint8Array(Buffer.concat(chosen.map(frame)))
    }),
  ),
  ...["stop", "kill"].map((how) =>
    route("POST", `/containers/:name/${how === "stop" ? "stop" : "kill"}`, (call) =>
      Effect.gen(function* () {
        const { Id, State, StopExitCode } = yield* find(runner, call)
        if (State.Status !== "running") {
          if (how === "stop") return nothing(304)
          const message = `Cannot kill container: ${call.param("name")}: Container ${Id} is not running`
          return yield* Effect.fail(apiError(409, message))
        }
        // Ended by hand: the agent hears of it as of any container that ends.
        const signal = how === "kill" ? (call.query("signal") ?? "KILL") : "TERM"
        runner.end(Id, /^(SIG)?KILL$|^9$/.test(signal) ? 137 : StopExitCode)
        return nothing(204)
      }),
    ),
  ),
  route("DELETE", "/containers/:name", (call) =>
    Effect.gen(function* () {
      const { Id, State } = yield* find(runner, call)
      if (call.flag("force") && State.Status === "running") runner.end(Id, 137)
      yield* order(runner, { op: "remove", containerId: Id })
      return nothing(204)
    }),
  ),
  route("GET", "/images/json", () => Effect.sync(() => json(runner.engine.images().map(image)))),
]

/** What a container of the engine answers; its refusal is the client's answer. */
const order = (runner: SimulatedRunner, command: EngineCommand): Effect.Effect<ReadonlyArray<EngineEvent>, ApiError> =>
  Effect.flatMap(
    Effect.promise(() => runner.order(command)),
    (events) => {
      const last = events.at(-1)
      return last?.type === "failed" ? Effect.fail(apiError(409, last.error)) : Effect.succeed(events)
    },
  )

/** By name, by ID, or by the beginning of an ID. */
const find = (runner: SimulatedRunner, call: Call): Effect.Effect<SimulatedContainer, ApiError> => {
  const name = call.param("name").replace(/^\//, "")
  const all = runner.engine.containers()
  const found = all.find((one) => one.Name === name || one.Id === name) ?? all.find((one) => one.Id.startsWith(name))
  return found ? Effect.succeed(found) : Effect.fail(apiError(404, `No such container: ${name}`))
}

function hasLabel({ Request }: SimulatedContainer, label: string): boolean {
  const at = label.indexOf("=")
  const key = at < 0 ? label : label.slice(0, at)
  return at < 0 ? Object.hasOwn(Request.labels, key) : Request.labels[key] === label.slice(at + 1)
}

const seconds = (time: string): number => Math.floor(fromRfc3339(time) / 1_000)

function summary(one: SimulatedContainer, now: number): object {
  return {
    Id: one.Id,
    Names: [`/${one.Name}`],
    Image: one.Image,
    ImageID: one.ImageID,
    Command: one.Argv.join(" "),
    Created: seconds(one.Created),
    Ports: [],
    Labels: one.Request.labels,
    State: one.State.Status,
    Status: statusText(one, now),
    HostConfig: { NetworkMode: "default" },
    NetworkSettings: { Networks: {} },
    Mounts: [],
  }
}

function statusText({ State }: SimulatedContainer, now: number): string {
  const since = (time: string) => `${Math.max(0, Math.floor(now / 1_000) - seconds(time))} seconds`
  if (State.Status === "created") return "Created"
  if (State.Status === "exited") return `Exited (${State.ExitCode}) ${since(State.FinishedAt)} ago`
  return `Up ${since(State.StartedAt)}${State.Health === undefined ? "" : ` (${State.Health})`}`
}

function inspection(one: SimulatedContainer): object {
  const { State } = one
  const [Path = "", ...Args] = one.Argv
  const spec = one.Request.spec.ContainerSpec ?? {}
  return {
    Id: one.Id,
    Created: one.Created,
    Path,
    Args,
    Name: `/${one.Name}`,
    Image: one.ImageID,
    RestartCount: 0,
    Driver: "overlay2",
    Platform: "linux",
    State: {
      ...State,
      Running: State.Status === "running",
      Paused: false,
      Restarting: false,
      Dead: false,
      ...(State.Health !== undefined && { Health: { Status: State.Health, FailingStreak: 0, Log: [] } }),
    },
    Config: {
      Hostname: one.Request.hostname ?? one.Id.slice(0, 12),
      Image: one.Image,
      Cmd: one.Argv,
      Env: spec.Env ?? [],
      Labels: one.Request.labels,
      Tty: spec.TTY ?? false,
    },
    HostConfig: { NetworkMode: "default" },
    Mounts: [],
    NetworkSettings: { Networks: {} },
  }
}

const image = ({ Id, Reference, Created, Size }: ReturnType<SimulatedRunner["engine"]["images"]>[number]): object => ({
  Id,
  RepoTags: [Reference],
  RepoDigests: [],
  Created: seconds(Created),
  Size,
  VirtualSize: Size,
  SharedSize: -1,
  Containers: -1,
  Labels: null,
})

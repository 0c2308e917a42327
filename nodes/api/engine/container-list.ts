import { type ApiError, apiError } from "../../../core/errors.ts"
import { humanDuration } from "../../../core/human-duration.ts"
import { fromRfc3339, type Instant } from "../../../core/instant.ts"
import type { SimulatedContainer } from "../../engine/simulated/container.ts"
import { familiarName } from "../../engine/simulated/images.ts"
import { hasLabels, isOneOf, unknownFilter, valuesOf } from "../../manager/control/filters.ts"
import type { Filters } from "../../manager/control/request.ts"
import type { LocalNetwork } from "../gateway.ts"
import { mountPoints } from "./container-mounts.ts"
import { endpoints } from "./container-networks.ts"
import { listedPorts } from "./container-ports.ts"
import type { LocalEngine } from "./local-engine.ts"

const accepted =
  "ancestor before exited expose health id isolation is-task label name network publish since status volume".split(" ")
const statuses = ["created", "restarting", "running", "removing", "paused", "exited", "dead"]

export function containerFilterError(filters: Filters): ApiError | undefined {
  const unknown = unknownFilter(filters, accepted)
  if (unknown) return unknown
  const status = valuesOf(filters, "status").find((one) => !statuses.includes(one))
  return status === undefined ? undefined : apiError(400, `Invalid filter 'status=${status}'`)
}

export function containerMatches(container: SimulatedContainer, filters: Filters): boolean {
  const { Id, Name, Image, Request, State } = container
  const network = (Request.networks ?? []).flatMap(({ id, name }) => [id, name])
  return (
    (valuesOf(filters, "id").length === 0 || valuesOf(filters, "id").some((id) => Id.startsWith(id))) &&
    (valuesOf(filters, "name").length === 0 || valuesOf(filters, "name").some((name) => nameMatches(Name, name))) &&
    hasLabels(Request.labels, valuesOf(filters, "label")) &&
    isOneOf(State.Status, valuesOf(filters, "status")) &&
    (valuesOf(filters, "exited").length === 0 ||
      (State.Status === "exited" && valuesOf(filters, "exited").includes(String(State.ExitCode)))) &&
    isOneOf(State.Health ?? "none", valuesOf(filters, "health")) &&
    isOneOf(familiarName(Image), valuesOf(filters, "ancestor").map(familiarName)) &&
    anyOf(container.Volumes, valuesOf(filters, "volume")) &&
    anyOf(network, valuesOf(filters, "network")) &&
    valuesOf(filters, "is-task").every((wanted) => (wanted === "true" || wanted === "1") === isTask(container))
  )
}

const isTask = ({ Request }: SimulatedContainer): boolean => "com.docker.swarm.task.id" in Request.labels

const anyOf = (have: ReadonlyArray<string>, wanted: ReadonlyArray<string>): boolean =>
  wanted.length === 0 || wanted.some((one) => have.includes(one))

/** Docker takes the text for a regular expression; what is none is looked for as it is. */
function nameMatches(name: string, wanted: string): boolean {
  try {
    return new RegExp(wanted.slice(0, 200).replace(/^\^?\//, (start) => (start === "^/" ? "^" : ""))).test(name)
  } catch {
    return name.includes(wanted)
  }
}

/** A line of `docker ps`. */
export function renderListed(
  engine: LocalEngine,
  container: SimulatedContainer,
  around: { readonly now: Instant; readonly networks: ReadonlyArray<LocalNetwork>; readonly size: boolean },
): object {
  return {
    Id: container.Id,
    Names: [`/${container.Name}`],
    Image: container.Image,
    ImageID: container.ImageID,
    Command: commandLine(container.Argv),
    Created: Math.floor(fromRfc3339(container.Created) / 1_000),
    Ports: listedPorts(container),
    ...(around.size && {
      SizeRw: 0,
      SizeRootFs: engine.images().find(({ Id }) => Id === container.ImageID)?.Size ?? 0,
    }),
    Labels: container.Request.labels,
    State: container.State.Status,
    Status: statusText(container, around.now),
    HostConfig: { NetworkMode: "default" },
    NetworkSettings: { Networks: endpoints(container, around.networks) },
    Mounts: mountPoints(container, engine.volumes()),
  }
}

/** Words with blanks in them are quoted. */
const commandLine = (argv: ReadonlyArray<string>): string =>
  argv.map((word) => (word.includes(" ") ? `'${word}'` : word)).join(" ")

function statusText({ State }: SimulatedContainer, now: Instant): string {
  if (State.Status === "created") return "Created"
  if (State.Status === "exited") {
    return `Exited (${State.ExitCode}) ${humanDuration(now - fromRfc3339(State.FinishedAt))} ago`
  }
  const health =
    State.Health === undefined ? "" : ` (${State.Health === "starting" ? "health: starting" : State.Health})`
  return `Up ${humanDuration(now - fromRfc3339(State.StartedAt))}${health}`
}

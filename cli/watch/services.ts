import { modeOf, replicasOf } from "../../core/model/defaults.ts"
import type { PortConfig } from "../../core/model/endpoint.ts"
import type { Service, UpdateState } from "../../core/model/service.ts"
import type { ClusterStatus } from "../../nodes/status.ts"
import { namespaceLabel } from "../stack/namespace.ts"
import type { Colour } from "./colours.ts"
import type { Glyphs } from "./glyphs.ts"
import { byName } from "./names.ts"
import { type Counts, type Survey, survey } from "./survey.ts"
import { printable } from "./width.ts"

/**
 * `done` of `wanted` tasks run (of a job: are complete). `update` is what its update is doing, "" when none is under way. `stack` is "" for a
 * service of none; `health` is there when somebody looks after it.
 */
export interface ServiceRow {
  readonly id: string
  readonly name: string
  readonly stack: string
  readonly colour: Colour
  readonly mode: string
  readonly done: number
  readonly wanted: number
  readonly ports: string
  readonly image: string
  readonly update: string
  readonly stuck: boolean
  readonly health: Health | undefined
}

/** Tasks that passed their health check, that have not yet, and places whose last task failed it. */
export interface Health {
  readonly healthy: number
  readonly starting: number
  readonly unhealthy: number
}

export function serviceRows(
  services: ReadonlyArray<Service>,
  { counts }: Survey,
  colours: ReadonlyMap<string, Colour>,
  glyphs: Glyphs,
): ReadonlyArray<ServiceRow> {
  return services
    .map((service) => {
      const update = updateWords[service.UpdateStatus?.State ?? "completed"]
      return {
        id: service.ID,
        name: printable(service.Spec.Name, glyphs.unicode),
        stack: printable(service.Spec.Labels?.[namespaceLabel] ?? "", glyphs.unicode),
        colour: colours.get(service.ID) ?? "faint",
        mode: modeOf(service.Spec),
        ...progressOf(service, counts.get(service.ID) ?? noTasks),
        ports: (service.Endpoint.Ports ?? []).map((port) => portText(port, glyphs)).join(" "),
        image: printable(
          (service.Spec.TaskTemplate.ContainerSpec?.Image ?? "").replace(/@sha256:.*/, ""),
          glyphs.unicode,
        ),
        update,
        stuck: update.includes("paused"),
        health: healthOf(service, counts.get(service.ID) ?? noTasks),
      }
    })
    .sort((a, b) => byName(a.name, b.name))
}

/** "2/3" by service ID. */
export function serviceCounts(status: ClusterStatus): ReadonlyMap<string, string> {
  const counts = survey(status).counts
  return new Map(
    status.services.map((service) => {
      const { done, wanted } = progressOf(service, counts.get(service.ID) ?? noTasks)
      return [service.ID, `${done}/${wanted}`]
    }),
  )
}

/** A leader, all services at their numbers, no update under way: nothing is left to wait for. */
export function isConverged(status: ClusterStatus): boolean {
  const counts = survey(status).counts
  const led = status.managers.length === 0 || status.managers.some(({ running, role }) => running && role === "leader")
  return (
    led &&
    status.services.every((service) => {
      const { done, wanted } = progressOf(service, counts.get(service.ID) ?? noTasks)
      return done === wanted && updateWords[service.UpdateStatus?.State ?? "completed"] === ""
    })
  )
}

const noTasks: Counts = { wanted: 0, running: 0, complete: 0, starting: 0, unhealthy: 0 }

/** A task runs only once its container is healthy. Without a check of the service's own an image may still have one: then something shows while it fails. */
function healthOf({ Spec }: Service, { running, starting, unhealthy }: Readonly<Counts>): Health | undefined {
  const test = Spec.TaskTemplate.ContainerSpec?.Healthcheck?.Test ?? []
  const isChecked = (test.length > 0 && test[0] !== "NONE") || unhealthy > 0
  return isChecked ? { healthy: running, starting, unhealthy } : undefined
}

function progressOf(
  { Spec }: Service,
  { running, wanted, complete }: Readonly<Counts>,
): { done: number; wanted: number } {
  switch (modeOf(Spec)) {
    case "replicated":
      return { done: running, wanted: replicasOf(Spec) }
    case "global":
      return { done: running, wanted }
    case "replicated-job": {
      const job = Spec.Mode?.ReplicatedJob
      return { done: complete, wanted: job?.TotalCompletions ?? job?.MaxConcurrent ?? 1 }
    }
    case "global-job":
      return { done: complete, wanted }
  }
}

const updateWords: Readonly<Record<UpdateState, string>> = {
  updating: "updating",
  paused: "update paused",
  completed: "",
  rollback_started: "rolling back",
  rollback_paused: "rollback paused",
  rollback_completed: "",
}

function portText({ PublishedPort, TargetPort, Protocol, PublishMode }: PortConfig, glyphs: Glyphs): string {
  const protocol = Protocol === undefined || Protocol === "tcp" ? "" : `/${Protocol}`
  const host = PublishMode === "host" ? "host" : ""
  return `${host}:${PublishedPort ?? "?"}${glyphs.arrow}${TargetPort ?? "?"}${protocol}`
}

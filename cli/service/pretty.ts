import type { ContainerSpec, ResourceRequirements, UpdateConfig } from "../../core/model/index.ts"
import type { Service } from "../client/types.ts"
import { ago, goDuration, humanBytes } from "../format/human.ts"

/** A service in the words of `service inspect --pretty`: a line each, tabs and all. */
export function prettyService(service: Service, networkNames: ReadonlyMap<string, string>, now: number): string {
  const { Spec: spec } = service
  const task = spec.TaskTemplate
  const container = task.ContainerSpec ?? {}
  const lines = [
    "",
    `ID:\t\t${service.ID}`,
    `Name:\t\t${spec.Name}`,
    ...section("Labels:", mapLines(spec.Labels, " ", "=")),
    ...mode(service),
    ...updateStatus(service, now),
    "Placement:",
    ...optional(" Constraints:\t", list(task.Placement?.Constraints)),
    ...optional(
      " Preferences:   ",
      list(task.Placement?.Preferences?.map((preference) => `spread=${preference.Spread?.SpreadDescriptor ?? ""}`)),
    ),
    ...optional(" Max Replicas Per Node:   ", task.Placement?.MaxReplicas || undefined),
    ...updateConfig("UpdateConfig:", " Update order:      ", spec.UpdateConfig),
    ...updateConfig("RollbackConfig:", " Rollback order:    ", spec.RollbackConfig),
    ...containerLines(container),
    ...logDriver(service),
    ...resources(task.Resources),
    ...networks(task.Networks?.map(({ Target: target = "" }) => networkNames.get(target) ?? target)),
    `Endpoint Mode:\t${spec.EndpointSpec?.Mode ?? ""}`,
    ...ports(service),
  ]
  return lines.join("\n") + healthcheck(container)
}

type Lines = ReadonlyArray<string>

const section = (title: string, lines: Lines): Lines => (lines.length === 0 ? [] : [title, ...lines])
const optional = (label: string, value: string | number | undefined): Lines =>
  value === undefined || value === "" ? [] : [`${label}${value}`]
const list = (items: Lines | undefined): string | undefined =>
  items === undefined || items.length === 0 ? undefined : `[${items.join(" ")}]`

const mapLines = (map: Readonly<Record<string, string>> | undefined, indent: string, separator: string): Lines =>
  Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${indent}${key}${value === "" ? "" : `${separator}${value}`}`)

function mode({ Spec: { Mode: mode } }: Service): Lines {
  if (mode?.Global) return ["Service Mode:\tGlobal"]
  if (!mode?.Replicated) return ["Service Mode:"]
  return ["Service Mode:\tReplicated", ...optional(" Replicas:\t", mode.Replicated.Replicas)]
}

function updateStatus({ UpdateStatus: status }: Service, now: number): Lines {
  if (status?.State === undefined) return []
  return [
    "UpdateStatus:",
    ` State:\t\t${status.State}`,
    ...optional(" Started:\t", status.StartedAt && ago(status.StartedAt, now)),
    ...optional(
      " Completed:\t",
      status.State === "completed" && status.CompletedAt !== undefined ? ago(status.CompletedAt, now) : undefined,
    ),
    ` Message:\t${status.Message ?? ""}`,
  ]
}

function updateConfig(title: string, orderLabel: string, config: UpdateConfig | undefined): Lines {
  if (config === undefined) return []
  const { Delay: delay = 0, Monitor: monitor = 0 } = config
  return [
    title,
    ` Parallelism:\t${config.Parallelism}`,
    ...optional(" Delay:\t\t", delay > 0 ? goDuration(delay) : undefined),
    ` On failure:\t${config.FailureAction ?? ""}`,
    ...optional(" Monitoring Period: ", monitor > 0 ? goDuration(monitor) : undefined),
    ` Max failure ratio: ${config.MaxFailureRatio ?? 0}`,
    `${orderLabel}${config.Order ?? ""}`,
  ]
}

function containerLines(container: ContainerSpec): Lines {
  const caps = [
    ...optional(" Add: ", container.CapabilityAdd?.join(", ")),
    ...optional(" Drop: ", container.CapabilityDrop?.join(", ")),
  ]
  const mounts = (container.Mounts ?? []).flatMap((mount) => [
    ` Target:\t${mount.Target ?? ""}`,
    `  Source:\t${mount.Source ?? ""}`,
    `  ReadOnly:\t${mount.ReadOnly ?? false}`,
    `  Type:\t\t${mount.Type ?? ""}`,
  ])
  const files = (references: ReadonlyArray<readonly [target: string | undefined, source: string]>) =>
    references.flatMap(([target, source]) => [` Target:\t${target ?? ""}`, `  Source:\t${source}`])
  const ulimits = Object.fromEntries((container.Ulimits ?? []).map(({ Name, Soft, Hard }) => [Name, `${Soft}:${Hard}`]))
  return [
    "ContainerSpec:",
    ` Image:\t\t${container.Image ?? ""}`,
    ...optional(" Args:\t\t", spaced(container.Args)),
    ...optional(" Env:\t\t", spaced(container.Env)),
    ...optional(" Dir:\t\t", container.Dir),
    ...optional(" Init:\t\t", container.Init === undefined ? undefined : String(container.Init)),
    ...optional(" User: ", container.User),
    ...section("Capabilities:", caps),
    ...section("SysCtls:", mapLines(container.Sysctls, " ", ": ")),
    ...section("Ulimits:", mapLines(ulimits, " ", ": ")),
    ...section("Mounts:", mounts),
    ...section("Configs:", files((container.Configs ?? []).map((config) => [config.File?.Name, config.ConfigName]))),
    ...section("Secrets:", files((container.Secrets ?? []).map((secret) => [secret.File?.Name, secret.SecretName]))),
  ]
}

/** Every word with a blank behind it. */
const spaced = (words: Lines | undefined): string | undefined =>
  words === undefined || words.length === 0 ? undefined : words.map((word) => `${word} `).join("")

function logDriver({
  Spec: {
    TaskTemplate: { LogDriver: driver },
  },
}: Service): Lines {
  if (driver === undefined) return []
  return [
    "Log Driver:",
    ...optional(" Name:\t\t", driver.Name),
    ...section(" LogOpts:", mapLines(driver.Options, "  ", ":       ")),
    "",
  ]
}

function resources(requirements: ResourceRequirements | undefined): Lines {
  if (requirements === undefined) return []
  const { Limits: limits = {}, Reservations: reservations = {} } = requirements
  const amounts = (
    title: string,
    { NanoCPUs: nanos = 0, MemoryBytes: memory = 0, Pids: pids = 0 }: typeof limits,
  ): Lines =>
    nanos === 0 && memory === 0 && pids === 0
      ? []
      : [
          title,
          ...optional("  CPU:\t\t", nanos === 0 ? undefined : nanos / 1e9),
          ...optional("  Memory:\t", memory === 0 ? undefined : humanBytes(memory)),
        ]
  return [
    "Resources:",
    ...amounts(" Reservations:", { ...reservations }),
    ...amounts(" Limits:", limits),
    ...optional("  PIDs:\t\t", limits.Pids || undefined),
  ]
}

const networks = (names: Lines | undefined): Lines =>
  names === undefined || names.length === 0 ? [] : [`Networks:${names.map((name) => ` ${name}`).join("")} `]

function ports({ Endpoint: endpoint }: Service): Lines {
  const lines = (endpoint?.Ports ?? []).flatMap((port) => [
    ` PublishedPort = ${port.PublishedPort ?? 0}`,
    `  Protocol = ${port.Protocol ?? ""}`,
    `  TargetPort = ${port.TargetPort ?? 0}`,
    `  PublishMode = ${port.PublishMode ?? ""}`,
  ])
  return lines.length === 0 ? [] : ["Ports:", ...lines.slice(0, -1), `${lines.at(-1)} `]
}

/** The rest of the text. Docker's template starts it in the middle of a line when there are ports, and ends the text with a newline. */
function healthcheck({ Healthcheck: check }: ContainerSpec): string {
  if (check === undefined) return "\n"
  const lines = [
    " Healthcheck:",
    `  Interval = ${goDuration(check.Interval ?? 0)}`,
    `  Retries = ${check.Retries ?? 0}`,
    `  StartPeriod =\t${goDuration(check.StartPeriod ?? 0)}`,
    `  Timeout =\t${goDuration(check.Timeout ?? 0)}`,
  ]
  const tests = check.Test ?? []
  const shown = tests.length === 0 ? [] : ["  Tests:", ...tests.map((test) => `\t Test = ${test}`)]
  return `\n${[...lines, ...shown].join("\n")}${tests.length === 0 ? "" : " "}\n`
}

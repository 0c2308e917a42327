import { zeroTime } from "../../../core/instant.ts"
import type { ContainerSpec, Healthcheck } from "../../../core/model/container-spec.ts"
import type { ContainerRequest, ContainerSummary, Health } from "../engine.ts"
import type { ImageBehaviour, SimulatedImage } from "./images.ts"
import { type Print, type Program, programOf } from "./shell.ts"
import { surroundingsOf } from "./surroundings.ts"

/** A container as the simulated engine keeps it: plain data with the names of the Engine API. Times are RFC 3339. */
export interface SimulatedContainer {
  readonly Id: string
  readonly Name: string
  readonly Created: string
  readonly Image: string
  readonly ImageID: string
  readonly Argv: ReadonlyArray<string>
  readonly Request: ContainerRequest
  readonly Healthcheck?: Healthcheck
  readonly StopSignal: string
  /** The exit code after the stop signal. */
  readonly StopExitCode: number
  readonly Volumes: ReadonlyArray<string>
  /** What the image's own server writes when it starts. */
  readonly Greeting?: string
  readonly State: ContainerState
}

export interface ContainerState {
  readonly Status: "created" | "running" | "exited"
  readonly Pid: number
  readonly ExitCode: number
  readonly OOMKilled: boolean
  readonly Error: string
  readonly StartedAt: string
  readonly FinishedAt: string
  readonly Health?: Health
}

const createdState = (healthcheck: Healthcheck | undefined): ContainerState => ({
  Status: "created",
  Pid: 0,
  ExitCode: 0,
  OOMKilled: false,
  Error: "",
  StartedAt: zeroTime,
  FinishedAt: zeroTime,
  ...(healthcheck === undefined ? {} : { Health: "starting" }),
})

/** The words that a container runs: the spec's, or the image's own where it says nothing. Empty: an unknown server. */
function argvOf(spec: ContainerSpec, image: ImageBehaviour): ReadonlyArray<string> {
  const args = spec.Args ?? []
  if (spec.Command !== undefined && spec.Command.length > 0) return [...spec.Command, ...args]
  return [...(image.entrypoint ?? []), ...(args.length > 0 ? args : (image.cmd ?? []))]
}

/** The health check that counts: the spec's before the image's; "NONE" turns it off. */
function healthcheckOf(spec: ContainerSpec, image: ImageBehaviour): Healthcheck | undefined {
  const own = spec.Healthcheck
  if (own?.Test?.[0] === "NONE") return undefined
  if (own?.Test !== undefined && own.Test.length > 0) return own
  return image.healthcheck && { ...image.healthcheck, ...own, Test: image.healthcheck.Test ?? [] }
}

export function containerProgram(container: SimulatedContainer): Program {
  const around = surroundingsOf(container.Request, container.Id)
  const program: Program =
    container.Argv.length === 0
      ? { ignoresTerm: false, prints: greeting(container.Greeting) }
      : programOf(container.Argv, { unknown: "runs", around })
  const reaped = container.Request.spec.ContainerSpec?.Init === true
  // With --init the first process passes signals on, and its child has no protection against them.
  return reaped ? { ...program, ignoresTerm: false } : program
}

const greeting = (text: string | undefined): ReadonlyArray<Print> =>
  text === undefined ? [] : [{ after_ms: 1, stream: "stdout", data: `${text}\n` }]

const signals: ReadonlyMap<string, number> = new Map([
  ["HUP", 1],
  ["INT", 2],
  ["QUIT", 3],
  ["USR1", 10],
  ["USR2", 12],
  ["TERM", 15],
])

const signalName = (signal: string): string => signal.replace(/^SIG/, "").toUpperCase()

/** 15 for "TERM", "SIGTERM", "15" and for what is no signal. */
export const signalNumber = (signal: string): number =>
  /^\d+$/.test(signal) ? Number(signal) : signalName(signal) === "KILL" ? 9 : (signals.get(signalName(signal)) ?? 15)

/** With which code a process ends on a signal that it does not handle. */
const signalExitCode = (signal: string): number => 128 + (signals.get(signalName(signal)) ?? 15)

/** A container as it is made from a request: not started yet. */
export function makeContainer(
  request: ContainerRequest,
  image: SimulatedImage,
  behaviour: ImageBehaviour,
  given: { readonly id: string; readonly created: string; readonly volumes: ReadonlyArray<string> },
): SimulatedContainer {
  const spec = request.spec.ContainerSpec ?? {}
  const healthcheck = healthcheckOf(spec, behaviour)
  const signal = spec.StopSignal || (behaviour.stopSignal ?? "SIGTERM")
  return {
    Id: given.id,
    Name: request.name,
    Created: given.created,
    Image: spec.Image ?? "",
    ImageID: image.Id,
    Argv: argvOf(spec, behaviour),
    Request: request,
    ...(healthcheck === undefined ? {} : { Healthcheck: healthcheck }),
    StopSignal: signal,
    StopExitCode: behaviour.stopExitCode ?? signalExitCode(signal),
    Volumes: given.volumes,
    ...(behaviour.greeting === undefined ? {} : { Greeting: behaviour.greeting }),
    State: createdState(healthcheck),
  }
}

/** What a stop signal does: ends the process with this code after its reaction time, or nothing. */
export function onSignal(container: SimulatedContainer, program: Program, signal: string): number | "ignored" {
  const name = signalName(signal)
  if (name === "KILL" || name === "9") return 137
  return program.ignoresTerm ? "ignored" : container.StopExitCode
}

export const summaryOf = ({ Id, Request, State }: SimulatedContainer): ContainerSummary => ({
  containerId: Id,
  labels: Request.labels,
  state: State.Status,
  ...(State.Status === "exited" ? { exitCode: State.ExitCode } : {}),
  ...(State.Status === "running" ? { pid: State.Pid } : {}),
  ...(State.Health === undefined ? {} : { health: State.Health }),
})

/** A container after its machine went down under it. */
export function afterCrash(container: SimulatedContainer, at: string): SimulatedContainer {
  if (container.State.Status !== "running") return container
  return { ...container, State: { ...container.State, Status: "exited", Pid: 0, ExitCode: 137, FinishedAt: at } }
}

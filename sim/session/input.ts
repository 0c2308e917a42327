import type { MachineSize } from "../../nodes/engine/simulated/description.ts"
import type { HandAct } from "../../nodes/engine/simulated/engine.ts"
import type { LogOptions, LogSelector } from "../../nodes/log-protocol.ts"
import type { ControlRequest, SwarmUpdate } from "../../nodes/manager/control/request.ts"
import type { InitRequest, JoinRequest } from "../../nodes/node/requests.ts"

/**
 * Whatever comes into a simulated world from outside: requests of clients, reads too (they cost messages, and so shift what is left to
 * chance), what is done to machines, and what is done to the network. Plain JSON. `host` is a machine's name.
 */
export type Input =
  | { readonly type: "request"; readonly host: string; readonly request: ControlRequest }
  | { readonly type: "init"; readonly host: string; readonly request: InitRequest }
  | { readonly type: "join"; readonly host: string; readonly request: JoinRequest }
  | { readonly type: "leave"; readonly host: string; readonly force: boolean }
  | { readonly type: "unlock"; readonly host: string; readonly key: string }
  | { readonly type: "update"; readonly host: string; readonly update: SwarmUpdate }
  /** Somebody begins to read logs. `reader` is new for each. */
  | {
      readonly type: "logs"
      readonly host: string
      readonly reader: number
      readonly selector: LogSelector
      readonly options: LogOptions
    }
  | { readonly type: "logs-taken"; readonly reader: number; readonly ticket: string }
  | { readonly type: "logs-stop"; readonly reader: number }
  /** Somebody at a machine does something to its engine. */
  | { readonly type: "hand"; readonly host: string; readonly act: HandAct }
  | { readonly type: "crash" | "stop" | "start" | "isolate" | "remove"; readonly host: string }
  | { readonly type: "create"; readonly host: string; readonly size: MachineSize }
  | { readonly type: "cut"; readonly a: string; readonly b: string }
  | { readonly type: "heal" }

type Kind = "string" | "number" | "boolean" | "object"

const onHost = { host: "string" } as const

const shapes: Readonly<Record<Input["type"], Readonly<Record<string, Kind>>>> = {
  request: { ...onHost, request: "object" },
  init: { ...onHost, request: "object" },
  join: { ...onHost, request: "object" },
  leave: { ...onHost, force: "boolean" },
  unlock: { ...onHost, key: "string" },
  update: { ...onHost, update: "object" },
  logs: { ...onHost, reader: "number", selector: "object", options: "object" },
  "logs-taken": { reader: "number", ticket: "string" },
  "logs-stop": { reader: "number" },
  hand: { ...onHost, act: "object" },
  crash: onHost,
  stop: onHost,
  start: onHost,
  isolate: onHost,
  remove: onHost,
  create: { ...onHost, size: "object" },
  cut: { a: "string", b: "string" },
  heal: {},
}

const isRecord = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === "object" && json !== null && !Array.isArray(json)

/** The input that a JSON value stands for; undefined for what is none. What is inside requests is taken as it was written: by this program. */
export function inputOf(json: unknown): Input | undefined {
  return isInput(json) ? json : undefined
}

function isInput(json: unknown): json is Input {
  if (!isRecord(json) || typeof json.type !== "string" || !Object.hasOwn(shapes, json.type)) return false
  const shape = Object.entries(shapes[json.type as Input["type"]])
  return shape.every(([key, kind]) => (kind === "object" ? isRecord(json[key]) : typeof json[key] === kind))
}

import type { EndpointSpec, PortConfig } from "../../core/model/endpoint.ts"
import type { ServiceMode, UpdateConfig } from "../../core/model/service.ts"
import type { Placement, RestartPolicy } from "../../core/model/task-spec.ts"
import type {
  Placement as PlacementConfig,
  RestartPolicy as RestartPolicyConfig,
  ServicePort,
  UpdateConfig as UpdateSettings,
  Whole,
} from "../config.ts"
import { parseDuration } from "../go/duration.ts"
import { given, word } from "./context.ts"

export type Failed = { readonly error: string }

/** Nanoseconds of a duration that was checked when it was loaded. */
export const nanoseconds = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(parseDuration(text) ?? 0n)

const count = (value: Whole | undefined): number | undefined => (value === undefined ? undefined : Number(value))

export const convertMode = (mode: string | undefined, replicas: Whole | undefined): ServiceMode | Failed => {
  const number = count(replicas)
  const isGlobal = mode === "global" || mode === "global-job"
  if (isGlobal && number !== undefined) {
    return { error: "replicas can only be used with replicated or replicated-job mode" }
  }
  switch (mode) {
    case undefined:
    case "replicated":
      return { Replicated: { ...given("Replicas", number) } }
    case "global":
      return { Global: {} }
    case "replicated-job":
      return { ReplicatedJob: { ...given("MaxConcurrent", number), ...given("TotalCompletions", number) } }
    case "global-job":
      return { GlobalJob: {} }
    default:
      return { error: `Unknown mode: ${mode}` }
  }
}

/** One at a time unless the file says otherwise; 0 means all at once and must be said. */
export const convertUpdate = (source: UpdateSettings | undefined): UpdateConfig | undefined =>
  source && {
    Parallelism: count(source.parallelism) ?? 1,
    ...given("Delay", nanoseconds(source.delay)),
    ...given("FailureAction", word<NonNullable<UpdateConfig["FailureAction"]>>(source.failure_action)),
    ...given("Monitor", nanoseconds(source.monitor)),
    ...given("MaxFailureRatio", source.max_failure_ratio),
    ...given("Order", word<NonNullable<UpdateConfig["Order"]>>(source.order)),
  }

type Condition = NonNullable<RestartPolicy["Condition"]>

/** The `restart` of a single host, as far as it says something to Swarm. */
const convertRestart = (restart: string): RestartPolicy | undefined | Failed => {
  const cut = restart.indexOf(":")
  const name = cut < 0 ? restart : restart.slice(0, cut)
  const retries = cut < 0 ? "" : restart.slice(cut + 1)
  if (cut === 0) return { error: "invalid restart policy format: no policy provided before colon" }
  if (retries !== "" && !/^[+-]?\d+$/.test(retries)) {
    return { error: "invalid restart policy format: maximum retry count must be an integer" }
  }
  switch (name) {
    case "":
    case "no":
      return undefined
    case "always":
    case "unless-stopped":
      return { Condition: "any" }
    case "on-failure":
      return { Condition: "on-failure", MaxAttempts: Number(BigInt.asUintN(64, BigInt(retries.replace("+", "") || 0))) }
    default:
      return { error: `unknown restart policy: ${restart}` }
  }
}

export const convertRestartPolicy = (
  restart: string | undefined,
  policy: RestartPolicyConfig | undefined,
): RestartPolicy | undefined | Failed => {
  if (policy === undefined) return convertRestart(restart ?? "")
  return {
    ...given("Condition", word<Condition>(policy.condition)),
    ...given("Delay", nanoseconds(policy.delay)),
    ...given("MaxAttempts", count(policy.max_attempts)),
    ...given("Window", nanoseconds(policy.window)),
  }
}

export const convertPlacement = (source: PlacementConfig | undefined): Placement => ({
  ...given("Constraints", source?.constraints),
  ...given(
    "Preferences",
    source?.preferences?.map(({ spread }) => ({ Spread: { SpreadDescriptor: spread ?? "" } })),
  ),
  ...given("MaxReplicas", count(source?.max_replicas_per_node)),
})

const convertPort = (port: ServicePort): PortConfig => ({
  ...given("Protocol", word<NonNullable<PortConfig["Protocol"]>>(port.protocol)),
  ...given("TargetPort", port.target),
  ...given("PublishedPort", port.published),
  ...given("PublishMode", word<NonNullable<PortConfig["PublishMode"]>>(port.mode)),
})

export const convertEndpoint = (
  mode: string | undefined,
  ports: ReadonlyArray<ServicePort> | undefined,
): EndpointSpec => {
  const sorted = ports?.map(convertPort).sort((a, b) => (a.PublishedPort ?? 0) - (b.PublishedPort ?? 0))
  return {
    ...given("Mode", word<NonNullable<EndpointSpec["Mode"]>>(mode?.toLowerCase())),
    ...given("Ports", sorted),
  }
}

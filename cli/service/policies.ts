import type { Healthcheck, RestartPolicy, UpdateConfig } from "../../core/model/index.ts"
import type { FlagValues } from "../args/flag.ts"
import { CliError } from "../errors.ts"
import type { serviceFlags } from "./flags.ts"
import { omitEmpty } from "./options/key-value.ts"

export type ServiceFlagValues = FlagValues<typeof serviceFlags>

const second = 1e9

/** The word as the API's own; whether it is one of them, the engine decides. */
const word = <A extends string>(text: string): A => text as A

const updateDefaults: UpdateConfig = {
  Parallelism: 1,
  FailureAction: "pause",
  Monitor: 5 * second,
  MaxFailureRatio: 0,
  Order: "stop-first",
}

/** `previous` (or what Swarm takes by itself) with what the options of the family say; undefined when none of them was given. */
export function updateConfig(
  family: "update" | "rollback",
  flags: ServiceFlagValues,
  changed: ReadonlySet<string>,
  previous: UpdateConfig = updateDefaults,
): UpdateConfig | undefined {
  const given = <A>(name: string, field: A): A | undefined => (changed.has(`${family}-${name}`) ? field : undefined)
  const fields = {
    Parallelism: given("parallelism", flags[`${family}-parallelism`]),
    Delay: given("delay", flags[`${family}-delay`]),
    FailureAction: given("failure-action", word<"pause">(flags[`${family}-failure-action`])),
    Monitor: given("monitor", flags[`${family}-monitor`]),
    MaxFailureRatio: given("max-failure-ratio", flags[`${family}-max-failure-ratio`]),
    Order: given("order", word<"stop-first">(flags[`${family}-order`])),
  }
  return merged(previous, fields)
}

const restartDefaults: RestartPolicy = { Condition: "any", Delay: 5 * second, MaxAttempts: 0 }

export function restartPolicy(
  flags: ServiceFlagValues,
  changed: ReadonlySet<string>,
  previous: RestartPolicy = restartDefaults,
): RestartPolicy | undefined {
  return merged(previous, {
    Condition: changed.has("restart-condition") ? word<"any">(flags["restart-condition"]) : undefined,
    Delay: flags["restart-delay"],
    MaxAttempts: flags["restart-max-attempts"],
    Window: flags["restart-window"],
  })
}

/** The health check that the options describe; undefined when they say nothing of it. */
export function healthcheck(flags: ServiceFlagValues): Healthcheck | undefined {
  const settings = omitEmpty({
    Test: flags["health-cmd"] === "" ? [] : ["CMD-SHELL", flags["health-cmd"]],
    Interval: flags["health-interval"],
    Timeout: flags["health-timeout"],
    StartPeriod: flags["health-start-period"],
    StartInterval: flags["health-start-interval"],
    Retries: flags["health-retries"],
  })
  const isEmpty = Object.keys(settings).length === 0
  if (!flags["no-healthcheck"]) return isEmpty ? undefined : settings
  if (!isEmpty) throw new CliError("--no-healthcheck conflicts with --health-* options")
  return { Test: ["NONE"] }
}

/** `base` with the fields that are there; undefined when there is none. */
export function merged<A extends object>(
  base: A,
  fields: { readonly [K in keyof A]?: A[K] | undefined },
): A | undefined {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  return present.length === 0 ? undefined : { ...base, ...Object.fromEntries(present) }
}

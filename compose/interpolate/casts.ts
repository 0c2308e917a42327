import type { Dialect } from "../dialect.ts"
import { Float, type Scalar } from "../document.ts"
import { quote } from "../go/quote.ts"
import { integerScalar } from "../parse/scalar.ts"

export type Cast = (text: string) => { readonly value: Scalar } | { readonly error: string }

const toInteger: Cast = (text) => {
  const failed = (why: string) => ({ error: `strconv.Atoi: parsing ${quote(text)}: ${why}` })
  if (!/^[+-]?[0-9]+$/.test(text)) return failed("invalid syntax")
  const value = BigInt(text.replace(/^\+/, ""))
  if (value < -(2n ** 63n) || value >= 2n ** 63n) return failed("value out of range")
  return { value: integerScalar(value) ?? null }
}

const toFloat: Cast = (text) =>
  /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)
    ? { value: new Float(Number(text)) }
    : { error: `strconv.ParseFloat: parsing ${quote(text)}: invalid syntax` }

const toBoolean: Cast = (text) => {
  const word = text.toLowerCase()
  if (["y", "yes", "true", "on"].includes(word)) return { value: true }
  if (["n", "no", "false", "off"].includes(word)) return { value: false }
  return { error: `invalid boolean: ${text}` }
}

const inService = (path: string): string => `services.*.${path}`

/** The places whose text becomes a number or a boolean once a variable was replaced in it. */
const casts: ReadonlyArray<readonly [Cast, ReadonlyArray<string>]> = [
  [
    toInteger,
    [
      "configs.[].mode",
      "secrets.[].mode",
      "healthcheck.retries",
      "deploy.replicas",
      "deploy.update_config.parallelism",
      "deploy.rollback_config.parallelism",
      "deploy.restart_policy.max_attempts",
      "deploy.placement.max_replicas_per_node",
      "ports.[].target",
      "ports.[].published",
      "ulimits.*",
      "ulimits.*.hard",
      "ulimits.*.soft",
      "oom_score_adj",
    ].map(inService),
  ],
  [toFloat, ["deploy.update_config.max_failure_ratio", "deploy.rollback_config.max_failure_ratio"].map(inService)],
  [
    toBoolean,
    [
      ...[
        "healthcheck.disable",
        "privileged",
        "read_only",
        "stdin_open",
        "tty",
        "volumes.[].read_only",
        "volumes.[].volume.nocopy",
      ].map(inService),
      "networks.*.external",
      "networks.*.internal",
      "networks.*.attachable",
      "volumes.*.external",
      "secrets.*.external",
      "configs.*.external",
    ],
  ],
]

/** What the Compose Specification casts besides, and in other places. */
const specCasts: ReadonlyArray<readonly [Cast, ReadonlyArray<string>]> = [
  [
    toInteger,
    [
      "cpu_count",
      "cpu_period",
      "cpu_quota",
      "cpu_rt_period",
      "cpu_rt_runtime",
      "cpu_shares",
      "deploy.replicas",
      "deploy.update_config.parallelism",
      "deploy.rollback_config.parallelism",
      "deploy.restart_policy.max_attempts",
      "deploy.placement.max_replicas_per_node",
      "healthcheck.retries",
      "oom_score_adj",
      "pids_limit",
      "ports.[].target",
      "scale",
      "ulimits.*",
      "ulimits.*.hard",
      "ulimits.*.soft",
    ].map(inService),
  ],
  [
    toFloat,
    ["cpu_percent", "cpus", "deploy.update_config.max_failure_ratio", "deploy.rollback_config.max_failure_ratio"].map(
      inService,
    ),
  ],
  [
    toBoolean,
    [
      ...[
        "init",
        "depends_on.*.required",
        "depends_on.*.restart",
        "healthcheck.disable",
        "oom_kill_disable",
        "privileged",
        "read_only",
        "stdin_open",
        "tty",
        "volumes.[].read_only",
        "volumes.[].volume.nocopy",
      ].map(inService),
      ...["external", "internal", "attachable", "enable_ipv4", "enable_ipv6"].map((key) => `networks.*.${key}`),
      "volumes.*.external",
      "secrets.*.external",
      "configs.*.external",
    ],
  ],
]

const tableOf = (all: ReadonlyArray<readonly [Cast, ReadonlyArray<string>]>) =>
  all.flatMap(([cast, paths]) => paths.map((path) => ({ cast, parts: path.split(".") })))

const tables = { swarm: tableOf(casts), spec: tableOf(specCasts) }

/** Paths are compared part by part on their dotted text: a dot within a name counts as a separator, as in Docker. */
export const castFor = (path: string, dialect: Dialect): Cast | undefined => {
  const parts = path.split(".")
  return tables[dialect].find(
    (entry) => entry.parts.length === parts.length && entry.parts.every((part, i) => part === "*" || part === parts[i]),
  )?.cast
}

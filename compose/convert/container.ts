import type { ContainerSpec, Healthcheck, Privileges, Ulimit } from "../../core/model/container-spec.ts"
import type { CredentialSpec, HealthcheckConfig, ServiceConfig } from "../config.ts"
import { given, recordOf, stackLabels } from "./context.ts"
import { type Failed, nanoseconds } from "./deploy.ts"

export const convertHealthcheck = (source: HealthcheckConfig | undefined): Healthcheck | undefined | Failed => {
  if (source === undefined) return undefined
  if (source.disable) {
    return source.test === undefined ? { Test: ["NONE"] } : { error: "test and disable can't be set at the same time" }
  }
  return {
    ...given("Test", source.test),
    ...given("Interval", nanoseconds(source.interval)),
    ...given("Timeout", nanoseconds(source.timeout)),
    ...given("StartPeriod", nanoseconds(source.start_period)),
    ...given("StartInterval", nanoseconds(source.start_interval)),
    ...given("Retries", source.retries === undefined ? undefined : Number(source.retries)),
  }
}

/** At most one of the three. A config's name is replaced by its ID once that is known. */
export const convertCredentials = (source: CredentialSpec | undefined): Privileges["CredentialSpec"] | Failed => {
  if (source === undefined) return undefined
  const named = [
    ...(source.config === undefined ? [] : ['"Config"']),
    ...(source.file === undefined ? [] : ['"File"']),
    ...(source.registry === undefined ? [] : ['"Registry"']),
  ]
  if (named.length === 2) return { error: `invalid credential spec: cannot specify both ${named.join(" and ")}` }
  if (named.length > 2) {
    return {
      error: `invalid credential spec: cannot specify both ${named.slice(0, -1).join(", ")}, and ${named.at(-1)}`,
    }
  }
  return {
    ...given("Config", source.config),
    ...given("File", source.file),
    ...given("Registry", source.registry),
  }
}

const all = "ALL"

const normaliseCapability = (name: string): string => {
  const upper = name.trim().toUpperCase()
  return upper === all || upper.startsWith("CAP_") ? upper : `CAP_${upper}`
}

const capabilitySet = (names: ReadonlyArray<string> | undefined): ReadonlySet<string> => {
  const found = new Set((names ?? []).map(normaliseCapability).filter((name) => name !== "CAP_RESET"))
  return found.has(all) ? new Set([all]) : found
}

/** Adding wins over dropping, ALL over everything else on its side. */
const convertCapabilities = (
  add: ReadonlyArray<string> | undefined,
  drop: ReadonlyArray<string> | undefined,
): Pick<ContainerSpec, "CapabilityAdd" | "CapabilityDrop"> => {
  const added = capabilitySet(add)
  const CapabilityAdd = [...added].sort()
  const CapabilityDrop = [...capabilitySet(drop)].filter((name) => !added.has(name)).sort()
  return {
    ...(CapabilityAdd.length === 0 ? {} : { CapabilityAdd }),
    ...(CapabilityDrop.length === 0 ? {} : { CapabilityDrop }),
  }
}

const convertUlimits = (source: ServiceConfig["ulimits"]): ReadonlyArray<Ulimit> | undefined =>
  source &&
  [...source]
    .map(([Name, limit]) =>
      typeof limit === "object"
        ? { Name, Soft: Number(limit.soft ?? 0), Hard: Number(limit.hard ?? 0) }
        : { Name, Soft: Number(limit), Hard: Number(limit) },
    )
    .sort((a, b) => (a.Name < b.Name ? -1 : 1))

const convertEnvironment = (source: ServiceConfig["environment"]): ReadonlyArray<string> | undefined =>
  source && [...source].map(([name, value]) => (value === null ? name : `${name}=${value}`)).sort()

/** `host:ip` to the line of a hosts file. */
const hostsLine = (entry: string): string => {
  const cut = entry.indexOf(":")
  return `${entry.slice(cut + 1)} ${entry.slice(0, cut)}`
}

/** The fields that cannot go wrong. */
export const convertContainer = (service: ServiceConfig, namespace: string): ContainerSpec => {
  const hasDns = [service.dns, service.dns_search, service.dns_opt].some((given) => given !== undefined)
  return {
    ...given("Command", service.entrypoint),
    ...given("Args", service.command),
    ...given("Hostname", service.hostname),
    ...given("Hosts", service.extra_hosts?.map(hostsLine)),
    ...(hasDns
      ? {
          DNSConfig: {
            ...given("Nameservers", service.dns),
            ...given("Search", service.dns_search),
            ...given("Options", service.dns_opt),
          },
        }
      : {}),
    ...given("Env", convertEnvironment(service.environment)),
    Labels: stackLabels(namespace, service.labels),
    ...given("Dir", service.working_dir),
    ...given("User", service.user),
    ...given("Groups", service.group_add),
    ...given("OomScoreAdj", service.oom_score_adj === undefined ? undefined : Number(service.oom_score_adj)),
    ...given("StopGracePeriod", nanoseconds(service.stop_grace_period)),
    ...given("StopSignal", service.stop_signal),
    ...given("TTY", service.tty),
    ...given("OpenStdin", service.stdin_open),
    ...given("ReadOnly", service.read_only),
    ...given("Isolation", service.isolation),
    ...given("Init", service.init),
    ...(service.sysctls === undefined ? {} : { Sysctls: recordOf(service.sysctls) }),
    ...convertCapabilities(service.cap_add, service.cap_drop),
    ...given("Ulimits", convertUlimits(service.ulimits)),
  }
}

import { millisToNanos, seconds } from "../../core/instant.ts"
import type { ServiceMode, ServiceSpec, UpdateConfig } from "../../core/model/service.ts"
import type { RestartPolicy } from "../../core/model/task-spec.ts"

/** How many services, networks there are names for. */
export const serviceNames = 6
export const networkNames = 3

export const serviceName = (n: number): string => `service${n % serviceNames}`
export const networkName = (n: number): string => `network${n % networkNames}`

/** A draw from digits of n: so that one number decides a whole spec. */
const pick = <T>(items: readonly [T, ...ReadonlyArray<T>], n: number, divisor: number): T =>
  items[Math.floor(n / divisor) % items.length] ?? items[0]

const restartPolicies: readonly [RestartPolicy, ...ReadonlyArray<RestartPolicy>] = [
  {},
  { Condition: "any", Delay: 0 },
  { Condition: "any", Delay: millisToNanos(seconds(2)) },
  { Condition: "on-failure", Delay: millisToNanos(seconds(1)), MaxAttempts: 2 },
  { Condition: "any", Delay: millisToNanos(500), MaxAttempts: 3, Window: millisToNanos(seconds(20)) },
  { Condition: "none" },
]

const updateConfigs: readonly [UpdateConfig | undefined, ...ReadonlyArray<UpdateConfig>] = [
  undefined,
  { Parallelism: 1, Delay: millisToNanos(seconds(1)), Monitor: millisToNanos(seconds(2)) },
  { Parallelism: 2, Monitor: millisToNanos(seconds(1)), FailureAction: "rollback", Order: "start-first" },
  { Parallelism: 0, FailureAction: "continue" },
  {
    Parallelism: 1,
    Delay: millisToNanos(500),
    FailureAction: "rollback",
    MaxFailureRatio: 0.3,
    Monitor: millisToNanos(seconds(3)),
  },
]

/** A spec of the service of this number; `m` chooses what it is like. Its mode depends on n alone: it cannot be changed. */
export function specOf(n: number, m: number, networks: ReadonlyArray<string>): ServiceSpec {
  const UpdateConfig = pick(updateConfigs, m, 7)
  const RollbackConfig = pick(updateConfigs, m, 11)
  const reserved = pick([undefined, { NanoCPUs: 1e9, MemoryBytes: 2 ** 30 }, { NanoCPUs: 25e8 }] as const, m, 13)
  const ports = pick(["none", "none", "ingress", "host"] as const, n, 5)
  const published = {
    Protocol: "tcp",
    TargetPort: 80,
    PublishedPort: ports === "host" ? 8_000 + (n % serviceNames) : 0,
  } as const
  const network = networks[n % Math.max(1, networks.length)]
  return {
    Name: serviceName(n),
    TaskTemplate: {
      ContainerSpec: {
        ...(isJob(n) ? { Image: "busybox:1", Command: ["sleep", String(1 + (m % 4))] } : { Image: `nginx:${m % 4}` }),
        StopGracePeriod: millisToNanos(pick([500, 2_000], m, 17)),
        ...(n % 2 === 0 && { Healthcheck: { Test: ["CMD", "true"], Interval: millisToNanos(seconds(1)), Retries: 1 } }),
      },
      RestartPolicy: pick(restartPolicies, n, 3),
      ...(reserved && { Resources: { Reservations: reserved } }),
      Placement: placementOf(n, m),
      ...(network !== undefined && n % 3 === 0 && { Networks: [{ Target: network }] }),
    },
    Mode: modeFor(n, m),
    ...(UpdateConfig && !isJob(n) && { UpdateConfig }),
    ...(RollbackConfig && !isJob(n) && { RollbackConfig }),
    ...(ports !== "none" && { EndpointSpec: { Ports: [{ ...published, PublishMode: ports }] } }),
  }
}

/** The last service of all is a job. */
const isJob = (n: number): boolean => n % serviceNames === serviceNames - 1

function modeFor(n: number, m: number): ServiceMode {
  if (n % serviceNames === 4) return { Global: {} }
  if (isJob(n)) return { ReplicatedJob: { MaxConcurrent: 1 + (m % 3), TotalCompletions: 1 + (m % 5) } }
  return { Replicated: { Replicas: m % 7 } }
}

function placementOf(
  n: number,
  m: number,
): { readonly Constraints?: ReadonlyArray<string>; readonly MaxReplicas?: number } {
  const constraint = pick(
    [undefined, undefined, "node.role == worker", "node.labels.zone != a", "node.hostname != worker1"] as const,
    m,
    19,
  )
  return { ...(constraint && { Constraints: [constraint] }), ...(n % 5 === 3 && { MaxReplicas: 2 }) }
}

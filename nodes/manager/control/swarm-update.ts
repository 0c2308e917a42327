import * as Result from "effect/Result"
import { type Answer, type ApiError, apiError, outOfSequence, rpcError } from "../../../core/errors.ts"
import { hours, nanosToMillis } from "../../../core/instant.ts"
import { type Cluster, type ClusterSpec, defaultClusterSpec } from "../../../core/model/cluster.ts"
import type { JoinTokens } from "../../../core/model/root-ca.ts"
import type { ControlContext } from "./context.ts"
import type { Secrets, SwarmUpdate } from "./request.ts"
import { clusterOf } from "./swarm.ts"

/** POST /swarm/update: the whole spec, and what is to be replaced by something fresh (swarmkit controlapi/cluster.go). */
export function updateSwarm(context: ControlContext, update: SwarmUpdate, secrets: Secrets): Answer<null> {
  const cluster = clusterOf(context.tx)
  if (cluster === undefined) return Result.fail(apiError(500, "swarm not found"))
  const error = specError(update.spec)
  if (error) return Result.fail(error)
  if (update.version !== cluster.Version.Index) return Result.fail(outOfSequence)
  const { RootCA, JoinTokens: tokens } = cluster
  const { UnlockKey: _, ...open } = cluster
  const key = unlockKeyAfter(cluster, update, secrets)
  const rotates = RootCA !== undefined && wantsNewRoot(cluster, update.spec) && secrets.rotation !== undefined
  context.tx.update("clusters", {
    ...open,
    Spec: completed(update.spec, cluster.Spec),
    ...(key !== undefined && { UnlockKey: key }),
    ...(tokens && { JoinTokens: tokensAfter(tokens, update, secrets) }),
    ...(rotates && secrets.rotation && { RootRotation: secrets.rotation, RootRotationInProgress: true }),
  })
  return Result.succeed(null)
}

/** GET /swarm/unlockkey: empty while managers are not locked. */
export const unlockKey = (context: ControlContext): Answer<{ readonly UnlockKey: string }> =>
  Result.succeed({ UnlockKey: clusterOf(context.tx)?.UnlockKey ?? "" })

/** Why a swarm cannot have this spec. */
export function specError(spec: ClusterSpec): ApiError | undefined {
  const expiry = spec.CAConfig.NodeCertExpiry
  if (expiry !== undefined && expiry !== 0 && nanosToMillis(expiry) < hours(1)) {
    return rpcError("InvalidArgument", "minimum certificate expiry time is: 1h0m0s")
  }
  const { ElectionTick, HeartbeatTick } = spec.Raft
  if (ElectionTick !== undefined && HeartbeatTick !== undefined && HeartbeatTick > 0 && ElectionTick <= HeartbeatTick) {
    return rpcError("InvalidArgument", "Raft: ElectionTick must be greater than HeartbeatTick")
  }
  if (spec.Dispatcher.HeartbeatPeriod !== undefined && spec.Dispatcher.HeartbeatPeriod < 0) {
    return rpcError("InvalidArgument", "heartbeat time period cannot be a negative duration")
  }
  if (spec.Name !== "default") return apiError(400, 'swarm spec must be named "default"')
  return undefined
}

/** A spec as it is stored: zero and what is missing stand for what holds already, or for Swarm's own defaults. */
export function completed(spec: ClusterSpec, before: ClusterSpec = defaultClusterSpec): ClusterSpec {
  const given = <T extends object>(part: T): Partial<T> =>
    Object.fromEntries(Object.entries(part).filter(([, value]) => value !== 0)) as Partial<T>
  return {
    ...spec,
    Labels: spec.Labels ?? {},
    Orchestration: { ...before.Orchestration, ...spec.Orchestration },
    Raft: { ...before.Raft, ...given(spec.Raft), KeepOldSnapshots: spec.Raft.KeepOldSnapshots ?? 0 },
    Dispatcher: { ...before.Dispatcher, ...given(spec.Dispatcher) },
    CAConfig: { ...before.CAConfig, ...given(spec.CAConfig) },
    EncryptionConfig: { AutoLockManagers: spec.EncryptionConfig.AutoLockManagers ?? false },
  }
}

/** Whether an update of a swarm to this spec asks for another root certificate. */
export const wantsNewRoot = (cluster: Cluster, spec: ClusterSpec): boolean =>
  (spec.CAConfig.ForceRotate ?? 0) !== (cluster.Spec.CAConfig.ForceRotate ?? 0)

function unlockKeyAfter(cluster: Cluster, update: SwarmUpdate, secrets: Secrets): string | undefined {
  if (update.spec.EncryptionConfig.AutoLockManagers !== true) return undefined
  if (cluster.UnlockKey === undefined || update.rotateUnlockKey) return secrets.unlockKey
  return cluster.UnlockKey
}

const tokensAfter = (tokens: JoinTokens, update: SwarmUpdate, { tokens: fresh }: Secrets): JoinTokens => ({
  Worker: update.rotateWorkerToken ? fresh.Worker : tokens.Worker,
  Manager: update.rotateManagerToken ? fresh.Manager : tokens.Manager,
})

import * as Result from "effect/Result"
import { type Answer, refuse } from "../../../core/errors.ts"
import type { Cluster } from "../../../core/model/cluster.ts"
import type { NodeDescription } from "../../../core/model/node.ts"
import type { Reader } from "../../../core/store/reader.ts"
import type { ControlContext } from "./context.ts"
import { sortedById } from "./filters.ts"
import { withShownVersion } from "./shown-version.ts"

/** GET /swarm. */
export function inspectSwarm(context: ControlContext): Answer<object> {
  const cluster = clusterOf(context.tx)
  if (cluster === undefined) return refuse(500, "swarm not found")
  const { JoinTokens } = cluster
  return Result.succeed({ ...renderCluster(cluster), ...(JoinTokens && { JoinTokens }) })
}

/** The swarm's part of GET /info on a manager. */
export interface SwarmInfo {
  readonly Nodes: number
  readonly Managers: number
  readonly Cluster: object | undefined
  readonly RemoteManagers: ReadonlyArray<{ readonly NodeID: string; readonly Addr: string }>
}

export function swarmInfo(context: ControlContext): Answer<SwarmInfo> {
  const { tx } = context
  const cluster = clusterOf(tx)
  const managers = sortedById(tx.find("nodes", "role", "manager"))
  return Result.succeed({
    Nodes: tx.count("nodes"),
    Managers: managers.length,
    Cluster: cluster && renderCluster(cluster),
    RemoteManagers: managers.flatMap(({ ID, ManagerStatus }) =>
      ManagerStatus ? [{ NodeID: ID, Addr: ManagerStatus.Addr }] : [],
    ),
  })
}

export function clusterOf(reader: Reader): Cluster | undefined {
  for (const cluster of reader.all("clusters")) return cluster
  return undefined
}

const builtinPool = "10.0.0.0/8"

/** Address pools are shown only when somebody chose them. */
function renderCluster(cluster: Cluster): object {
  const { DefaultAddrPool } = cluster
  const isBuiltin = DefaultAddrPool.length === 0 || (DefaultAddrPool.length === 1 && DefaultAddrPool[0] === builtinPool)
  return {
    ID: cluster.ID,
    Version: withShownVersion(cluster).Version,
    CreatedAt: cluster.CreatedAt,
    UpdatedAt: cluster.UpdatedAt,
    Spec: cluster.Spec,
    TLSInfo: tlsInfo(cluster) ?? {},
    RootRotationInProgress: cluster.RootRotationInProgress,
    DefaultAddrPool: isBuiltin ? null : DefaultAddrPool,
    SubnetSize: cluster.SubnetSize,
    DataPathPort: cluster.DataPathPort,
  }
}

/** The root that every node is to trust: while it is being replaced, the one that comes. */
function tlsInfo({ RootCA, RootRotation }: Cluster): NodeDescription["TLSInfo"] {
  const root = RootRotation?.Root ?? RootCA
  return root && { TrustRoot: root.CACert, CertIssuerSubject: root.Subject, CertIssuerPublicKey: root.PublicKey }
}

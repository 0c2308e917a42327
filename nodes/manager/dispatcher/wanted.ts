import { type Millis, nanosToMillis } from "../../../core/instant.ts"
import { type Cluster, defaultClusterSpec } from "../../../core/model/cluster.ts"
import { roleOf } from "../../../core/model/node.ts"
import type { Reader } from "../../../core/store/reader.ts"
import type { Wanted } from "../../protocol.ts"

/*
 * What the cluster wants of its nodes, as they are told in their sessions.
 */

/** The root certificate that all are to have theirs from, and whether it is the only one that they are to trust. */
type WantedRoot = Pick<Wanted, "root" | "rotating">

/** What is wanted of one node: its role, and whose certificate it is to have. */
export function wantedOf(store: Reader, nodeId: string): Wanted {
  const node = store.get("nodes", nodeId)
  return { role: node === undefined ? "worker" : roleOf(node), ...rootOf(store) }
}

/** Whether two states of the cluster want certificates of the same root. */
export function sameRoot(before: Cluster | undefined, after: Cluster | undefined): boolean {
  const a = wantedRoot(before)
  const b = wantedRoot(after)
  return a.root === b.root && a.rotating === b.rotating
}

/** How often nodes are to be heard. */
export function periodOf(store: Reader): Millis {
  for (const cluster of store.all("clusters")) {
    const period = cluster.Spec.Dispatcher.HeartbeatPeriod
    if (period !== undefined && period > 0) return nanosToMillis(period)
  }
  return defaultPeriod
}

/** Of a cluster that says nothing of it. */
export const defaultPeriod: Millis = nanosToMillis(defaultClusterSpec.Dispatcher.HeartbeatPeriod ?? 0)

function wantedRoot(cluster: Cluster | undefined): WantedRoot {
  const { RootCA, RootRotation } = cluster ?? {}
  if (RootRotation !== undefined) return { root: RootRotation.Root.Digest, rotating: true }
  return RootCA === undefined ? {} : { root: RootCA.Digest }
}

function rootOf(store: Reader): WantedRoot {
  for (const cluster of store.all("clusters")) return wantedRoot(cluster)
  return {}
}

import type { Cluster } from "../../../core/model/cluster.ts"
import type { Transaction } from "../../../core/store/transaction.ts"
import type { MemberId } from "../../../raft/index.ts"

/** An ID for a member of the consensus group that no member had before, also none that is gone: one that comes back late must not be taken for it. */
export function takeRaftId(tx: Transaction, cluster: Cluster): MemberId {
  const LastRaftID = (cluster.LastRaftID ?? 0) + 1
  tx.update("clusters", { ...cluster, LastRaftID })
  return LastRaftID
}

import { newId } from "../../core/id.ts"
import { unknownDescription } from "../../core/model/node.ts"
import type { Random } from "../../core/random.ts"
import type { Transaction } from "../../core/store/transaction.ts"
import type { Founding } from "./founding.ts"

/** Makes what every swarm has from its first moment: its settings, its authority, those who begin it, and the ingress network. */
export function bootstrap(tx: Transaction, founding: Founding, random: Random): void {
  if (tx.count("clusters") > 0) return
  const { spec, root, tokens, unlockKey } = founding
  tx.create("clusters", {
    ID: founding.clusterId,
    Spec: spec,
    DefaultAddrPool: founding.defaultAddrPool,
    SubnetSize: founding.subnetSize,
    DataPathPort: founding.dataPathPort,
    RootRotationInProgress: false,
    RootCA: root,
    JoinTokens: tokens,
    ...(unlockKey !== undefined && { UnlockKey: unlockKey }),
    LastRaftID: Math.max(0, ...founding.nodes.map((node) => node.raftId ?? 0)),
  })
  for (const { nodeId, role, availability, addr, raftId, managerAddr } of founding.nodes) {
    tx.create("nodes", {
      ID: nodeId,
      Spec: { Role: role, Availability: availability, Labels: {} },
      Role: role,
      Description: unknownDescription,
      Status: { State: "unknown", Addr: addr },
      ...(raftId !== undefined && {
        RaftID: raftId,
        ManagerStatus: { Reachability: "reachable", Addr: managerAddr ?? addr, RaftID: raftId } as const,
      }),
    })
  }
  tx.create("networks", {
    ID: newId(random),
    Spec: { Name: "ingress", Driver: "overlay", Ingress: true, IPAM: { Driver: "default" }, Labels: {} },
  })
}

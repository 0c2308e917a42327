import { newId } from "../../core/id.ts"
import { defaultClusterSpec } from "../../core/model/cluster.ts"
import type { Random } from "../../core/random.ts"
import type { Transaction } from "../../core/store/transaction.ts"

/** Makes what every swarm has from its first moment: its settings, and the ingress network. */
export function bootstrap(tx: Transaction, random: Random): void {
  if (tx.count("clusters") > 0) return
  tx.create("clusters", {
    ID: newId(random),
    Spec: defaultClusterSpec,
    DefaultAddrPool: ["10.0.0.0/8"],
    SubnetSize: 24,
    DataPathPort: 4789,
    RootRotationInProgress: false,
  })
  tx.create("networks", {
    ID: newId(random),
    Spec: { Name: "ingress", Driver: "overlay", Ingress: true, IPAM: { Driver: "default" }, Labels: {} },
  })
}

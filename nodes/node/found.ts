import { newId } from "../../core/id.ts"
import type { ClusterSpec } from "../../core/model/cluster.ts"
import type { Founding } from "../manager/founding.ts"
import type { Addresses } from "./addresses.ts"
import type { Identity } from "./identity.ts"
import type { Platform } from "./platform.ts"
import type { Addressing, InitRequest } from "./requests.ts"

export interface NewSwarm extends Addresses, Addressing, Pick<InitRequest, "availability"> {
  readonly spec: ClusterSpec
}

/** A new swarm, of which this machine is the only node. Calls back with who that makes it, and the key under which the swarm is locked, if it is. */
export function found(
  { authority, random }: Platform,
  { addr, advertiseAddr, listenAddr, spec, availability, ...addressing }: NewSwarm,
  done: (identity: Identity, unlockKey: string | undefined) => void,
): void {
  const nodeId = newId(random)
  const managers = [{ nodeId, addr: advertiseAddr }]
  const admission = { nodeId, role: "manager" as const, clusterId: newId(random), raftId: 1, managers }
  authority.found((root, { tokens, unlockKey }) => {
    const isLocked = spec.EncryptionConfig.AutoLockManagers === true
    const founding: Founding = {
      ...{ clusterId: admission.clusterId, spec, root, tokens, ...addressing },
      ...(isLocked && { unlockKey }),
      nodes: [
        {
          ...{ nodeId, role: admission.role, raftId: admission.raftId, addr, managerAddr: advertiseAddr },
          availability,
        },
      ],
    }
    authority.issue(root, admission, spec.CAConfig.NodeCertExpiry ?? 0, (certificate) => {
      const identity = { ...admission, certificate, addr, advertiseAddr, listenAddr, founding }
      done(identity, founding.unlockKey)
    })
  })
}

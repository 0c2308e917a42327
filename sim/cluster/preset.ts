import { newId } from "../../core/id.ts"
import type { Instant } from "../../core/instant.ts"
import { defaultClusterSpec } from "../../core/model/cluster.ts"
import type { Role } from "../../core/model/node.ts"
import type { Random } from "../../core/random.ts"
import type { Founding } from "../../nodes/manager/founding.ts"
import type { Identity } from "../../nodes/node/identity.ts"
import { paperCertificate, paperRoot, paperTokens } from "./paper-authority.ts"

interface Founder {
  readonly nodeId: string
  readonly role: Role
  /** An IP address. */
  readonly addr: string
}

/** What machines remember that have formed a swarm before anybody looks, in which nothing has happened yet: by node ID. */
export function presetIdentities(
  nodes: ReadonlyArray<Founder>,
  random: Random,
  now: Instant,
): ReadonlyMap<string, Identity> {
  const root = paperRoot(random, now)
  const members = nodes.map((node, i) => ({
    ...node,
    availability: "active" as const,
    ...(node.role === "manager" && { raftId: i + 1, managerAddr: `${node.addr}:2377` }),
  }))
  const founding: Founding = {
    clusterId: newId(random),
    spec: defaultClusterSpec,
    root,
    tokens: paperTokens(root, random),
    defaultAddrPool: ["10.0.0.0/8"],
    subnetSize: 24,
    dataPathPort: 4789,
    nodes: members,
  }
  const managers = members.flatMap(({ nodeId, managerAddr }) => (managerAddr ? [{ nodeId, addr: managerAddr }] : []))
  const certificate = paperCertificate(root, defaultClusterSpec.CAConfig.NodeCertExpiry ?? 0, now)
  const { clusterId } = founding
  return new Map(
    members.map(({ nodeId, role, addr, raftId }) => [
      nodeId,
      {
        ...{ nodeId, role, clusterId, managers, certificate, addr },
        advertiseAddr: `${addr}:2377`,
        listenAddr: "0.0.0.0:2377",
        ...(raftId !== undefined && { raftId, founding }),
      },
    ]),
  )
}

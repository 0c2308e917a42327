import * as Result from "effect/Result"
import { type Answer, refuse, refuseRpc } from "../../../core/errors.ts"
import { newId } from "../../../core/id.ts"
import type { Cluster } from "../../../core/model/cluster.ts"
import { type Availability, type Node, type Role, roleOf, unknownDescription } from "../../../core/model/node.ts"
import type { ManagerAddress } from "../../protocol.ts"
import { managersIn } from "../members.ts"
import type { ControlContext } from "./context.ts"
import { takeRaftId } from "./raft-ids.ts"
import { clusterOf } from "./swarm.ts"

/** What a manager answers to a node that asks for a certificate: who it is from now on. */
export interface Admission {
  readonly nodeId: string
  readonly role: Role
  readonly clusterId: string
  /** Managers only: the consensus group's member that it is to be. */
  readonly raftId?: number
  readonly managers: ReadonlyArray<ManagerAddress>
}

export interface Wanting {
  readonly secret: string
  readonly availability: Availability
  readonly wish?: string
}

/**
 * Lets a machine into the swarm as what its token says. It gets an ID that nobody had before: a machine that joins again is another node
 * (swarmkit ca/server.go IssueNodeCertificate). One that only asks again, because the answer was late or lost, is the node that it is already.
 */
export function admitNode(context: ControlContext, { secret, availability, wish }: Wanting): Answer<Admission> {
  const { tx, random } = context
  const cluster = clusterOf(tx)
  const role = cluster && roleFor(cluster, secret)
  if (cluster === undefined || role === undefined) {
    return refuseRpc("InvalidArgument", "A valid join token is necessary to join this cluster")
  }
  const before = wish === undefined ? undefined : wishedFor(tx, wish, role)
  if (before !== undefined) return Result.succeed(admissionOf(context, cluster, before))
  const member = role === "manager" && { RaftID: takeRaftId(tx, cluster) }
  const node = tx.create("nodes", {
    ID: newId(random),
    Spec: { Role: role, Availability: availability, Labels: {} },
    Role: role,
    ...(wish !== undefined && { Wish: wish }),
    Description: unknownDescription,
    Status: { State: "unknown" },
    ...member,
  })
  return Result.succeed(admissionOf(context, cluster, node))
}

/** The node that was made for this wish, if nobody has come of it yet. */
function wishedFor(tx: ControlContext["tx"], wish: string, role: Role): Node | undefined {
  for (const node of tx.all("nodes")) if (node.Wish === wish && roleOf(node) === role) return node
  return undefined
}

/** A node of this swarm gets a certificate for what it is to be now. One that was removed gets none. */
export function renewNode(context: ControlContext, nodeId: string): Answer<Admission> {
  const cluster = clusterOf(context.tx)
  const node = context.tx.get("nodes", nodeId)
  if (cluster === undefined || node === undefined) return refuse(403, `node ${nodeId} is not in this swarm`)
  return Result.succeed(admissionOf(context, cluster, node))
}

function admissionOf({ tx }: ControlContext, cluster: Cluster, node: Node): Admission {
  const role = roleOf(node)
  return {
    nodeId: node.ID,
    role,
    clusterId: cluster.ID,
    ...(role === "manager" && node.RaftID !== undefined && { raftId: node.RaftID }),
    managers: managersIn(tx),
  }
}

/** The role that the secret part of a token stands for. */
function roleFor({ JoinTokens }: Cluster, secret: string): Role | undefined {
  if (JoinTokens === undefined || secret === "") return undefined
  if (secretOf(JoinTokens.Manager) === secret) return "manager"
  return secretOf(JoinTokens.Worker) === secret ? "worker" : undefined
}

/** What comes last in a token. */
export const secretOf = (token: string): string => token.slice(token.lastIndexOf("-") + 1)

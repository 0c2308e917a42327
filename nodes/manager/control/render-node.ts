import type { ManagerStatus, Node } from "../../../core/model/node.ts"
import type { Managers } from "./context.ts"
import { withShownVersion } from "./shown-version.ts"

/** A node as the Engine API shows it: who leads and who is reachable is what the leader knows now, not what was stored. */
export function renderNode(kept: Node, managers: Managers): Node {
  const { Role: _, RaftID: __, Wish: ___, ...node } = withShownVersion(kept)
  if (node.ManagerStatus === undefined) return node
  return { ...node, ManagerStatus: renderManagerStatus(node.ID, node.ManagerStatus, managers) }
}

function renderManagerStatus(id: string, status: ManagerStatus, managers: Managers): ManagerStatus {
  return {
    ...(id === managers.leader ? { Leader: true } : {}),
    Reachability: managers.reachable.has(id) ? "reachable" : "unreachable",
    Addr: status.Addr,
  }
}

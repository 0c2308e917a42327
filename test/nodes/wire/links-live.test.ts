import { credentials, newRoot } from "./authority.ts"
import { linksContract } from "./links-contract.ts"
import { type LiveNode, liveNode } from "./live-node.ts"

linksContract("over TLS on loopback", async () => {
  const root = await newRoot()
  const all = new Set<LiveNode>()
  const removed = new Set<string>()
  return {
    node: async (id, role) => {
      const own = await credentials(root, id, { role })
      const node = await liveNode({ id, role, credentials: own, removed: (other) => removed.has(other) })
      all.add(node)
      return node
    },
    remove: (id) => {
      removed.add(id)
      for (const { links } of all) links.cutRemoved()
    },
    end: async () => {
      for (const node of all) await node.stop()
    },
  }
})

import type { LinkTable } from "../../../nodes/wire/links/link-table.ts"
import { MemoryNetwork } from "../../../nodes/wire/links/memory-network.ts"
import { clusterId } from "./authority.ts"
import { linksContract } from "./links-contract.ts"
import { Recorder } from "./recorder.ts"

linksContract("in memory", async () => {
  const network = new MemoryNetwork()
  const all = new Set<LinkTable>()
  const removed = new Set<string>()
  return {
    node: async (id, role) => {
      const seen = new Recorder()
      const address = `${id}:2377`
      const identity = { id, role, clusterId, notBefore: 0, notAfter: Number.MAX_SAFE_INTEGER }
      const listens = role === "manager" ? { address } : {}
      const links = network.node({ identity, handlers: seen, removed: (node) => removed.has(node), ...listens })
      all.add(links)
      const stop = async () => {
        network.unlisten(address)
        links.close()
      }
      return { id, address, links, seen, stop }
    },
    remove: (id) => {
      removed.add(id)
      for (const links of all) links.cutRemoved()
    },
    end: async () => {
      for (const links of all) links.close()
    },
  }
})

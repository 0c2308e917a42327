import { createHash } from "node:crypto"
import type { Cluster } from "../cluster/cluster.ts"

/**
 * A hash of where a world stands: how much has happened, what became of the messages, where each manager is. Cheap, and yet two courses that
 * differ in anything that is left to chance soon differ in it.
 */
export function digestOf({ world }: Cluster): string {
  const managers = world.hosts.map(({ name, running, manager }) => {
    if (manager === undefined) return [name, running]
    const { role, term, vote, leader, commit, durable, lastIndex } = manager.status()
    return [name, role, term, vote, leader, commit, durable, lastIndex, manager.store.index]
  })
  const { processed, now } = world.queue
  const text = JSON.stringify([processed, now, world.network.counts, managers])
  return createHash("sha256").update(text).digest("hex").slice(0, 16)
}

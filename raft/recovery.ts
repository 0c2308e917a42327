import { Configuration, encodeConfiguration } from "./configuration.ts"
import { Configurations } from "./configurations.ts"
import type { Stored } from "./storage/log-storage.ts"
import { type Index, type MemberId, none, type Save } from "./types.ts"

export interface Recovery {
  /** To be made durable on the surviving member's storage before it starts. */
  readonly save: Save
  /** Who else belonged to the group. They must never start again: their ids are removed. */
  readonly removed: ReadonlyArray<MemberId>
  /** Up to here everything is certain to have been committed. */
  readonly certain: Index
  /** The entries after `certain` up to here become committed, whether they ever were or not. */
  readonly kept: Index
  /** What may be lost, in words. Nothing can tell whether it is. */
  readonly mayBeLost: ReadonlyArray<string>
}

/**
 * The last resort when a quorum is gone for good (docker swarm init --force-new-cluster): makes a group of one from what one member has
 * stored. This gives up Raft's promise: what was committed without this member is lost. Choose the member whose `kept` is highest, of the
 * highest last term. `voters`: as given to Raft when the group began.
 */
export function recoverAlone(id: MemberId, stored: Stored, voters: ReadonlyArray<MemberId>): Recovery {
  const { hardState, snapshot, entries } = stored
  const history = new Configurations(snapshot?.index ?? 0, new Configuration(snapshot?.configuration ?? { voters }))
  const from = snapshot?.index ?? 0
  for (const entry of entries) if (entry.kind === "configuration" && entry.index > from) history.add(entry)
  const before = history.latest
  const others = before.members.filter((member) => member !== id)
  const kept = entries.at(-1)?.index ?? from
  const term = hardState.term + 1
  const alone = new Configuration({ voters: [id], removed: [...before.removed.filter((r) => r !== id), ...others] })
  const data = encodeConfiguration(alone)
  const certain = Math.max(hardState.commit, from)
  return {
    save: {
      hardState: { term, vote: none, commit: hardState.commit },
      entries: [{ index: kept + 1, term, kind: "configuration", data }],
    },
    removed: others,
    certain,
    kept,
    mayBeLost: losses(others, certain, kept),
  }
}

function losses(others: ReadonlyArray<MemberId>, certain: Index, kept: Index): ReadonlyArray<string> {
  if (others.length === 0) return []
  const lost = [`writes that were acknowledged after entry ${kept} by a quorum without this member`]
  if (kept > certain) {
    lost.push(
      `writes that were acknowledged in place of the entries ${certain + 1} to ${kept}, if this member's copies of these were never committed`,
    )
  }
  return lost
}

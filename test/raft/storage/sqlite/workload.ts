import type { Stored } from "../../../../raft/storage/log-storage.ts"
import { MemoryLogStorage } from "../../../../raft/storage/memory.ts"
import type { Save } from "../../../../raft/types.ts"

/** A storage in memory that holds what was stored elsewhere. */
export function modelOf({ hardState, snapshot, entries }: Stored): MemoryLogStorage {
  const model = new MemoryLogStorage()
  const compactTo = snapshot && (entries[0]?.index ?? snapshot.index + 1) - 1
  model.save({ hardState, snapshot, compactTo, entries })
  return model
}

/** Integers in [0, limit) that depend on nothing but the step. */
function numbersOf(step: number): (limit: number) => number {
  let state = (step * 2_654_435_761) >>> 0
  return (limit) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    return state % limit
  }
}

/** The save of this step: what a member in a rough life could ask for, given what it has saved before. */
export function saveOf(step: number, before: MemoryLogStorage): Save {
  const below = numbersOf(step)
  const term = 1 + Math.floor(step / 20)
  const { commit } = before.hardState
  const { lastIndex } = before
  if (step % 37 === 0 && commit > (before.snapshot?.index ?? 0)) return snapshotAt(commit, term, step, before)
  const uncommitted = lastIndex - commit
  const truncateFrom = uncommitted > 0 && below(4) === 0 ? lastIndex - below(uncommitted) : undefined
  const from = truncateFrom ?? lastIndex + 1
  const entries = Array.from({ length: below(12) }, (_, i) => ({
    index: from + i,
    term,
    kind: "command" as const,
    data: new Uint8Array(below(below(5) === 0 ? 9000 : 200)).fill(step),
  }))
  const last = from + entries.length - 1
  const hardState = below(3) > 0 ? { term, vote: 1 + below(3), commit: Math.max(commit, last - below(9)) } : undefined
  return { hardState, truncateFrom, entries }
}

function snapshotAt(index: number, term: number, step: number, before: MemoryLogStorage): Save {
  const configuration = { voters: [1, 2, 3], outgoing: [], learners: [], joining: [], demoted: [], removed: [step] }
  const data = new Uint8Array(20_000).fill(step)
  const compactTo = Math.max(before.firstIndex - 1, index - 5)
  return { snapshot: { index, term, configuration, checksum: step, data }, compactTo, entries: [] }
}

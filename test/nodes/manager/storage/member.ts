import { decodeChangeSet, encodeChangeSet } from "../../../../core/store/change.ts"
import { ClusterStore } from "../../../../core/store/store.ts"
import type { ManagerStorage } from "../../../../nodes/manager/storage/manager-storage.ts"
import { Raft, type RaftOutput, type SaveOutput } from "../../../../raft/index.ts"
import { changesAt } from "./objects.ts"

/** A group of one that keeps its cluster in a storage, as a manager and its driver do. */
export class Member {
  store: ClusterStore
  readonly #storage: ManagerStorage
  readonly #raft: Raft
  #saves: SaveOutput[] = []

  constructor(storage: ManagerStorage, snapshotInterval_entries = 50) {
    const restored = storage.load()
    this.#storage = storage
    this.store = restored.snapshot ? ClusterStore.decode(restored.snapshot.data) : new ClusterStore()
    const limits = { snapshotInterval_entries, tail_entries: 5 }
    this.#raft = new Raft({ id: 1, voters: [1], random: () => 0.5, now: 0, restored, limits })
    this.#carryOut(this.#raft.step(this.#raft.nextWake() ?? 0, { type: "wake" }))
    this.flush()
  }

  /** The entry that the next proposal will be. */
  get next(): number {
    return this.#raft.status().lastIndex + 1
  }

  /** Replicates the next entry of the busy cluster, and applies it. */
  work(): void {
    const proposed = this.#raft.propose(0, encodeChangeSet(changesAt(this.next)))
    if (!proposed.accepted) throw new Error(proposed.error)
    this.#carryOut(proposed.outputs)
    this.flush()
  }

  flush(): void {
    for (let saves = this.#saves; saves.length > 0; saves = this.#saves) {
      this.#saves = []
      this.#storage.save(saves)
      this.#carryOut(this.#raft.step(0, { type: "saved", ticket: saves.at(-1)?.ticket ?? 0 }))
    }
  }

  #carryOut(outputs: ReadonlyArray<RaftOutput>): void {
    for (const output of outputs) {
      if (output.type === "save") this.#saves.push(output)
      if (output.type === "snapshot-due") {
        const { index } = output
        this.#carryOut(this.#raft.step(0, { type: "snapshot", index, data: this.store.encode() }))
      }
      if (output.type !== "committed") continue
      for (const { index, kind, data } of output.entries) {
        const isChange = kind === "command" && data.length > 0
        this.#storage.note(index, isChange ? this.store.apply(decodeChangeSet(data), index) : [])
      }
    }
  }
}

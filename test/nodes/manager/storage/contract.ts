import { describe, expect, it, onTestFinished } from "vitest"
import { encodeChangeSet } from "../../../../core/store/change.ts"
import { ClusterStore } from "../../../../core/store/store.ts"
import { ManagerStorage, type Sealing } from "../../../../nodes/manager/storage/manager-storage.ts"
import { checksum, type Save } from "../../../../raft/index.ts"
import { temporaryPath } from "../../../raft/storage/sqlite/temporary.ts"
import { Member } from "./member.ts"
import { changesAt, network, service } from "./objects.ts"

/** What the entries up to an index make of an empty store. */
function storeUpTo(index: number): ClusterStore {
  const store = new ClusterStore()
  for (let i = 1; i <= index; i++) store.apply(changesAt(i), i)
  return store
}

const configuration = { voters: [1], outgoing: [], learners: [], joining: [], demoted: [], removed: [] }

function snapshotOf(store: ClusterStore, index: number): Save {
  const data = store.encode()
  return { snapshot: { index, term: 1, configuration, checksum: checksum(data), data }, compactTo: index, entries: [] }
}

const entry = (index: number) => ({ index, term: 1, kind: "command" as const, data: encodeChangeSet(changesAt(index)) })

/** What a manager's storage must do, sealed or not. */
export function managerStorageContract(name: string, sealing: Sealing | undefined): void {
  const opened = (path: string): ManagerStorage => {
    const storage = new ManagerStorage(path, { sealing })
    onTestFinished(() => storage.close())
    return storage
  }

  describe(`a manager's ${name} storage`, () => {
    it("begins with nothing", () => {
      const storage = opened(temporaryPath())
      expect(storage.applied).toBe(0)
      expect(storage.load().entries).toEqual([])
      expect(storage.settle()).toBe(false)
      expect(storage.mend(new ClusterStore())).toEqual([])
    })

    it("writes what was applied along with the next save, not before", () => {
      const storage = opened(temporaryPath())
      const store = new ClusterStore()
      storage.save([{ entries: [entry(1)] }])
      storage.note(1, store.apply([{ op: "put", table: "networks", object: network("n1", "ingress") }], 1))
      expect(storage.applied).toBe(0)
      storage.save([{ entries: [entry(2)] }])
      expect(storage.applied).toBe(1)
      expect(storage.mend(store)).toEqual([])
    })

    it("writes what was applied when there is nothing to save, if asked to, once", () => {
      const storage = opened(temporaryPath())
      const store = new ClusterStore()
      storage.save([{ entries: [entry(1)] }])
      storage.note(1, store.apply([{ op: "put", table: "networks", object: network("n1", "ingress") }], 1))
      expect([storage.settle(), storage.settle(), storage.applied]).toEqual([true, false, 1])
      expect(storage.mend(store)).toEqual([])
    })

    it("holds after a restart what a member's store holds, over snapshots and deletions", () => {
      const path = temporaryPath()
      let storage = opened(path)
      let member = new Member(storage)
      const expected = new ClusterStore()
      for (let life = 0; life < 4; life++) {
        for (let i = 0; i < 60; i++) {
          expected.apply(changesAt(member.next), member.next)
          member.work()
        }
        const { next } = member
        expect(Buffer.compare(member.store.encode(), expected.encode())).toBe(0)
        storage.close()
        storage = opened(path)
        // The last entry was applied, and no save came after it.
        expect(storage.applied).toBe(next - 2)
        expect(storage.load().hardState.commit).toBe(next - 2)
        member = new Member(storage)
        expect(storage.mend(member.store)).toEqual([])
      }
    })

    it("replaces all rows by those of a received snapshot, in the transaction that saves it", () => {
      const path = temporaryPath()
      const storage = opened(path)
      const store = new ClusterStore()
      storage.save([{ hardState: { term: 1, vote: 1, commit: 0 }, entries: [entry(1)] }])
      storage.note(1, store.apply([{ op: "put", table: "services", object: service("old", "old", "old") }], 1))
      storage.save([snapshotOf(storeUpTo(70), 70)])
      expect(storage.applied).toBe(70)
      expect(storage.mend(storeUpTo(70))).toEqual([])
      storage.close()
      const after = opened(path)
      expect([after.applied, after.load().snapshot?.index]).toEqual([70, 70])
      expect(after.mend(storeUpTo(70))).toEqual([])
    })

    it("writes neither rows nor log when the save does not fit, and both with the next", () => {
      const storage = opened(temporaryPath())
      const store = new ClusterStore()
      storage.save([{ entries: [entry(1)] }])
      storage.note(1, store.apply(changesAt(1), 1))
      expect(() => storage.save([{ entries: [entry(9)] }])).toThrow("hole")
      expect(storage.applied).toBe(0)
      storage.save([{ entries: [entry(2)] }])
      expect(storage.mend(store)).toEqual([])
    })

    it("mends rows that are not as in the store, and says which", () => {
      const storage = opened(temporaryPath())
      const member = new Member(storage)
      for (let i = 0; i < 60; i++) member.work()
      const other = ClusterStore.decode(member.store.encode())
      other.apply([{ op: "delete", table: "secrets", id: "secret1" }], 99)
      other.apply([{ op: "put", table: "networks", object: network("n9", "other") }], 99)
      const mended = storage.mend(other)
      expect(mended.map(({ table, id }) => `${table} ${id}`)).toEqual(["networks n9", "secrets secret1"])
      expect(storage.mend(other)).toEqual([])
    })
  })
}

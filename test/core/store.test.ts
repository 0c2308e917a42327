import { describe, expect, it } from "vitest"
import { InvariantViolation } from "../../core/errors.ts"
import { ClusterStore, decodeChangeSet, encodeChangeSet, slotKey } from "../../core/store/index.ts"
import { named, serviceDraft, taskDraft } from "./objects.ts"

const at = Date.parse("2026-01-01T00:00:00Z")

function withService(): ClusterStore {
  const store = new ClusterStore()
  const tx = store.begin(at)
  tx.create("services", serviceDraft("s1", "web"))
  store.apply(tx.changeSet(), 7)
  return store
}

describe("a transaction", () => {
  it("shows its own writes while the store does not", () => {
    const store = withService()
    const tx = store.begin(at)
    tx.create("tasks", taskDraft("t1"))
    expect(tx.find("tasks", "service", "s1").map((t) => t.ID)).toEqual(["t1"])
    expect(store.find("tasks", "service", "s1")).toEqual([])
  })

  it("finds an object under its new key only, once it has been renamed within", () => {
    const store = withService()
    const tx = store.begin(at)
    const service = store.find("services", "name", "web")[0]
    if (!service) throw new Error("no service")
    tx.update("services", named(service, "api"))
    expect(tx.find("services", "name", "web")).toEqual([])
    expect(tx.find("services", "name", "api")).toHaveLength(1)
  })

  it("forgets everything since a savepoint when rolled back", () => {
    const store = withService()
    const tx = store.begin(at)
    tx.create("tasks", taskDraft("t1"))
    const savepoint = tx.savepoint()
    tx.create("tasks", taskDraft("t2"))
    tx.delete("services", "s1")
    tx.rollback(savepoint)
    expect([...tx.all("tasks")].map((t) => t.ID)).toEqual(["t1"])
    expect(tx.get("services", "s1")?.Spec.Name).toBe("web")
    expect(tx.changeSet().map((c) => c.table)).toEqual(["tasks"])
  })

  it("changes nothing when what it made it also deleted", () => {
    const tx = withService().begin(at)
    tx.create("tasks", taskDraft("t1"))
    tx.delete("tasks", "t1")
    expect(tx.changeSet()).toEqual([])
  })

  it("remembers every write in order, an object as often as it was written", () => {
    const tx = withService().begin(at)
    const task = tx.create("tasks", taskDraft("t1"))
    tx.update("tasks", { ...task, NodeID: "n1" })
    expect(tx.steps.map((s) => [s.table, s.before === undefined, s.after === undefined])).toEqual([
      ["tasks", true, false],
      ["tasks", false, false],
    ])
  })

  it("refuses to create what is there and to update what is not, as broken invariants", () => {
    const store = withService()
    const tx = store.begin(at)
    expect(() => tx.create("services", serviceDraft("s1"))).toThrow(InvariantViolation)
    const gone = store.get("services", "s1")
    if (!gone) throw new Error("no service")
    tx.delete("services", "s1")
    expect(() => tx.update("services", gone)).toThrow(InvariantViolation)
  })

  it("gives what it wrote a version that no client can name, so that a second update in the cycle is out of sequence", () => {
    const store = withService()
    const tx = store.begin(at)
    const service = store.get("services", "s1")
    if (!service) throw new Error("no service")
    expect(service.Version.Index).toBe(7)
    expect(tx.update("services", service).Version.Index).toBe(-1)
  })
})

describe("the store", () => {
  it("gives every object of an entry the entry's index as its version", () => {
    const store = withService()
    expect(store.get("services", "s1")?.Version).toEqual({ Index: 7 })
    expect(store.index).toBe(7)
  })

  it("tells what each change did, with the object before and after", () => {
    const store = withService()
    const tx = store.begin(at + 1000)
    tx.delete("services", "s1")
    const [applied] = store.apply(tx.changeSet(), 8)
    expect(applied?.before).toMatchObject({ ID: "s1" })
    expect(applied?.after).toBeUndefined()
  })

  it("keeps tasks of global services apart by node, and of replicated ones by slot", () => {
    expect(slotKey({ ServiceID: "s", Slot: 2, NodeID: "n" })).toBe("s#2")
    expect(slotKey({ ServiceID: "s", NodeID: "n" })).toBe("s@n")
  })

  it("comes back from its bytes with the same objects, versions and index", () => {
    const store = withService()
    const copy = ClusterStore.decode(store.encode())
    expect(copy.index).toBe(7)
    expect(copy.get("services", "s1")).toEqual(store.get("services", "s1"))
    expect(copy.find("services", "name", "web")).toHaveLength(1)
  })
})

describe("a change set as bytes", () => {
  it("comes back as it was", () => {
    const tx = withService().begin(at)
    tx.create("tasks", taskDraft("t1"))
    tx.delete("services", "s1")
    expect(decodeChangeSet(encodeChangeSet(tx.changeSet()))).toEqual(tx.changeSet())
  })

  it("of an unknown format is refused, not half read", () => {
    const bytes = new TextEncoder().encode('{"format":99,"changes":[]}')
    expect(() => decodeChangeSet(bytes)).toThrow("format 99")
    expect(() => decodeChangeSet(new TextEncoder().encode('{"format":1,"changes":[{"op":"put"}]}'))).toThrow(
      "not a change set",
    )
  })
})

import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Task } from "../../core/model/index.ts"
import {
  ClusterStore,
  decodeChangeSet,
  encodeChangeSet,
  type Reader,
  type Transaction,
} from "../../core/store/index.ts"
import { taskDraft } from "./objects.ts"

/** A write to one of a few tasks: enough to meet every case of overlay, index and undo. */
type Write =
  | { readonly kind: "put"; readonly id: string; readonly node: string; readonly slot: number }
  | { readonly kind: "delete"; readonly id: string }
  | { readonly kind: "savepoint" }
  | { readonly kind: "rollback" }

const id = fc.constantFrom("t1", "t2", "t3", "t4")
const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), id, node: fc.constantFrom("n1", "n2"), slot: fc.nat(2) }),
  fc.record({ kind: fc.constant("delete" as const), id }),
  fc.record({ kind: fc.constant("savepoint" as const) }),
  fc.record({ kind: fc.constant("rollback" as const) }),
)
const batches = fc.array(fc.array(write, { maxLength: 12 }), { maxLength: 5 })

type Model = Map<string, { node: string; slot: number }>

function run(tx: Transaction, model: Model, writes: ReadonlyArray<Write>): Model {
  let now = model
  let saved = { at: tx.savepoint(), model: new Map(model) }
  for (const w of writes) {
    if (w.kind === "savepoint") saved = { at: tx.savepoint(), model: new Map(now) }
    else if (w.kind === "rollback") {
      tx.rollback(saved.at)
      now = new Map(saved.model)
    } else if (w.kind === "delete") {
      tx.delete("tasks", w.id)
      now.delete(w.id)
    } else {
      const there = tx.get("tasks", w.id)
      if (there) tx.update("tasks", { ...there, NodeID: w.node, Slot: w.slot })
      else tx.create("tasks", taskDraft(w.id, { NodeID: w.node, Slot: w.slot }))
      now.set(w.id, { node: w.node, slot: w.slot })
    }
  }
  return now
}

const idsOf = (tasks: Iterable<Task>): ReadonlyArray<string> => [...tasks].map((t) => t.ID).sort()

function agrees(reader: Reader, model: Model): void {
  expect(idsOf(reader.all("tasks"))).toEqual([...model.keys()].sort())
  expect(reader.count("tasks")).toBe(model.size)
  for (const node of ["n1", "n2"]) {
    const wanted = [...model].filter(([, t]) => t.node === node).map(([key]) => key)
    expect(idsOf(reader.find("tasks", "node", node))).toEqual(wanted.sort())
  }
  for (const slot of [0, 1, 2]) {
    const wanted = [...model].filter(([, t]) => t.slot === slot).map(([key]) => key)
    expect(idsOf(reader.find("tasks", "slot", `s1#${slot}`))).toEqual(wanted.sort())
  }
}

describe("store and transaction", () => {
  it("agree with a plain map, whatever is written, undone, applied and read through whichever index", () => {
    fc.assert(
      fc.property(batches, (all) => {
        const store = new ClusterStore()
        let model: Model = new Map()
        all.forEach((writes, i) => {
          const tx = store.begin(i)
          model = run(tx, model, writes)
          agrees(tx, model)
          store.apply(tx.changeSet(), i + 1)
          agrees(store, model)
        })
      }),
      { numRuns: 300 },
    )
  })

  it("hold the same objects on every member that applied the same bytes, and on one that started from a snapshot", () => {
    fc.assert(
      fc.property(batches, (all) => {
        const leader = new ClusterStore()
        const follower = new ClusterStore()
        let restored = ClusterStore.decode(leader.encode())
        all.forEach((writes, i) => {
          const tx = leader.begin(i)
          run(tx, new Map(), writes)
          const bytes = encodeChangeSet(tx.changeSet())
          for (const member of [leader, follower, restored]) member.apply(decodeChangeSet(bytes), i + 1)
          restored = ClusterStore.decode(restored.encode())
        })
        const objects = (store: ClusterStore) => [...store.all("tasks")].sort((a, b) => (a.ID < b.ID ? -1 : 1))
        expect(objects(follower)).toEqual(objects(leader))
        expect(objects(restored)).toEqual(objects(leader))
      }),
      { numRuns: 100 },
    )
  })
})

import { describe, expect, it } from "vitest"
import type { Task, TaskState } from "../../../core/model/task.ts"
import type { Change, ChangeSet } from "../../../core/store/change.ts"
import { ClusterStore } from "../../../core/store/store.ts"
import { entriesOf } from "../../../nodes/manager/entries.ts"

const time = "2026-01-01T00:00:00Z"

const task = (ID: string, Slot: number, State: TaskState, NodeID?: string): Task => ({
  ID,
  Version: { Index: 1 },
  CreatedAt: time,
  UpdatedAt: time,
  ServiceID: "web",
  SpecVersion: { Index: 1 },
  Slot,
  Status: { Timestamp: time, State },
  DesiredState: "running",
  ...(NodeID && { NodeID }),
})

const put = (object: Task): Change => ({ op: "put", table: "tasks", object })

function storeWith(...tasks: ReadonlyArray<Task>): ClusterStore {
  const store = new ClusterStore()
  store.apply(tasks.map(put), 1)
  return store
}

const idOf = (change: Change): string => (change.op === "put" ? change.object.ID : change.id)
const split = (store: ClusterStore, changes: ChangeSet, most: number) =>
  entriesOf(store, changes, most).map((entry) => entry.changes.map(idOf))

describe("the entries of a cycle", () => {
  it("are one while it fits, in the order of the changes, and none where nothing changed", () => {
    const changes = [put(task("b", 2, "new")), put(task("a", 1, "new"))]
    expect(split(new ClusterStore(), changes, 2)).toEqual([["b", "a"]])
    expect(split(new ClusterStore(), [], 2)).toEqual([])
  })

  it("begin with what is no task and end with the specs that are no longer needed", () => {
    const changes: ChangeSet = [
      { op: "delete", table: "specs", id: "web.1" },
      put(task("a", 1, "new")),
      { op: "delete", table: "services", id: "web" },
      put(task("b", 2, "new")),
    ]
    expect(split(new ClusterStore(), changes, 2)).toEqual([["web"], ["a", "b"], ["web.1"]])
  })

  it("keep together what happens to one slot", () => {
    const store = storeWith(task("old1", 1, "running", "n1"), task("old2", 2, "running", "n2"))
    const changes = [
      put(task("old1", 1, "failed", "n1")),
      put(task("old2", 2, "failed", "n2")),
      put(task("new1", 1, "assigned", "n3")),
      put(task("new2", 2, "assigned", "n4")),
    ]
    expect(split(store, changes, 3)).toEqual([
      ["old1", "new1"],
      ["old2", "new2"],
    ])
  })

  it("make room on a node before they take it", () => {
    const store = storeWith(task("old", 1, "running", "n1"), task("waits", 2, "pending"))
    const changes = [put(task("waits", 2, "assigned", "n1")), put(task("old", 1, "failed", "n1"))]
    expect(split(store, changes, 1)).toEqual([["old"], ["waits"]])
  })

  it("know that a task which waits on its node, as those of global services do, has no room there yet", () => {
    const store = storeWith(task("old", 1, "running", "n1"), task("waits", 2, "pending", "n1"))
    const changes = [
      put(task("waits", 2, "assigned", "n1")),
      put(task("old", 1, "failed", "n1")),
      put(task("new", 1, "assigned", "n2")),
    ]
    expect(split(store, changes, 2)).toEqual([["old", "new"], ["waits"]])
  })

  it("keep together slots of which each takes the room that the other one leaves, however small entries are to be", () => {
    const store = storeWith(
      task("old1", 1, "running", "n1"),
      task("old2", 2, "running", "n2"),
      task("old3", 3, "running", "n3"),
    )
    const changes = [
      put(task("old1", 1, "failed", "n1")),
      put(task("old2", 2, "failed", "n2")),
      put(task("old3", 3, "failed", "n3")),
      put(task("new1", 1, "assigned", "n2")),
      put(task("new2", 2, "assigned", "n1")),
      put(task("new3", 3, "assigned", "n4")),
    ]
    expect(split(store, changes, 2)).toEqual([
      ["old1", "new1", "old2", "new2"],
      ["old3", "new3"],
    ])
  })
})

import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import type { Change } from "../../../../core/store/change.ts"
import { ClusterStore } from "../../../../core/store/store.ts"
import {
  ManagerStorage,
  removeManagerStorage,
  type Sealing,
} from "../../../../nodes/manager/storage/manager-storage.ts"
import { Sqlite } from "../../../../raft/storage/sqlite/better-sqlite3.ts"
import { aes } from "../../../raft/storage/sqlite/aes.ts"
import { faultOf, temporaryPath } from "../../../raft/storage/sqlite/temporary.ts"
import { Member } from "./member.ts"
import { network, secret, service, spec, task } from "./objects.ts"

const password = "c2VjcmV0IHdvcmRzIGluIGJhc2UgNjQ="

/** A database with a small cluster in it, as another program finds it while the manager runs. */
function example(sealing?: Sealing) {
  const path = temporaryPath()
  const storage = new ManagerStorage(path, { sealing })
  onTestFinished(() => storage.close())
  const objects: Change[] = [
    { op: "put", table: "tasks", object: task("t2", "s1", 2, "failed") },
    { op: "put", table: "tasks", object: task("t1", "s1", 1, "running") },
    { op: "put", table: "services", object: service("s1", "web", "nginx:1.27") },
    { op: "put", table: "specs", object: spec("s1", "web") },
    { op: "put", table: "networks", object: network("n1", "ingress") },
    { op: "put", table: "secrets", object: secret("p1", "password", password) },
  ]
  storage.save([{ entries: [1, 2, 3].map((index) => ({ index, term: 1, kind: "command", data: new Uint8Array(0) })) }])
  const store = new ClusterStore()
  storage.note(3, store.apply(objects, 3))
  storage.settle()
  const reader = new Sqlite(path, { readonly: true })
  onTestFinished(() => void reader.close())
  return { path, storage, store, ask: (sql: string): unknown[] => reader.prepare(sql).raw().all() }
}

describe("with plain SQL one sees", () => {
  it("tasks by name, with where and how they are", () => {
    const { ask } = example()
    expect(ask("SELECT name, node_id, desired_state, state, version FROM tasks ORDER BY name")).toEqual([
      ["web.1", "node1", "running", "running", 3],
      ["web.2", "node1", "running", "failed", 3],
    ])
  })

  it("services with their tasks, by joining", () => {
    const { ask } = example()
    const sql = `SELECT s.name, s.image, s.replicas, count(t.id) FROM services s JOIN tasks t ON t.service_id = s.id
      WHERE t.state = 'running' GROUP BY s.id`
    expect(ask(sql)).toEqual([["web", "nginx:1.27", 2, 1]])
  })

  it("whole objects as the Engine API shows them", () => {
    const { ask, store } = example()
    const [row] = ask("SELECT json FROM networks WHERE name = 'ingress'")
    expect(JSON.parse(String(row))).toEqual(store.get("networks", "n1"))
  })

  it("up to which entry the rows go", () => {
    expect(example().ask("SELECT applied_index FROM raft_state")).toEqual([[3]])
  })

  it("what changes, while the manager runs", () => {
    const { storage, store, ask } = example()
    storage.save([{ entries: [{ index: 4, term: 1, kind: "command", data: new Uint8Array(0) }] }])
    storage.note(4, store.apply([{ op: "delete", table: "tasks", id: "t2" }], 4))
    storage.settle()
    expect(ask("SELECT name FROM tasks")).toEqual([["web.1"]])
  })
})

describe("sealed, the database", () => {
  it("shows a secret's name and nothing else of it, in no file; tasks and services as ever", () => {
    const { path, ask } = example(aes(1))
    expect(ask("SELECT name, typeof(json) FROM secrets")).toEqual([["password", "blob"]])
    expect(ask("SELECT name FROM tasks ORDER BY name")).toEqual([["web.1"], ["web.2"]])
    for (const suffix of ["", "-wal"]) expect(readFileSync(path + suffix, "latin1")).not.toContain(password)
    expect(readFileSync(`${path}-wal`, "latin1")).toContain("nginx:1.27")
  })

  it("does not open without its key", () => {
    const { path, storage } = example(aes(1))
    storage.close()
    expect(faultOf(() => new ManagerStorage(path))?.fault).toBe("sealed")
    expect(faultOf(() => new ManagerStorage(path, { sealing: aes(2) }))?.fault).toBe("sealed")
  })
})

describe("the tables", () => {
  it.each([
    { what: "are missing", sql: "DROP TABLE cluster_rows; DROP TABLE tasks" },
    { what: "are of another format", sql: "UPDATE cluster_rows SET format = 99" },
  ])("are made anew from snapshot and log when they $what", ({ sql }) => {
    const path = temporaryPath()
    const before = new ManagerStorage(path)
    const member = new Member(before)
    for (let i = 0; i < 77; i++) member.work()
    before.settle()
    before.close()
    const other = new Sqlite(path)
    other.exec(sql)
    other.close()
    const after = new ManagerStorage(path)
    onTestFinished(() => after.close())
    expect(after.mend(member.store)).toEqual([])
  })

  it("are mended when somebody wrote to them", () => {
    const { path, storage, store } = example()
    const other = new Sqlite(path)
    other.exec("DELETE FROM tasks WHERE id = 't1'; UPDATE services SET json = '{}'; DELETE FROM networks")
    other.exec("INSERT INTO networks (id, version, name, json) VALUES ('x', 1, 'x', '{}')")
    other.close()
    const mended = storage.mend(store).map(({ table, id }) => `${table} ${id}`)
    expect(mended.sort()).toEqual(["networks n1", "networks x", "services s1", "tasks t1"])
    expect(storage.mend(store)).toEqual([])
  })

  it("go with the database when it is removed: no file is left", () => {
    const { path, storage } = example()
    storage.close()
    expect(existsSync(path)).toBe(true)
    removeManagerStorage(path)
    expect(readdirSync(dirname(path))).toEqual([])
  })
})

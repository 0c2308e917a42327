import * as Result from "effect/Result"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { resolve } from "../../../nodes/manager/control/resolve.ts"
import { World } from "./world.ts"

const id = fc.stringMatching(/^[a-c]{1,4}$/)
const hostname = fc.stringMatching(/^[a-c]{1,3}$/)
const cluster = fc.uniqueArray(fc.record({ id, hostname }), { selector: (one) => one.id, maxLength: 8 })

function worldOf(nodes: ReadonlyArray<{ readonly id: string; readonly hostname: string }>): World {
  const world = new World()
  for (const { id, hostname } of nodes) {
    const added = world.addNode(id, "worker")
    world.change((tx) => tx.update("nodes", { ...added, Description: { ...added.Description, Hostname: hostname } }))
  }
  return world
}

describe("resolving what a client calls an object", () => {
  test("takes the full ID before a name, the exact name before a prefix, and a prefix only when it is unique", () => {
    fc.assert(
      fc.property(cluster, fc.oneof(id, hostname), (nodes, name) => {
        const byId = nodes.filter((node) => node.id === name)
        const byName = nodes.filter((node) => node.hostname === name)
        const byPrefix = nodes.filter((node) => node.id.startsWith(name))
        const expected = byId.length > 0 ? byId : byName.length > 0 ? byName : byPrefix
        const found = resolve(worldOf(nodes).store, "nodes", name)
        if (expected.length === 1) {
          expect(Result.getOrThrow(found).ID).toBe(expected[0]?.id)
          return
        }
        expect(Result.getOrThrow(Result.flip(found))).toMatchObject(
          expected.length === 0
            ? { status: 404, message: `node ${name} not found` }
            : { status: 400, message: `node ${name} is ambiguous (${expected.length} matches found)` },
        )
      }),
    )
  })

  test("finds nothing under the empty name", () => {
    const world = worldOf([{ id: "abc", hostname: "a" }])
    expect(Result.getOrThrow(Result.flip(resolve(world.store, "nodes", ""))).status).toBe(404)
  })

  test("finds tasks by the beginning of their ID", () => {
    const world = new World()
    world.addTask(world.createService({ Name: "web", TaskTemplate: { ContainerSpec: { Image: "nginx" } } }), {
      ID: "tsk1",
    })
    expect(Result.getOrThrow(resolve(world.store, "tasks", "ts")).ID).toBe("tsk1")
  })
})

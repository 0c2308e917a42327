import * as Result from "effect/Result"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Answer } from "../../core/errors.ts"
import { seconds } from "../../core/instant.ts"
import type { ServiceSpec } from "../../core/model/service.ts"
import { Cluster } from "../../sim/index.ts"

const service = (Name: string): ServiceSpec => ({
  Name,
  TaskTemplate: { ContainerSpec: { Image: "nginx" } },
  Mode: { Replicated: { Replicas: 1 } },
})

const names = ["manager1", "manager2", "manager3"]
const byId = (a: { readonly ID: string }, b: { readonly ID: string }) => (a.ID < b.ID ? -1 : 1)

describe("the log", () => {
  const raftLimits = { snapshotInterval_entries: 20, tail_entries: 5 }

  it("is compacted, and a manager that missed what is gone gets the cluster as a snapshot", () => {
    const cluster = new Cluster({ seed: "snapshots", raftLimits })
    const behind = names.find((name) => name !== cluster.leader()) ?? ""
    cluster.crash(behind)
    for (let i = 0; i < 30; i++) cluster.createService(service(`service${i}`))
    cluster.converge()
    cluster.start(behind)
    cluster.run(seconds(10))
    expect([...cluster.services(behind)].sort(byId)).toEqual([...cluster.services()].sort(byId))
    expect(cluster.world.host(behind)?.manager?.status().commit).toBe(
      cluster.world.host(cluster.leader() ?? "")?.manager?.status().commit,
    )
  })

  it("lets a manager come back from its own snapshot and the entries after it", () => {
    const cluster = new Cluster({ seed: "restart", managers: 1, workers: 1, raftLimits })
    for (let i = 0; i < 30; i++) cluster.createService(service(`service${i}`))
    cluster.converge()
    const before = [...cluster.services()].sort(byId)
    cluster.crash("manager1")
    cluster.start("manager1")
    cluster.runUntil(() => cluster.leader() !== undefined)
    expect([...cluster.services()].sort(byId)).toEqual(before)
  })
})

describe("reads", () => {
  it("are never older than what was acknowledged before they were asked, not even at a leader that was cut off", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1500), (seed, wait) => {
        const cluster = new Cluster({ seed, workers: 0 })
        const old = cluster.leader() ?? ""
        cluster.isolate(old)
        cluster.runUntil(() => ![old, undefined].includes(cluster.leader()), { within: seconds(5) })
        const next = cluster.leader() ?? ""
        cluster.request({ op: "service.create", spec: service("new") }, { at: next })
        cluster.run(wait % 300)
        let answer: Answer<unknown> | undefined
        cluster.world.host(old)?.request({ op: "service.list", filters: {}, status: false }, (given) => {
          answer = given
        })
        cluster.run(wait)
        cluster.heal()
        cluster.run(seconds(30))
        if (answer === undefined) throw new Error("the read was never answered")
        if (Result.isSuccess(answer)) expect(answer.success).toMatchObject([{ Spec: { Name: "new" } }])
      }),
      { numRuns: 100 },
    )
  })
})

describe("a leader that is stopped in good order", () => {
  it("hands over first: another manager leads within a quarter of a second", () => {
    const cluster = new Cluster({ seed: "hand over" })
    const old = cluster.leader() ?? ""
    cluster.run(seconds(3))
    cluster.stop(old)
    const took = cluster.runUntil(() => cluster.leader() !== undefined && cluster.leader() !== old)
    expect(took).toBeLessThan(250)
    cluster.run(50)
    expect(cluster.world.host(old)?.running).toBe(false)
    cluster.createService(service("after"))
  })
})

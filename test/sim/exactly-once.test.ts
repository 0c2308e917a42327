import * as Result from "effect/Result"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Answer } from "../../core/errors.ts"
import { seconds } from "../../core/instant.ts"
import { Cluster } from "../../sim/index.ts"

const managers = ["manager1", "manager2", "manager3"]

describe("requests at any manager, while leaders crash and come back", () => {
  it("are each carried out once, and those that succeeded are there afterwards", () => {
    const delays = fc.array(fc.nat(400), { minLength: 4, maxLength: 12 })
    fc.assert(
      fc.property(fc.nat(1_000_000), delays, fc.nat(3000), (seed, waits, crashAfter) => {
        const cluster = new Cluster({ seed, workers: 0 })
        const answers = new Map<string, Answer<unknown>>()
        const leader = cluster.leader() ?? ""
        const asked = managers.filter((name) => name !== leader)
        cluster.world.queue.after(crashAfter, () => cluster.crash(leader))
        cluster.world.queue.after(crashAfter + 4000, () => cluster.start(leader))
        waits.forEach((wait, i) => {
          cluster.run(wait)
          const name = `service${i}`
          const spec = {
            Name: name,
            TaskTemplate: { ContainerSpec: { Image: "nginx" } },
            Mode: { Replicated: { Replicas: 1 } },
          }
          const host = cluster.world.host(asked[i % asked.length] ?? "")
          host?.request({ op: "service.create", spec }, (answer) => answers.set(name, answer))
        })
        cluster.run(seconds(30))
        // Two managers stayed up throughout, so everything gets its answer; a request done twice would be a conflict of names.
        expect([...answers].filter(([, answer]) => Result.isFailure(answer))).toEqual([])
        expect(answers.size).toBe(waits.length)
        expect(
          cluster
            .services()
            .map((service) => service.Spec.Name)
            .sort(),
        ).toEqual([...answers.keys()].sort())
      }),
      { numRuns: 40 },
    )
  })

  it("have their effect once, however often the network repeats or loses what they travel in", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.integer({ min: 1, max: 6 }), (seed, count) => {
        const cluster = new Cluster({ seed, workers: 0 })
        const follower = cluster.world.managers.find((host) => host.name !== cluster.leader())
        cluster.world.network.conditions = {
          ...cluster.world.network.conditions,
          loss: 0.2,
          duplication: 0.5,
          delay: 0.5,
        }
        let answered = 0
        // Without a name each request that is carried out makes a service of its own.
        const spec = {
          Name: "",
          TaskTemplate: { ContainerSpec: { Image: "nginx" } },
          Mode: { Replicated: { Replicas: 0 } },
        }
        for (let i = 0; i < count; i++) follower?.request({ op: "service.create", spec }, () => answered++)
        cluster.run(seconds(15))
        cluster.world.network.conditions = { ...cluster.world.network.conditions, loss: 0, duplication: 0, delay: 0 }
        cluster.run(seconds(10))
        expect(answered).toBe(count)
        expect(cluster.services()).toHaveLength(count)
      }),
      { numRuns: 40 },
    )
  })
})

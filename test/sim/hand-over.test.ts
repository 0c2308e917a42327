import * as Result from "effect/Result"
import { expect, test } from "vitest"
import type { Answer } from "../../core/errors.ts"
import { seconds } from "../../core/instant.ts"
import { Cluster } from "../../sim/index.ts"

test("no request fails because its leader hands over: it is carried out by the next", () => {
  for (let seed = 0; seed < 10; seed++) {
    const cluster = new Cluster({ seed, workers: 0 })
    const leader = cluster.leader() ?? ""
    const answers: Array<Answer<unknown>> = []
    // One a millisecond at each of the managers that stay, from before the hand-over until it is over.
    for (let at = 0; at < 60; at++) {
      for (const name of ["manager1", "manager2", "manager3"].filter((one) => one !== leader)) {
        cluster.world.queue.after(at, () => {
          const spec = { Name: `${name}-${at}`, Data: "eA==" }
          cluster.world.host(name)?.request({ op: "config.create", spec }, (answer) => answers.push(answer))
        })
      }
    }
    cluster.world.queue.after(10, () => cluster.stop(leader))
    cluster.run(seconds(5))
    expect(cluster.leader()).not.toBe(leader)
    expect(answers.filter(Result.isFailure)).toEqual([])
    expect(answers).toHaveLength(120)
  }
})

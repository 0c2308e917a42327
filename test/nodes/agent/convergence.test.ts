import fc from "fast-check"
import { expect, test } from "vitest"
import { isTerminal, stateRank } from "../../../core/model/task.ts"
import { runs, SmallWorld } from "./small-world.ts"

const managers = ["m1", "m2", "m3"]
const workers = ["w1", "w2"]

const specs = [
  runs("nginx"),
  runs("busybox", ["sh", "-c", "sleep 7; exit 2"]),
  runs("busybox", ["sleep", "4"]),
  runs("busybox", ["sleep", "1d"], { StopGracePeriod: 1_000_000_000 }),
  runs("nosuch/image:1"),
  runs("postgres", [], { Healthcheck: { Test: ["CMD", "false"], Interval: 1_000_000_000, Retries: 2 } }),
]

const deed = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("add" as const), spec: fc.nat(specs.length - 1), on: fc.nat(1) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("shut down" as const), task: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), task: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const), on: fc.nat(1), off_ms: fc.nat(30_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart agent" as const), on: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("isolate" as const), on: fc.nat(1), off_ms: fc.nat(30_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lead" as const), manager: fc.nat(2), gap_ms: fc.nat(3_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("engine fails" as const), on: fc.nat(1), op: fc.nat(3) }) },
)
type Deed = typeof deed extends fc.Arbitrary<infer D> ? D : never

const ops = ["create", "start", "stop", "remove"] as const

class Story {
  readonly world: SmallWorld
  #tasks = 0
  readonly #seen = new Map<string, number>()

  constructor(seed: number, harsh: boolean) {
    const conditions = harsh
      ? { loss: 0.2, duplication: 0.2, delay: 0.2, extra_ms_min: 30, extra_ms_max: 3_000, reorder: true }
      : {}
    this.world = new SmallWorld({ seed, managers, conditions })
    for (const worker of workers) this.world.addHost(worker, "worker")
    this.world.runFor(2_000)
  }

  carryOut(act: Deed): void {
    const { world } = this
    const worker = "on" in act ? (workers[act.on] ?? "") : ""
    switch (act.do) {
      case "add":
        world.addTask(`t${this.#tasks++}`, worker, specs[act.spec] ?? {})
        break
      case "shut down":
        world.desire(`t${act.task}`, "shutdown")
        break
      case "delete":
        world.deleteTask(`t${act.task}`)
        break
      case "crash":
        if (!world.host(worker).up) break
        world.crash(worker)
        world.queue.after(act.off_ms, () => world.restart(worker))
        break
      case "restart agent":
        if (world.host(worker).up) world.restartAgent(worker)
        break
      case "isolate":
        world.network.isolate(worker)
        world.queue.after(act.off_ms, () => world.network.rejoin(worker))
        break
      case "lead":
        world.lead(undefined)
        world.queue.after(act.gap_ms, () => world.lead(managers[act.manager]))
        break
      case "engine fails":
        if (world.host(worker).up)
          world.host(worker).engineDriver.input({
            type: "fault",
            fault: { kind: "fail-next", op: ops[act.op] ?? "create", error: "engine is out of sorts" },
          })
    }
  }

  /** Observed states only move forward, whatever happens. */
  check(): void {
    for (const task of this.world.store.all("tasks")) {
      const rank = stateRank(task.Status.State)
      expect(rank, task.ID).toBeGreaterThanOrEqual(this.#seen.get(task.ID) ?? 0)
      this.#seen.set(task.ID, rank)
    }
  }
}

test("whatever is lost, repeated, overtaken or crashes, the store comes to agree with the engines", () => {
  const history = fc.record({
    seed: fc.nat(),
    harsh: fc.boolean(),
    deeds: fc.array(fc.record({ deed, then_ms: fc.nat(4_000) }), { minLength: 1, maxLength: 25 }),
  })
  fc.assert(
    fc.property(history, ({ seed, harsh, deeds }) => {
      const story = new Story(seed, harsh)
      const { world } = story
      for (const act of deeds) {
        story.carryOut(act.deed)
        for (let ms = 0; ms < act.then_ms; ms += 100) {
          world.runFor(Math.min(100, act.then_ms - ms))
          story.check()
        }
      }
      world.runFor(35_000)
      world.network.conditions = { ...world.network.conditions, loss: 0, duplication: 0, delay: 0 }
      world.runFor(90_000)
      story.check()
      expect(world.differences()).toEqual([])
      for (const id of [...managers, ...workers]) expect(world.nodeState(id)).toBe("ready")
      for (const task of world.store.all("tasks")) {
        const { State } = task.Status
        if (task.DesiredState === "shutdown") expect(isTerminal(State), `${task.ID} is ${State}`).toBe(true)
        else expect(State === "running" || isTerminal(State), `${task.ID} is ${State}`).toBe(true)
      }
    }),
    { numRuns: 60, seed: 7 },
  )
})

import { expect, test } from "vitest"
import { Lives } from "../../../../nodes/engine/docker/lives.ts"
import type { ContainerSummary } from "../../../../nodes/engine/engine.ts"

const exited = (exitCode: number) => [{ type: "exited", containerId: "c", exitCode }]
const listed = (state: ContainerSummary["state"]): ContainerSummary => ({ containerId: "c", labels: {}, state, pid: 7 })

function running(health?: "starting"): Lives {
  const lives = new Lives()
  lives.created("c")
  lives.starting("c")
  expect(lives.started("c", health)).toEqual([])
  return lives
}

test("an end or a verdict that is read before the start is answered is told after it", () => {
  const lives = new Lives()
  lives.created("c")
  lives.starting("c")
  expect(lives.becomes("c", "healthy")).toEqual([])
  expect(lives.died("c", 3)).toEqual([])
  expect(lives.started("c", "starting")).toEqual([
    { type: "health", containerId: "c", health: "healthy" },
    ...exited(3),
  ])
})

test("a verdict that a look at the started container shows is told after the answer, and once", () => {
  const lives = new Lives()
  lives.created("c")
  lives.starting("c")
  expect(lives.started("c", "healthy")).toEqual([{ type: "health", containerId: "c", health: "healthy" }])
  expect(lives.becomes("c", "healthy")).toEqual([])
})

test("an end is told once, by whomever", () => {
  const lives = running()
  expect(lives.died("c", 3)).toEqual(exited(3))
  expect(lives.died("c", 3)).toEqual([])
  expect(lives.seen(["c"], [])).toEqual([])
})

test("what a stop ended is not told, whether its event comes before the answer or after it", () => {
  for (const early of [true, false]) {
    const lives = running()
    lives.stopping("c")
    if (early) expect(lives.died("c", 137)).toEqual([])
    lives.stopped("c")
    if (!early) expect(lives.died("c", 137)).toEqual([])
  }
})

test("a container that ended although its stop failed is told", () => {
  const lives = running()
  lives.stopping("c")
  expect(lives.died("c", 1)).toEqual([])
  expect(lives.notStopped("c")).toEqual(exited(1))
})

test("a look tells what was missed: ends, disappearances and verdicts", () => {
  expect(running().seen(["c"], [{ containerId: "c", state: "exited", exitCode: 5 }])).toEqual(exited(5))
  expect(running().seen(["c"], [])).toEqual(exited(137))
  const checked = running("starting")
  const healthy = { containerId: "c", state: "running", health: "healthy" } as const
  expect(checked.seen(["c"], [healthy])).toEqual([{ type: "health", containerId: "c", health: "healthy" }])
  expect(checked.seen(["c"], [healthy])).toEqual([])
})

test("a container that ends while the list is made is listed as ended, and not told again", () => {
  const lives = new Lives()
  lives.listing()
  expect(lives.died("c", 4)).toEqual([])
  expect(lives.listed([listed("running")])).toEqual([{ containerId: "c", labels: {}, state: "exited", exitCode: 4 }])
  expect(lives.died("c", 4)).toEqual([])
})

test("a container that was listed as running is told when it ends", () => {
  const lives = new Lives()
  lives.listing()
  lives.listed([listed("running")])
  expect(lives.died("c", 2)).toEqual(exited(2))
})

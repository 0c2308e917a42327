import { afterEach, describe, expect, it, vi } from "vitest"
import type { Service } from "../../core/model/service.ts"
import type { Task } from "../../core/model/task.ts"
import type { Applied } from "../../core/store/change.ts"
import { AddressSpace } from "../../scheduler/allocator/address-space.ts"
import { Orchestrator } from "../../scheduler/orchestrator/orchestrator.ts"
import { Reaper } from "../../scheduler/orchestrator/reaper.ts"
import { DelayedStarts } from "../../scheduler/orchestrator/starts.ts"
import { filters } from "../../scheduler/placement/filters.ts"
import { desire } from "../../scheduler/tasks.ts"
import { drawPlan } from "../../sim/orchestration/plan.ts"
import { play } from "../../sim/orchestration/run.ts"

/** The bug that is switched on in the functions replaced below, and how they are replaced. */
const { planted, withBug } = vi.hoisted(() => {
  const planted = { bug: "" }
  const withBug =
    <Args extends Array<unknown>, Result>(
      bug: string,
      right: (...args: Args) => Result,
      wrong: (...args: NoInfer<Args>) => NoInfer<Result>,
    ): ((...args: Args) => Result) =>
    (...args) =>
      planted.bug === bug ? wrong(...args) : right(...args)
  return { planted, withBug }
})

vi.mock(import("../../scheduler/orchestrator/restart-policy.ts"), async (load) => {
  const { restartDelayOf, mayRestart } = await load()
  return {
    restartDelayOf: withBug("restarts at once", restartDelayOf, () => 0),
    mayRestart: withBug("restarts for ever", mayRestart, () => true),
  }
})

vi.mock(import("../../scheduler/orchestrator/nodes.ts"), async (load) => {
  const module = await load()
  return { ...module, isLost: withBug("tasks of lost nodes are left", module.isLost, () => false) }
})

vi.mock(import("../../scheduler/orchestrator/update/config.ts"), async (load) => {
  const { rolloutOf } = await load()
  return {
    rolloutOf: (service: Service) => {
      const rollout = rolloutOf(service)
      if (planted.bug === "all slots at once") return { ...rollout, parallelism: 0 }
      if (planted.bug === "no delay between slots") return { ...rollout, delay: 0 }
      if (planted.bug === "continues after failures") return { ...rollout, failureAction: "continue" as const }
      return rollout
    },
  }
})

vi.mock(import("../../scheduler/orchestrator/update/dirty.ts"), async (load) => {
  const module = await load()
  /** Whatever was there before the service was changed, were it only its number of replicas. */
  const isOld = ({ UpdateStatus, UpdatedAt }: Service, task: Task) =>
    UpdateStatus?.State !== "updating" && task.CreatedAt < UpdatedAt
  const bug = "an update replaces healthy tasks"
  return {
    isTaskDirty: withBug(
      bug,
      module.isTaskDirty,
      (reader, service, task) => isOld(service, task) || module.isTaskDirty(reader, service, task),
    ),
    isSlotDirty: withBug(
      bug,
      module.isSlotDirty,
      (reader, service, slot) => isOld(service, slot[0]) || module.isSlotDirty(reader, service, slot),
    ),
  }
})

vi.mock(import("../../scheduler/orchestrator/update/resume.ts"), async (load) => {
  const module = await load()
  return {
    ...module,
    begunBefore: withBug("a new leader forgets what was begun", module.begunBefore, () => module.nothingBegun),
  }
})

vi.mock(import("../../nodes/manager/dispatcher/reported.ts"), async (load) => {
  const { applyReport, isProgress } = await load()
  return {
    applyReport: withBug("late reports count", applyReport, (tx, nodeId, taskId, Status) => {
      const task = tx.get("tasks", taskId)
      if (task?.NodeID === nodeId) tx.update("tasks", { ...task, Status })
    }),
    isProgress: withBug("late reports count", isProgress, () => true),
  }
})

afterEach(() => {
  planted.bug = ""
  vi.restoreAllMocks()
})

const seeds_max = 1_000

/** Plays seeds until the bug is found; says by which checker. DRYDOCK_TABLE=1 prints the table of docs/reliability.md. */
function find(bug: string): string | undefined {
  planted.bug = bug
  for (let seed = 1; seed <= seeds_max; seed++) {
    const { failure } = play(drawPlan(seed))
    if (failure === undefined) continue
    if (process.env.DRYDOCK_TABLE) console.log(`| ${bug} | ${seed} (${failure.kind}) |`)
    return failure.kind
  }
  return undefined
}

const filterOf = (name: string) => {
  const filter = filters.find((each) => each.name === name)
  if (!filter) throw new Error(`no filter ${name}`)
  return filter
}

/** The orchestrator gets to see only such changes. */
function seeing(shown: (change: Applied) => boolean): void {
  const { turn } = Orchestrator.prototype
  vi.spyOn(Orchestrator.prototype, "turn").mockImplementation(function (this: Orchestrator, given) {
    turn.call(this, { ...given, changes: given.changes.filter(shown) })
  })
}

describe("a bug planted in orchestration is found by its checker", { timeout: 300_000 }, () => {
  it("tasks that are assigned to nodes which are drained, paused or down (moby#42295)", () => {
    vi.spyOn(filterOf("ready"), "check").mockReturnValue(true)
    expect(find("any node is ready")).toBe("eligible node")
  })

  it("reservations that nobody looks at", () => {
    vi.spyOn(filterOf("resources"), "check").mockReturnValue(true)
    expect(find("reservations do not count")).toBe("within capacity")
  })

  it("host ports that are given out twice", () => {
    vi.spyOn(filterOf("host port"), "check").mockReturnValue(true)
    expect(find("host ports do not count")).toBe("within capacity")
  })

  it("constraints that are not asked", () => {
    vi.spyOn(filterOf("constraint"), "check").mockReturnValue(true)
    expect(find("constraints do not count")).toBe("eligible node")
  })

  it("a limit of replicas on a node that is not kept", () => {
    vi.spyOn(filterOf("max replicas"), "check").mockReturnValue(true)
    expect(find("replicas on a node are not limited")).toBe("within capacity")
  })

  it("restarts without their delay", () => {
    expect(find("restarts at once")).toBe("restart policy")
  })

  it("restarts beyond the attempts, or against the condition", () => {
    expect(find("restarts for ever")).toBe("restart policy")
  })

  it("a new task that does not wait for the end of the old one", () => {
    vi.spyOn(DelayedStarts.prototype, "add").mockImplementation((tx, _, task) => desire(tx, task.ID, "running"))
    expect(find("starts beside the old one")).toMatch(/stop first|restart policy/)
  })

  it("an update that takes all slots at once", () => {
    expect(find("all slots at once")).toBe("update pace")
  })

  it("an update that does not wait between slots", () => {
    expect(find("no delay between slots")).toBe("update pace")
  })

  it("an update that replaces tasks which are as they should be (moby#43081)", () => {
    expect(find("an update replaces healthy tasks")).toBe("left alone")
  })

  it("a new leader that begins with slots while others are still under way (moby#37165)", () => {
    expect(find("a new leader forgets what was begun")).toBe("eventually")
  })

  it("tasks of a lost node that are not replaced", () => {
    expect(find("tasks of lost nodes are left")).toBeTypeOf("string")
  })

  it("addresses that a new leader takes for free (moby#37338)", () => {
    vi.spyOn(AddressSpace.prototype, "claim").mockReturnValue()
    expect(find("used addresses are forgotten")).toBe("allocated once")
  })

  it("reports that come late and are believed", () => {
    expect(find("late reports count")).toBe("forward only")
  })

  it("tasks of a removed service that are forgotten", () => {
    seeing((change) => change.table !== "services" || change.after !== undefined)
    expect(find("removals are forgotten")).toBe("placed for good")
  })

  it("a history that grows for ever", () => {
    vi.spyOn(Reaper.prototype, "turn").mockReturnValue()
    expect(find("nothing is reaped")).toBe("eventually")
  })

  it("services that are not reconciled when they change", () => {
    seeing((change) => change.table !== "services" || !change.before || !change.after)
    expect(find("scaling is forgotten")).toBeTypeOf("string")
  })
})

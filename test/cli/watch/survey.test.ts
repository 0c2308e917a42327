import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { hasEnded, isWanted, survey } from "../../../cli/watch/survey.ts"
import { isTerminal, stateRank, taskStates } from "../../../core/model/task.ts"
import { anyStatus } from "./arbitrary.ts"
import { node, task, votingApp } from "./fixture.ts"

describe("the survey of tasks", () => {
  it("takes the same states for ends, and for wishes to end, as the model does", () => {
    for (const state of taskStates) {
      expect(hasEnded(task("db", 1, "n", state))).toBe(isTerminal(state))
      const wished = task("db", 1, "n", "running", { desired: state })
      expect(isWanted(wished)).toBe(stateRank(state) <= stateRank("complete"))
    }
  })

  it("shows every task that is there, once", () => {
    fc.assert(
      fc.property(anyStatus, (status) => {
        const { onNode, waiting } = survey(status)
        const shown = [...[...onNode.values()].flat(), ...waiting]
        expect(new Set(shown).size).toBe(shown.length)
        for (const task of status.tasks) {
          if (task.NodeID !== undefined && !hasEnded(task)) expect(onNode.get(task.NodeID)).toContain(task)
        }
      }),
      { numRuns: 40 },
    )
  })

  it("shows of several failures in one place the last", () => {
    const failure = (id: string, CreatedAt: string) => ({
      ...task("db", 1, "worker1", "failed", { desired: "shutdown", id }),
      CreatedAt,
    })
    const tasks = [
      failure("b", "2025-03-02T12:00:02Z"),
      failure("a", "2025-03-02T12:00:01Z"),
      task("db", 1, undefined, "new"),
    ]
    const { onNode } = survey(votingApp({ nodes: [node("worker1")], tasks }))
    expect(onNode.get("node-worker1")?.map(({ ID }) => ID)).toEqual(["b"])
  })
})

import { expect, it } from "vitest"
import type { TaskState, TaskStatus } from "../../../../core/model/task.ts"
import { isProgress } from "../../../../nodes/manager/dispatcher/reported.ts"

const status = (State: TaskState, Timestamp: string): TaskStatus => ({ State, Timestamp })

it("of two reports of one state the later instant counts, however many digits its second has", () => {
  const at = ["2030-01-01T00:00:01Z", "2030-01-01T00:00:01.1Z", "2030-01-01T00:00:01.15Z", "2030-01-01T00:00:02Z"]
  for (const [i, earlier] of at.entries())
    for (const [j, later] of at.entries())
      expect(isProgress(status("preparing", earlier), status("preparing", later)), `${earlier}, ${later}`).toBe(j > i)
})

it("a later state counts whatever the clocks say, an earlier one and a second end never", () => {
  expect(isProgress(status("preparing", "2030-01-01T00:00:02Z"), status("running", "2030-01-01T00:00:01Z"))).toBe(true)
  expect(isProgress(status("running", "2030-01-01T00:00:01Z"), status("preparing", "2030-01-01T00:00:02Z"))).toBe(false)
  expect(isProgress(status("failed", "2030-01-01T00:00:01Z"), status("failed", "2030-01-01T00:00:02Z"))).toBe(false)
})

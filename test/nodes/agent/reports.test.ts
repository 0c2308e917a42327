import { describe, expect, it } from "vitest"
import type { TaskState, TaskStatus } from "../../../core/model/task.ts"
import { Reports } from "../../../nodes/agent/reports.ts"
import { defaultAgentTiming } from "../../../nodes/agent/timing.ts"

const status = (State: TaskState): TaskStatus => ({ State, Message: "", Timestamp: "2026-01-01T00:00:00Z" })

/** What is sent at this moment, as "task state". */
const sent = (reports: Reports, now: number): ReadonlyArray<string> | undefined => {
  const message = reports.take(now, "s1")
  if (message === undefined) return undefined
  if (message.type !== "statuses") throw new Error(message.type)
  return message.statuses.map((report) => `${report.taskId} ${report.status.State}`)
}

describe("the reports of an agent", () => {
  it("go at once after a rest, and then gather for 100 ms, the newest of each task", () => {
    const reports = new Reports(defaultAgentTiming)
    reports.put("t1", status("preparing"))
    expect(sent(reports, 1_000)).toEqual(["t1 preparing"])
    reports.confirmed(1)
    reports.put("t1", status("starting"))
    reports.put("t2", status("preparing"))
    expect(reports.nextWake()).toBe(1_100)
    expect(sent(reports, 1_099)).toBeUndefined()
    reports.put("t1", status("running"))
    expect(sent(reports, 1_100)).toEqual(["t1 running", "t2 preparing"])
    reports.confirmed(2)
    expect(reports.nextWake()).toBeUndefined()
  })

  it("wait for the batch before to be confirmed, however long that takes", () => {
    const reports = new Reports(defaultAgentTiming)
    reports.put("t1", status("preparing"))
    sent(reports, 0)
    reports.put("t1", status("running"))
    expect(reports.nextWake()).toBe(defaultAgentTiming.resend)
    expect(sent(reports, 500)).toBeUndefined()
    expect(sent(reports, defaultAgentTiming.resend)).toEqual(["t1 preparing"])
    reports.confirmed(1)
    expect(sent(reports, 1_500)).toEqual(["t1 running"])
  })

  it("do not gather over a change of session: a new one hears at once what the old one may have missed", () => {
    const reports = new Reports(defaultAgentTiming)
    reports.put("t1", status("running"))
    sent(reports, 0)
    reports.restart()
    expect(sent(reports, 10)).toEqual(["t1 running"])
  })
})

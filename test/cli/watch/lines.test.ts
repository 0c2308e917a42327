import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { startScreen } from "../../../cli/watch/start.ts"
import type { ClusterStatus } from "../../../nodes/status.ts"
import { fakeIo } from "./fake-terminal.ts"
import { now, service, task, votingApp } from "./fixture.ts"

const running = (state: "starting" | "running"): ClusterStatus =>
  votingApp({ services: [service("db", "postgres")], tasks: [task("db", 1, "worker1", state)] })

describe("without a terminal", () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it("the picture comes once the cluster has settled, then a line for each event", async () => {
    const io = fakeIo({ isTTY: false })
    let status = running("starting")
    const { done, stop } = await startScreen({ status: () => status, interval_ms: 500 }, io)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(io.stdout.writes).toEqual([])
    status = running("running")
    await vi.advanceTimersByTimeAsync(1_000)
    expect(io.stdout.writes).toHaveLength(1)
    expect(io.stdout.writes[0]).toContain("●db.1")
    expect(io.stdout.writes[0]).not.toContain("\u001b")
    status = { ...status, events: [...status.events, { at: now + 5_000, kind: "node", text: "worker1 is down" }] }
    await vi.advanceTimersByTimeAsync(2_000)
    expect(io.stdout.writes.slice(1)).toEqual(["12:03:32 node    worker1 is down\n"])
    stop()
    await done
  })

  it("the picture comes after a while even if the cluster never settles", async () => {
    const io = fakeIo({ isTTY: false })
    const { done, stop } = await startScreen({ status: () => running("starting"), patience_ms: 3_000 }, io)
    await vi.advanceTimersByTimeAsync(4_000)
    expect(io.stdout.writes).toHaveLength(1)
    stop()
    await done
  })

  it("a cluster that stops answering is reported once, until it answers again", async () => {
    const io = fakeIo({ isTTY: false })
    let failing = false
    const status = () => (failing ? Promise.reject(new Error("cannot reach it")) : running("running"))
    const { done, stop } = await startScreen({ status }, io)
    failing = true
    await vi.advanceTimersByTimeAsync(5_000)
    failing = false
    await vi.advanceTimersByTimeAsync(1_000)
    failing = true
    await vi.advanceTimersByTimeAsync(5_000)
    expect(io.errors).toEqual(["cannot reach it\n", "cannot reach it\n"])
    stop()
    await done
  })

  it("a closed pipe ends it", async () => {
    const io = fakeIo({ isTTY: false })
    const onQuit = vi.fn()
    const { done } = await startScreen({ status: () => running("running"), onQuit }, io)
    await vi.advanceTimersByTimeAsync(1_000)
    io.stdout.emit("error", new Error("EPIPE"))
    await done
    expect(onQuit).toHaveBeenCalledOnce()
  })
})

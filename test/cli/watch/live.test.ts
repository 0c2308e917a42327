import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import type { Showing } from "../../../cli/watch/showing.ts"
import { startScreen } from "../../../cli/watch/start.ts"
import type { ClusterStatus } from "../../../nodes/status.ts"
import { type FakeIo, fakeIo } from "./fake-terminal.ts"
import { now, votingApp } from "./fixture.ts"

const clean = { alternate: false, cursor: true, wrap: true }
const taken = { alternate: true, cursor: false, wrap: false }

/** Ink looks at its input when the event loop comes round. */
const settle = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe("the live screen", () => {
  let io: FakeIo
  let status: ClusterStatus
  let showing: Showing | undefined

  beforeEach(() => {
    // Only what the screen paces itself with: Ink and React need the real rest.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] })
    io = fakeIo()
    status = votingApp()
  })

  afterEach(() => {
    showing?.stop()
    vi.useRealTimers()
  })

  const start = async (options: { onQuit?: () => void } = {}) => {
    showing = await startScreen({ status: () => status, hint: ["q quits"], ...options }, io)
    await settle()
    return showing
  }
  const title = () => io.stdout.screen.lines()[0] ?? ""

  it("takes the terminal over and shows the cluster as it changes", async () => {
    await start()
    expect(io.stdout.screen.modes()).toEqual(taken)
    expect(title()).toContain("12:03:27")
    expect(io.stdout.screen.lines().at(-1)).toBe(" q quits")
    status = votingApp({ now: now + 60_000 })
    await vi.advanceTimersByTimeAsync(100)
    expect(title()).toContain("12:04:27")
  })

  it("looks at most ten times a second, and nothing when nothing changed", async () => {
    await start()
    const drawn = io.stdout.writes.length
    await vi.advanceTimersByTimeAsync(2_000)
    expect(io.stdout.writes.length).toBe(drawn)
    let asked = 0
    showing?.stop()
    io = fakeIo()
    const counting = () => {
      asked++
      return votingApp({ now: now + asked * 1_000 })
    }
    showing = await startScreen({ status: counting }, io)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(asked).toBeGreaterThan(10)
    expect(io.stdout.writes.length).toBeLessThanOrEqual(22)
  })

  it("writes the lines that changed and no others", async () => {
    await start()
    status = votingApp({ now: now + 60_000 })
    const drawn = io.stdout.writes.length
    await vi.advanceTimersByTimeAsync(100)
    const written = io.stdout.writes.slice(drawn).join("")
    expect(written).toContain("12:04:27")
    expect(written).not.toContain("manager1")
  })

  for (const [key, name] of [
    ["q", "q"],
    ["\u0003", "ctrl-C"],
  ] as const) {
    it(`is left with ${name}, and the terminal is as it was`, async () => {
      const onQuit = vi.fn()
      const { done } = await start({ onQuit })
      expect(io.keyboard.raw).toBe(true)
      io.keyboard.write(key)
      await settle()
      await done
      expect(onQuit).toHaveBeenCalledOnce()
      expect(io.stdout.screen.modes()).toEqual(clean)
      expect(io.keyboard.raw).toBe(false)
      const written = io.stdout.writes.length
      status = votingApp({ now: now + 60_000 })
      await vi.advanceTimersByTimeAsync(1_000)
      io.stdout.resize(100, 30)
      expect(io.stdout.writes.length).toBe(written)
    })
  }

  it("is left by stop() without calling it the user's wish", async () => {
    const onQuit = vi.fn()
    const { done, stop } = await start({ onQuit })
    stop()
    stop()
    await done
    expect(onQuit).not.toHaveBeenCalled()
    expect(io.stdout.screen.modes()).toEqual(clean)
  })

  it("leaves nothing behind in the process", async () => {
    const listeners = () => ["SIGINT", "SIGTERM", "SIGHUP", "exit"].map((name) => process.listenerCount(name))
    const before = listeners()
    const { stop } = await start()
    expect(listeners()).not.toEqual(before)
    stop()
    expect(listeners()).toEqual(before)
  })

  it("gives the terminal back before an uncaught error is reported", async () => {
    const before = process.listeners("uncaughtExceptionMonitor")
    await start()
    const ours = process.listeners("uncaughtExceptionMonitor").filter((listener) => !before.includes(listener))
    expect(ours).toHaveLength(1)
    for (const report of ours) report(new Error("broken"), "uncaughtException")
    expect(io.stdout.screen.modes()).toEqual(clean)
  })

  it("redraws all of it for the new size when the terminal is resized", async () => {
    await start()
    io.stdout.resize(120, 40)
    await settle()
    expect(io.stdout.screen.lines()[0]?.length).toBeGreaterThan(80)
    expect(io.stdout.screen.lines().join()).not.toContain("reflowed")
    io.stdout.resize(40, 10)
    await settle()
    const lines = io.stdout.screen.lines()
    expect(lines.length).toBeLessThanOrEqual(9)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40)
  })

  it("keeps the last picture when the cluster does not answer, says so, and goes on when it does", async () => {
    let failing = false
    const flaky = () => {
      if (failing) throw new Error("cannot reach tcp://127.0.0.1:2375")
      return status
    }
    showing = await startScreen({ status: flaky, hint: ["q quits"] }, io)
    failing = true
    await vi.advanceTimersByTimeAsync(3_050)
    expect(title()).toContain("12:03:27")
    expect(io.stdout.screen.lines().at(-1)).toBe(" no answer for 3s: cannot reach tcp://127.0.0.1:2375")
    failing = false
    await vi.advanceTimersByTimeAsync(200)
    expect(io.stdout.screen.lines().at(-1)).toBe(" q quits")
  })

  it("does not touch the terminal when there is no cluster to begin with", async () => {
    const nothing = () => Promise.reject(new Error("cannot reach it"))
    await expect(startScreen({ status: nothing }, io)).rejects.toThrow("cannot reach it")
    expect(io.stdout.writes).toEqual([])
  })
})

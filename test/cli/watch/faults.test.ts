import { readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { httpEngine } from "../../../cli/client/http.ts"
import { missingTmux } from "../../support/tmux.ts"
import { main, WatchedSimulation } from "../../support/watched-simulation.ts"

const cannot = missingTmux()

/** What each view shows whatever happens to the cluster. */
const marks: ReadonlyArray<readonly [key: string, texts: ReadonlyArray<string>]> = [
  ["1", ["[1 Cluster]", "manager1", "worker3"]],
  ["2", ["[2 Raft]", "MANAGERS", "LEADERSHIP"]],
  ["3", ["[3 Services]", "shop_vote", "shop  5 services"]],
  ["4", ["[4 Events]", "KIND"]],
  ["5", ["[5 Time]", "SEED"]],
]

describe.skipIf(cannot !== undefined)("drydock watch while machines break", () => {
  const simulation = new WatchedSimulation()
  const { watch, says } = simulation

  beforeAll(async () => {
    await simulation.start("faults", 110, 32)
  }, 120_000)

  afterAll(() => simulation.stop())

  const post = (path: string, body?: object) => httpEngine(simulation.host, "test").post(path, body && { body })

  /** Faults one after the other, the first machine's own API being the one that is asked; at the end all is whole. */
  async function breakThings(until: { over: boolean }): Promise<number> {
    const faults = [
      () => post("/drydock/machines/worker1/crash"),
      () => post("/drydock/network/cut", { A: "manager2" }),
      () => post("/drydock/machines/worker2/crash"),
      () => post("/drydock/network/heal"),
      () => post("/drydock/machines/worker1/start"),
      () => post("/drydock/machines/manager3/crash"),
      () => post("/drydock/machines/worker2/start"),
      () => post("/drydock/machines/manager3/start"),
    ]
    let done = 0
    while (!until.over || done % faults.length !== 0) {
      await faults[done % faults.length]?.()
      done++
      await pause(until.over ? 20 : 100)
    }
    return done
  }

  it("shows every view, opens what is in it, and fits every size meanwhile", async () => {
    await watch.type(`node ${main} --host ${simulation.host} watch --interval 100ms`)
    await says("[1 Cluster]")
    const until = { over: false }
    const breaking = breakThings(until)
    try {
      for (const [columns, rows] of [
        [110, 32],
        [80, 24],
        [200, 60],
      ] as const) {
        await watch.resize(columns, rows)
        for (const [key, texts] of marks) {
          await watch.keys(key)
          const screen = await says(...texts, "drydock")
          expect(screen).not.toMatch(/undefined|NaN|\[object|at .*\.js:\d+/)
          const lines = screen.split("\n")
          expect(lines.slice(rows - 1).join(""), "the last row is never written").toBe("")
          await watch.keys("j", "G", "g")
        }
        // A page over a view, looked at in full; then another one over it.
        await watch.keys("1", "G", "Enter")
        await says("worker3", "TASKS")
        await watch.keys("d")
        await says("▸ID ", "esc back")
        // A view's key closes what lies over another.
        await watch.keys("3", "Enter")
        await says("[3 Services]", "STATE")
        await watch.keys("y")
        await says("▸ID: ", "esc back")
        await watch.keys("4", "?")
        await says("MOVING")
        await watch.keys("q", "/")
        await watch.write("machine")
        await watch.keys("Enter")
        await says("crashed", "/machine")
        await watch.keys("Escape")
      }
      await watch.keys("C-z")
      await watch.until((screen) => screen.includes("Stopped") && !screen.includes("[4 Events]"))
      await watch.type("fg")
      await says("[4 Events]")
    } finally {
      until.over = true
      expect(await breaking).toBeGreaterThan(8)
    }
    await watch.keys("1")
    // Whole again: seven machines, and none of them down.
    await watch.until((screen) => /6\/6 nodes ready/.test(screen) && !screen.includes("✗"), 60_000)
  }, 240_000)

  const isShell = (screen: string) => screen.trimEnd().endsWith("PROMPT>") && !screen.includes("1 Cluster")
  const echoes = async () => {
    await watch.type("clear; stty -a | grep -o ' -\\?echo ' | tr -d ' ' | sed 's/^/tty:/'")
    const screen = await watch.until((shown) => /^tty:-?echo$/m.test(shown))
    expect(screen).toMatch(/^tty:echo$/m)
  }

  it("q leaves the terminal as it was", async () => {
    await watch.keys("q")
    await watch.until(isShell)
    await echoes()
  }, 60_000)

  it.each(["SIGTERM", "SIGHUP"] as const)(
    "%s leaves the terminal as it was",
    async (signal) => {
      const pidFile = join(watch.folder, `pid-${signal}`)
      await watch.type(
        `echo before-${signal}; sh -c 'echo $$ > ${pidFile}; exec node ${main} --host ${simulation.host} watch'`,
      )
      await says("[1 Cluster]")
      process.kill(Number(readFileSync(pidFile, "utf8")), signal)
      const screen = await watch.until(isShell)
      expect(screen).toContain(`before-${signal}`)
      await echoes()
    },
    60_000,
  )

  it("a crash leaves the terminal as it was, and its report on it", async () => {
    const bomb = 'data:text/javascript,setTimeout(()=>{throw new Error("bo"+"om")},2500)'
    await watch.type(`node --import '${bomb}' ${main} --host ${simulation.host} watch`)
    await says("[1 Cluster]")
    const screen = await watch.until((shown) => shown.includes("Error: boom") && isShell(shown))
    expect(screen).not.toContain("[1 Cluster]")
    await echoes()
  }, 60_000)

  it("says what to do when there is no cluster, and leaves the screen alone", async () => {
    await watch.type(`clear; node ${main} --host tcp://127.0.0.1:9 watch; echo ended with $?`)
    await says("cannot reach tcp://127.0.0.1:9: is a cluster running? try: drydock sim", "ended with 1")
  }, 60_000)
})

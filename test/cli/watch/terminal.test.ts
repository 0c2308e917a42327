import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { httpEngine } from "../../../cli/client/http.ts"
import { missingTmux } from "../../support/tmux.ts"
import { main, WatchedSimulation } from "../../support/watched-simulation.ts"

const cannot = missingTmux()

/** A simulated cluster in one terminal, its screen in another, keys as a user types them: every view, while things break. */
describe.skipIf(cannot !== undefined)("drydock watch in a real terminal", () => {
  const simulation = new WatchedSimulation()
  const { watch, says } = simulation

  beforeAll(async () => {
    await simulation.start("terminal", 100, 30)
    await watch.type(`node ${main} --host ${simulation.host} watch --interval 100ms`)
    await says("[1 Cluster]")
  }, 90_000)

  afterAll(() => simulation.stop())

  it("shows the cluster, and a node that is drained once that is confirmed", async () => {
    await says("manager1", "worker3", "6/6 tasks")
    await watch.keys("G", "D")
    await says("Drain worker3? y yes  n no")
    await watch.keys("n", "D", "y")
    await says("ready drain")
    await watch.keys("A", "y")
    await watch.until((screen) => !screen.includes("ready drain"))
  }, 60_000)

  it("shows in the Raft view how another manager takes over when the leader is cut off", async () => {
    await watch.keys("2")
    const before = await says("[2 Raft]", "LEADERSHIP", "leader")
    const leader = /◆ (manager\d)/.exec(before)?.[1] ?? ""
    const down = Array.from({ length: Number(leader.at(-1)) - 1 }, () => "j")
    await watch.keys("g", ...down, "x")
    await says(`Cut ${leader} off from all other machines?`)
    await watch.keys("y")
    await watch.until((screen) => {
      const led = [...screen.matchAll(/◆ (manager\d)/g)].map((found) => found[1])
      return led.some((name) => name !== leader) && /leads in term [2-9]/.test(screen)
    })
    await watch.keys("h", "y")
    await says("the network is whole")
  }, 60_000)

  it("scales a service, opens its tasks, and one of them in full", async () => {
    await watch.keys("3", "/")
    await watch.type("vote")
    await says("shop_vote", "/vote")
    await watch.keys("S", "BSpace", "5", "Enter")
    await says("shop_vote is scaled to 5", "5/5")
    await watch.keys("Enter")
    await says("shop_vote.5", "STATE")
    await watch.keys("Enter")
    await says("describe", "Status.State")
    await watch.keys("Escape")
    await says("STATE")
    await watch.keys("y")
    await says("yaml", "DesiredState: running")
    await watch.keys("Escape")
  }, 60_000)

  it("follows the logs of a service", async () => {
    const engine = httpEngine(simulation.host, "test")
    const ContainerSpec = { Image: "busybox", Command: ["sh", "-c", "echo ahoy; exec sleep 1d"] }
    const body = { Name: "chatter", TaskTemplate: { ContainerSpec }, Mode: { Replicated: { Replicas: 1 } } }
    await engine.post("/services/create", { body })
    await watch.keys("3", "Escape")
    await says("■ chatter")
    await watch.keys(":")
    await watch.type("logs chatter")
    await says("chatter logs", "ahoy")
    await watch.keys("Escape")
  }, 60_000)

  it("filters events", async () => {
    await watch.keys("4")
    await says("[4 Events]")
    await watch.keys("/")
    await watch.type("raft")
    await watch.until((screen) => screen.includes("leads in term") && !screen.includes("chatter"))
    await watch.keys("Escape")
  }, 60_000)

  it("pauses time, steps it and quickens it", async () => {
    await watch.keys("5", "Space")
    await says("stands still", "paused")
    const at = async () => /NOW +([\d:.]+)/.exec(await watch.screen())?.[1]
    const stood = await at()
    await watch.keys(",")
    await watch.until((screen) => /NOW +([\d:.]+)/.exec(screen)?.[1] !== stood)
    await watch.keys("Space")
    await says("1 times the wall clock")
    for (const [key, speed] of [
      ["+", 2],
      ["+", 4],
      ["-", 2],
      ["-", 1],
    ] as const) {
      await watch.keys(key)
      await says(`${speed} times the wall clock`, `${speed} times as fast`)
    }
  }, 60_000)

  it("crashes a machine and starts it again by the palette", async () => {
    await watch.keys("1", ":")
    await watch.type("crash worker1")
    await says("Take the power from worker1?")
    await watch.keys("y")
    await says("worker1 crashed")
    await watch.keys(":")
    await watch.type("start worker1")
    await watch.keys("y")
    await says("worker1 starts")
  }, 60_000)

  it("has help, fits itself to another size, and never fills the last row", async () => {
    await watch.keys("?")
    await says("MOVING", "SIMULATED CLUSTERS")
    await watch.keys("Escape")
    for (const [columns, rows] of [
      [60, 18],
      [160, 45],
      [80, 24],
    ] as const) {
      await watch.resize(columns, rows)
      const screen = await watch.until((shown) => shown.includes("1 Cluster") && shown.includes("? help"))
      expect(
        screen
          .split("\n")
          .slice(rows - 1)
          .join(""),
      ).toBe("")
    }
  }, 60_000)

  it("gives the terminal back on ctrl-Z, comes back with fg, and leaves it clean with q", async () => {
    await watch.keys("C-z")
    await watch.until((screen) => screen.includes("Stopped") && !screen.includes("[1 Cluster]"))
    await watch.type("echo shell works")
    await says("shell works")
    await watch.type("fg")
    await says("[1 Cluster]")
    await watch.keys("q")
    await watch.until((screen) => screen.trimEnd().endsWith("PROMPT>") && !screen.includes("[1 Cluster]"))
    await watch.type("echo typed text shows; stty -a | grep -o ' -\\?echo '")
    const screen = await says("typed text shows")
    expect(screen).not.toContain("-echo")
  }, 60_000)

  it("leaves it clean when the process ends by a signal, too", async () => {
    await watch.type(`node ${main} --host ${simulation.host} watch & sleep 0.1; fg`)
    await says("[1 Cluster]")
    await watch.keys("C-c")
    await watch.until((screen) => screen.trimEnd().endsWith("PROMPT>") && !screen.includes("[1 Cluster]"))
  }, 60_000)
})

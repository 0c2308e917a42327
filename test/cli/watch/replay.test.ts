import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { drydockVersion } from "../../../cli/version.ts"
import { defaultStart } from "../../../sim/cluster/world.ts"
import { LiveSession } from "../../../sim/session/live-session.ts"
import { missingTmux, Tmux } from "../../support/tmux.ts"
import { main, mustBeBuilt, saysOn } from "../../support/watched-simulation.ts"

const cannot = missingTmux()

/** A minute in which the leader is cut off and comes back. */
function recorded(): string {
  let text = ""
  const record = (line: string) => {
    text += line
    return true
  }
  const options = { seed: "replay", managers: 3, workers: 2, start: defaultStart }
  const session = new LiveSession({ ...options, program: drydockVersion(), record })
  session.cluster.run(5_000)
  const TaskTemplate = { ContainerSpec: { Image: "nginx" } }
  const spec = { Name: "web", TaskTemplate, Mode: { Replicated: { Replicas: 4 } } }
  session.take({ type: "request", host: "manager1", request: { op: "service.create", spec } })
  session.cluster.run(15_000)
  session.take({ type: "isolate", host: session.cluster.leader() ?? "" })
  session.cluster.run(20_000)
  session.take({ type: "heal" })
  session.cluster.run(20_000)
  session.mark()
  return text
}

describe.skipIf(cannot !== undefined)("drydock watch --replay in a real terminal", () => {
  const watch = new Tmux()
  const folder = mkdtempSync(join(tmpdir(), "drydock-replay-"))
  const title = async () => (await watch.screen()).split("\n")[0] ?? ""
  const says = saysOn(watch)

  beforeAll(async () => {
    mustBeBuilt()
    const path = join(folder, "minute.jsonl")
    writeFileSync(path, recorded())
    await watch.start(80, 24)
    await watch.type(`node ${main} watch --replay ${path}`)
    await says("REPLAY", "of 1m00.0s")
  }, 60_000)
  afterAll(async () => {
    await watch.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it("plays, and stops when it is told to", async () => {
    await watch.until((screen) => /REPLAY (?!0\.0)/.test(screen))
    await watch.keys("Space")
    await says("paused")
  }, 60_000)

  it("goes to any moment: the leader before it was cut off, the two leaders after, the one at the end", async () => {
    await watch.keys("2", "t")
    await watch.type("19")
    await says("REPLAY 19.0 s", "leads in term 1")
    expect(await watch.screen()).not.toContain("CUT OFF")
    await watch.keys(">")
    await says("REPLAY 29.0 s", "CUT OFF", "leads in term 2")
    await watch.keys("T")
    await says("REPLAY 1m00.0s")
    expect(await watch.screen()).not.toContain("CUT OFF")
  }, 60_000)

  it("goes event by event, forth and back, and shows each message on its way", async () => {
    await watch.keys("t")
    await watch.type("20.5")
    await says("REPLAY 20.5 s")
    await watch.keys("[")
    await watch.until((screen) => /REPLAY 20\.[45] s/.test(screen))
    for (let i = 0; i < 40 && !/●─*→/.test(await watch.screen()); i++) {
      const before = await watch.screen()
      await watch.keys("]")
      await watch.until((screen) => screen !== before || /REPLAY 1m/.test(screen))
    }
    expect(await watch.screen()).toMatch(/manager\d ─*●─*→ manager\d/)
  }, 60_000)

  it("refuses to act, and leaves the terminal as it was", async () => {
    await watch.keys("1", "D")
    await says("this is a recording: one can only look")
    await watch.keys("q")
    await says("PROMPT>")
    expect(await title()).not.toContain("REPLAY")
  }, 60_000)
})

import { afterEach, describe, expect, it } from "vitest"
import { views } from "../../../cli/watch/app/views.ts"
import type { Showing } from "../../../cli/watch/showing.ts"
import { startScreen } from "../../../cli/watch/start.ts"
import { FakeInput } from "./fake-terminal.ts"
import { goldenCluster } from "./golden/cluster.ts"
import { VirtualTerminal } from "./golden/virtual-terminal.ts"

const sizes = [
  [80, 24],
  [120, 40],
  [300, 100],
] as const

/** Ink and React do their part as the event loop comes round, and frames keep their distance: looks until the screen is so. */
async function until(terminal: VirtualTerminal, condition: (lines: ReadonlyArray<string>) => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    await terminal.drained()
    if (condition(terminal.lines())) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** What people see: the whole program, from the first byte it writes, on a terminal as they have it. `npm run golden` draws all anew. */
describe("the screen in a terminal", () => {
  const status = goldenCluster()
  const showings: Showing[] = []
  afterEach(() => {
    for (const showing of showings.splice(0)) showing.stop()
  })

  const open = async (columns: number, rows: number, view: (typeof views)[number]) => {
    const terminal = new VirtualTerminal(columns, rows)
    const keyboard = new FakeInput()
    const io = {
      stdout: terminal,
      stderr: { write: () => true },
      // Of a terminal's input only what FakeInput has is used.
      stdin: keyboard as unknown as NodeJS.ReadStream,
      isTTY: true,
      env: { LANG: "C.UTF-8", TERM: "xterm-256color" },
    }
    const showing = await startScreen({ status: () => status, view, interval_ms: 60_000 }, io)
    showings.push(showing)
    await until(terminal, ([first = ""]) => first !== "")
    return { terminal, keyboard, showing }
  }

  for (const view of views) {
    for (const [columns, rows] of sizes) {
      it(`shows the view ${view} at ${columns}x${rows} as it did`, async () => {
        const { terminal } = await open(columns, rows, view)
        expect(terminal.isAlternate).toBe(true)
        const lines = terminal.lines()
        expect(lines.at(-1), "the last row is never written").toBe("")
        await expect(`${lines.join("\n").trimEnd()}\n`).toMatchFileSnapshot(`golden/${view}-${columns}x${rows}.txt`)
        if (rows === 24)
          await expect(terminal.looks()).toMatchFileSnapshot(`golden/${view}-${columns}x${rows}.looks.txt`)
      })
    }
  }

  it("shows every view by its key, and each as if one had begun with it", async () => {
    const { terminal, keyboard } = await open(120, 40, "cluster")
    for (const [i, view] of views.entries()) {
      keyboard.write(String(i + 1))
      const { terminal: begun } = await open(120, 40, view)
      const wanted = begun.lines().join("\n")
      await until(terminal, (lines) => lines.join("\n") === wanted)
      expect(terminal.lines().join("\n")).toBe(wanted)
    }
  })

  it("leaves nothing behind", async () => {
    const { terminal, showing } = await open(80, 24, "cluster")
    showing.stop()
    await terminal.drained()
    expect(terminal.isAlternate).toBe(false)
    expect(terminal.lines().join("").trim()).toBe("")
  })
})

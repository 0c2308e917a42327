import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ansiLines } from "../../../../cli/watch/ansi.ts"
import { reduce } from "../../../../cli/watch/app/reduce.ts"
import { render } from "../../../../cli/watch/app/render.ts"
import { opening, type State } from "../../../../cli/watch/app/state.ts"
import { views } from "../../../../cli/watch/app/views.ts"
import { lineWidth, plainText } from "../../../../cli/watch/text.ts"
import { anyStatus } from "../arbitrary.ts"
import { largeCluster } from "../fixture.ts"
import { press, troubled } from "./screen.ts"

const sizes = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
]

const text = (state: State): string => `${render(state).map(plainText).join("\n").trimEnd()}\n`

describe("the screen", () => {
  for (const size of sizes) {
    for (const view of views) {
      const name = `${view}-${size.columns}x${size.rows}`
      it(`shows the view ${name} as it did`, async () => {
        const state = opening({ size, unicode: true, status: troubled(), view })
        await expect(text(state)).toMatchFileSnapshot(`frames/${name}.txt`)
      })
    }
  }

  for (const [name, keys] of [
    ["help", ["?"]],
    ["service-tasks", ["3", "G", "k", "k", "enter"]],
    ["node-tasks", ["1", "j", "j", "enter"]],
    ["yaml", ["3", "G", "y"]],
    ["describe", ["3", "G", "enter", "d"]],
    ["filter", ["4", "/", "r", "a", "f", "t"]],
    ["palette", [":", "d", "r", "tab"]],
    ["confirm", ["D"]],
  ] as const) {
    it(`shows ${name} as it did`, async () => {
      const state = press(opening({ size: { columns: 80, rows: 24 }, unicode: true, status: troubled() }), keys)
      await expect(text(state)).toMatchFileSnapshot(`frames/${name}.txt`)
    })
  }

  it("is ASCII where the terminal shows no more", async () => {
    for (const view of views) {
      const state = opening({ size: { columns: 80, rows: 24 }, unicode: false, status: troubled(), view })
      expect(text(state)).toMatch(/^[\x20-\x7e\n]*$/)
    }
    const state = opening({ size: { columns: 80, rows: 24 }, unicode: false, status: troubled() })
    await expect(text(state)).toMatchFileSnapshot("frames/cluster-ascii.txt")
  })

  it("has no escape sequence without colours", () => {
    for (const view of views) {
      const state = opening({ size: { columns: 120, rows: 40 }, unicode: true, status: troubled(), view })
      expect(ansiLines(render(state), 0).join("")).not.toContain("\u001b")
    }
  })

  it("has at most rows - 1 lines, none wider than the terminal, whatever it shows and whoever types", () => {
    const key = fc.constantFrom(
      "1",
      "2",
      "3",
      "4",
      "5",
      "j",
      "k",
      "g",
      "G",
      "enter",
      "esc",
      "d",
      "y",
      "l",
      "/",
      ":",
      "?",
    )
    const other = fc.constantFrom("D", "S", "R", "c", "x", "h", " ", ".", "tab", "backspace", "a", "é", "\u0007", "漢")
    const keys = fc.array(fc.oneof(key, other), { maxLength: 12 })
    const size = fc.record({ columns: fc.integer({ min: 1, max: 220 }), rows: fc.integer({ min: 1, max: 70 }) })
    fc.assert(
      fc.property(anyStatus, size, keys, fc.boolean(), (status, size, keys, unicode) => {
        const state = { ...opening({ size, unicode, status }), leadership: status.events }
        const drawn = render(press(state, keys))
        expect(drawn.length).toBeLessThanOrEqual(Math.max(0, size.rows - 1))
        for (const line of drawn) {
          expect(lineWidth(line)).toBeLessThanOrEqual(size.columns)
          // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach the terminal
          expect(plainText(line)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
        }
      }),
      { numRuns: 300 },
    )
  })

  it("shows what is chosen, wherever it is in a long list", () => {
    const status = largeCluster(1_000, 20_000)
    for (const keys of [["G"], ["pagedown", "pagedown"], ["3", "G"], ["3", "enter", "G"]]) {
      const drawn = text(press(opening({ size: { columns: 80, rows: 24 }, unicode: true, status }), keys))
      expect(drawn).toContain("▸")
    }
    const last = text(press(opening({ size: { columns: 80, rows: 24 }, unicode: true, status }), ["G"]))
    expect(last).toContain("node1000")
    expect(last).toContain("node 1000/1000")
  })

  it("is the same for the same state", () => {
    const state = opening({ size: { columns: 120, rows: 40 }, unicode: true, status: troubled() })
    expect(text(state)).toBe(text(state))
    expect(reduce(state, { type: "key", key: "j" }).state).toEqual(reduce(state, { type: "key", key: "j" }).state)
  })
})

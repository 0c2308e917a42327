import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { enterScreen, leaveScreen, repaint } from "../../../cli/watch/painter.ts"
import { ScreenModel } from "./screen-model.ts"

const lines = fc.array(fc.stringMatching(/^[ -~]{0,20}$/), { maxLength: 12 })

describe("repainting", () => {
  it("turns any frame into any other", () => {
    fc.assert(
      fc.property(fc.array(lines, { minLength: 1, maxLength: 5 }), (frames) => {
        const screen = new ScreenModel()
        screen.write(enterScreen)
        let previous: ReadonlyArray<string> | undefined
        for (const frame of frames) {
          screen.write(repaint(previous, frame))
          previous = frame
        }
        const last = (frames.at(-1) ?? []).map((line) => line.trimEnd())
        while (last.at(-1) === "") last.pop()
        expect(screen.lines()).toEqual(last)
      }),
    )
  })

  it("writes nothing when nothing changed, and only the lines that did", () => {
    expect(repaint(["a", "b"], ["a", "b"])).toBe("")
    expect(repaint(["a", "b"], ["a", "c"])).not.toContain("a")
  })

  it("clears what a resized terminal made of the old frame", () => {
    expect(repaint(undefined, ["a"])).toContain("\u001b[2J")
  })
})

describe("leaving", () => {
  it("takes back everything that entering did", () => {
    const screen = new ScreenModel()
    screen.write(enterScreen)
    expect(screen.modes()).toEqual({ alternate: true, cursor: false, wrap: false })
    screen.write(leaveScreen)
    expect(screen.modes()).toEqual({ alternate: false, cursor: true, wrap: true })
  })
})

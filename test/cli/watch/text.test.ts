import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { shareRows } from "../../../cli/watch/rows.ts"
import { colourDepth, showsUnicode } from "../../../cli/watch/surroundings.ts"
import { clip, lineWidth, plainText, sized, span } from "../../../cli/watch/text.ts"
import { printable, takeWidth, widthOf } from "../../../cli/watch/width.ts"
import { nasty } from "./arbitrary.ts"

const line = fc.array(nasty.map((text) => span(printable(text, true))))
const width = fc.nat(120)

describe("lines", () => {
  it("are never wider than they were clipped to", () => {
    fc.assert(
      fc.property(line, width, (line, width) => {
        expect(lineWidth(clip(line, width, "…"))).toBeLessThanOrEqual(width)
      }),
    )
  })

  it("are exactly as wide as they were sized to", () => {
    fc.assert(
      fc.property(line, width, fc.constantFrom("left" as const, "right" as const), (line, width, align) => {
        expect(lineWidth(sized(line, width, "…", align))).toBe(width)
      }),
    )
  })

  it("show that something was cut", () => {
    expect(plainText(clip([span("abc"), span("def")], 5, "…"))).toBe("abcd…")
    expect(plainText(clip([span("abc"), span("def")], 6, "…"))).toBe("abcdef")
  })
})

describe("widths", () => {
  it("count two cells for wide characters and none for marks that are taken out", () => {
    expect(widthOf("日本")).toBe(4)
    expect(widthOf("●◆→×…")).toBe(5)
    expect(printable("e\u0301\u001b[31m\u0000", true)).toBe("e[31m")
    expect(takeWidth("日本語", 5)).toBe("日本")
  })

  it("leave nothing but ASCII for terminals that show no more", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(printable(text, false)).toMatch(/^[\x20-\x7e]*$/)
      }),
    )
  })
})

describe("rows", () => {
  const wants = fc.array(fc.record({ min: fc.nat(10), want: fc.nat(60) }), { maxLength: 6 })

  it("are never given out twice, and nobody gets more than wanted", () => {
    fc.assert(
      fc.property(fc.nat(100), wants, (total, wants) => {
        const shares = shareRows(total, wants)
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(total)
        for (const [i, { want }] of wants.entries()) expect(shares[i]).toBeLessThanOrEqual(want)
      }),
    )
  })

  it("go first to those who are named first, then evenly", () => {
    expect(
      shareRows(10, [
        { min: 4, want: 4 },
        { min: 4, want: 9 },
        { min: 4, want: 9 },
      ]),
    ).toEqual([4, 4, 2])
    expect(
      shareRows(16, [
        { min: 4, want: 4 },
        { min: 4, want: 9 },
        { min: 4, want: 9 },
      ]),
    ).toEqual([4, 6, 6])
    expect(
      shareRows(5, [
        { min: 4, want: 4 },
        { min: 4, want: 9 },
      ]),
    ).toEqual([4, 0])
  })
})

describe("the terminal's surroundings", () => {
  it("say how many colours there are, NO_COLOR before everything", () => {
    expect(colourDepth({ TERM: "xterm-256color" }, true)).toBe(256)
    expect(colourDepth({ TERM: "xterm" }, true)).toBe(16)
    expect(colourDepth({ TERM: "xterm-256color" }, false)).toBe(0)
    expect(colourDepth({ TERM: "dumb" }, true)).toBe(0)
    expect(colourDepth({ FORCE_COLOR: "1" }, false)).toBe(16)
    expect(colourDepth({ NO_COLOR: "1", FORCE_COLOR: "3", COLORTERM: "truecolor" }, true)).toBe(0)
    expect(colourDepth({ NO_COLOR: "", COLORTERM: "truecolor" }, true)).toBe(256)
  })

  it("say whether it shows more than ASCII: the first locale variable that is set decides", () => {
    expect(showsUnicode({ LANG: "en_GB.UTF-8" })).toBe(true)
    expect(showsUnicode({ LANG: "en_GB.UTF-8", LC_ALL: "C" })).toBe(false)
    expect(showsUnicode({ LANG: "C.utf8", LC_ALL: "" })).toBe(true)
    expect(showsUnicode({})).toBe(false)
    expect(showsUnicode({ LANG: "C.UTF-8", TERM: "linux" })).toBe(false)
  })
})

import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { picture } from "../../../cli/watch/picture.ts"
import { svg } from "../../../cli/watch/svg.ts"
import { span } from "../../../cli/watch/text.ts"
import { anyStatus } from "./arbitrary.ts"

describe("the picture as SVG", () => {
  it("holds text to its cells, with colours and blocks behind it", () => {
    const drawn = svg(
      [[span(" "), span("●vote.1", { fg: "ink", bg: "sky" })], [span("a<b & c", { fg: "bad", bold: true })]],
      "x",
    )
    expect(drawn).toContain('<rect x="24.4" y="45" width="58.8" height="16" rx="3" fill="#5fafff"/>')
    expect(drawn).toContain(
      '<text x="24.4" y="57.5" textLength="58.8" lengthAdjust="spacingAndGlyphs" fill="#000000">●vote.1</text>',
    )
    expect(drawn).toContain('fill="#ff5f5f" font-weight="bold">a&lt;b &amp; c</text>')
  })

  it("is well-formed whatever it shows", () => {
    fc.assert(
      fc.property(anyStatus, (status) => {
        const drawn = svg(picture(status, { columns: 100, rows: 40 }, { unicode: true }), 'a <b> & "c"')
        // Every < opens a tag that is known here, every & an entity.
        expect(drawn.replace(/<\/?(svg|g|rect|circle|text)\b[^<>]*>/g, "")).not.toMatch(/[<>]/)
        expect(drawn.replace(/&(amp|lt|gt|quot);/g, "")).not.toContain("&")
        for (const tag of ["svg", "g", "text"]) {
          expect(drawn.split(`<${tag}`).length).toBe(drawn.split(`</${tag}>`).length)
        }
      }),
      { numRuns: 40 },
    )
  })
})

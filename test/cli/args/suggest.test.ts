import * as fc from "fast-check"
import { expect, it } from "vitest"
import { suggestion } from "../../../cli/args/suggest.ts"
import { editDistance } from "../../../core/edit-distance.ts"

const commands = ["create", "inspect", "ls", "ps", "rm", "scale", "update"]

it.each([
  ["scael", "scale"],
  ["udpate", "update"],
  ["sl", "ls"],
  ["insp", "inspect"],
  ["creat", "create"],
])("takes %s for %s", (word, meant) => {
  expect(suggestion(word, commands)).toBe(meant)
})

it.each(["frobnicate", "x", ""])("has no idea what %j should be", (word) => {
  expect(suggestion(word, commands)).toBeUndefined()
})

it("measures distance as a distance: none to itself, the same both ways, never more than the longer word", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(editDistance(a, a)).toBe(0)
      expect(editDistance(a, b)).toBe(editDistance(b, a))
      expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
    }),
  )
})

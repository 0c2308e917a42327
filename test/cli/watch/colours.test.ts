import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { coloursOf, serviceColours } from "../../../cli/watch/colours.ts"

const named = (names: ReadonlyArray<string>) =>
  names.map((Name, i) => ({
    ID: `id-${Name}`,
    CreatedAt: `2025-03-02T12:00:${String(i).padStart(2, "0")}Z`,
    Spec: { Name },
  }))
const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 40 })

describe("the colours of services", () => {
  it("stay what they are when services are added", () => {
    fc.assert(
      fc.property(names, fc.nat(), (names, cut) => {
        const all = named(names)
        const before = coloursOf(all.slice(0, 1 + (cut % names.length)))
        const after = coloursOf(all)
        for (const [id, colour] of before) expect(after.get(id)).toBe(colour)
      }),
    )
  })

  it("do not depend on the order in which services are listed", () => {
    fc.assert(
      fc.property(names, (names) => {
        const services = named(names)
        const [one, other] = [coloursOf(services), coloursOf(services.toReversed())]
        for (const [id, colour] of one) expect(other.get(id)).toBe(colour)
      }),
    )
  })

  it("are all different while the palette lasts", () => {
    fc.assert(
      fc.property(names, (names) => {
        const colours = [...coloursOf(named(names.slice(0, serviceColours.length))).values()]
        expect(new Set(colours).size).toBe(colours.length)
      }),
    )
  })
})

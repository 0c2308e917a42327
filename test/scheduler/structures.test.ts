import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Heap } from "../../core/heap.ts"
import { Timers } from "../../core/timers.ts"
import { formatAddress, formatCidr, overlap, parseAddress, parseCidr, within } from "../../scheduler/cidr.ts"
import { saysTheSame } from "../../scheduler/same.ts"

describe("the heap", () => {
  it("gives its items in order, whenever they came", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer(), { nil: undefined })), (steps) => {
        const heap = new Heap<number>((a, b) => a < b)
        const model: Array<number> = []
        for (const step of steps) {
          if (step === undefined) expect(heap.pop()).toBe(model.shift())
          else {
            heap.push(step)
            model.push(step)
            model.sort((a, b) => a - b)
          }
          expect(heap.peek()).toBe(model[0])
          expect(heap.size).toBe(model.length)
        }
      }),
    )
  })
})

describe("timers", () => {
  it("go off once, at their last setting, in order", () => {
    const timers = new Timers()
    timers.set("a", 30)
    timers.set("b", 10)
    timers.set("c", 20)
    timers.set("d", 20)
    timers.set("a", 20)
    timers.clear("c")
    expect(timers.next()).toBe(10)
    expect(timers.due(9)).toEqual([])
    expect(timers.due(20)).toEqual(["b", "d", "a"])
    expect(timers.due(100)).toEqual([])
    expect(timers.next()).toBeUndefined()
  })
})

describe("addresses", () => {
  it("are read as they are written", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 32 }), (address, length) => {
        expect(parseAddress(formatAddress(address))).toBe(address)
        const subnet = parseCidr(`${formatAddress(address)}/${length}`)
        expect(subnet && within(subnet, address)).toBe(true)
        expect(subnet && formatCidr(subnet).endsWith(`/${length}`)).toBe(true)
      }),
    )
  })

  it.each(["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "a.b.c.d", "::1"])("%j is none", (text) => {
    expect(parseAddress(text)).toBeUndefined()
    expect(parseCidr(`${text}/24`)).toBeUndefined()
  })

  it.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0/x"])("%j is no subnet", (text) => {
    expect(parseCidr(text)).toBeUndefined()
  })

  it.each([
    ["10.0.0.0/24", "10.0.1.0/24", false],
    ["10.0.0.0/16", "10.0.1.0/24", true],
    ["10.0.1.128/25", "10.0.1.0/24", true],
  ])("%s and %s overlap: %s", (a, b, expected) => {
    const [one, other] = [parseCidr(a), parseCidr(b)]
    expect(one && other && overlap(one, other)).toBe(expected)
    expect(one && other && overlap(other, one)).toBe(expected)
  })
})

describe("specs say the same", () => {
  it.each([
    [{ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }, true],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: [1, 2] }, { a: [2, 1] }, false],
    [{ a: [1] }, { a: [1, 2] }, false],
    [undefined, {}, true],
    [{}, { a: [], b: {}, c: 0, d: "", e: false, f: { g: [] } }, true],
    [{}, { a: { b: 1 } }, false],
    [{ a: "x" }, {}, false],
    [{}, { Delay: 0 }, false],
    [{ RestartPolicy: { Delay: 0 } }, {}, false],
    [{ Delay: 0 }, { Delay: 0 }, true],
  ])("%j and %j: %s", (a, b, expected) => {
    expect(saysTheSame(a, b)).toBe(expected)
    expect(saysTheSame(b, a)).toBe(expected)
  })
})

import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parseBytes, parseCpus, parseDuration, parseFloat64, parseInt64, parseUint } from "../../../cli/args/numbers.ts"
import { goDuration, humanBytes } from "../../../cli/format/human.ts"

const value = (parsed: { readonly ok: boolean }) => ("value" in parsed ? parsed.value : undefined)
const error = (parsed: { readonly ok: boolean }) => ("error" in parsed ? parsed.error : undefined)

describe("numbers on the command line", () => {
  it.each([
    ["0", 0],
    ["42", 42],
    ["0x10", 16],
    ["010", 8],
  ])("reads %s as Go does", (text, number) => {
    expect(value(parseUint(text))).toBe(number)
  })

  it("tells a number out of range from what is none", () => {
    expect(error(parseUint("18446744073709551616"))).toBe(
      'strconv.ParseUint: parsing "18446744073709551616": value out of range',
    )
    expect(error(parseUint("1.5"))).toBe('strconv.ParseUint: parsing "1.5": invalid syntax')
    expect(value(parseInt64("-5"))).toBe(-5)
    expect(value(parseFloat64(".25"))).toBe(0.25)
  })

  it.each([
    ["1h2m3.5s", 3_723_500_000_000],
    ["250ms", 250_000_000],
    ["1.5h", 5_400_000_000_000],
    ["0", 0],
    ["-1s", -1_000_000_000],
  ])("reads the duration %s", (text, nanoseconds) => {
    expect(value(parseDuration(text))).toBe(nanoseconds)
  })

  it.each([
    ["", 'time: invalid duration ""'],
    ["s", 'time: invalid duration "s"'],
    ["5", 'time: missing unit in duration "5"'],
    ["9223372036855s", 'time: invalid duration "9223372036855s"'],
    ["5y", 'time: unknown unit "y" in duration "5y"'],
  ])("refuses the duration %j", (text, message) => {
    expect(error(parseDuration(text))).toBe(message)
  })

  it("reads back the durations it prints", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9e12 }), (ms) => {
        expect(value(parseDuration(goDuration(ms * 1e6)))).toBe(ms * 1e6)
      }),
    )
  })

  it.each([
    ["64M", 67_108_864],
    ["1.5GiB", 1_610_612_736],
    ["100", 100],
    ["1 kb", 1024],
    ["2t", 2_199_023_255_552],
  ])("reads the size %s", (text, bytes) => {
    expect(value(parseBytes(text))).toBe(bytes)
  })

  it("refuses sizes in docker's words", () => {
    expect(error(parseBytes("5x"))).toBe("invalid suffix: 'x'")
    expect(error(parseBytes("abc"))).toBe("invalid size: 'abc'")
  })

  it("reads back whole sizes it prints", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 5 }), (count, power) => {
        expect(value(parseBytes(humanBytes(count * 1024 ** power)))).toBe(count * 1024 ** power)
      }),
    )
  })

  it("reads CPUs as billionths, and fractions", () => {
    expect(value(parseCpus("0.05"))).toBe(50_000_000)
    expect(value(parseCpus("3/2"))).toBe(1_500_000_000)
    expect(error(parseCpus("abc"))).toBe("failed to parse abc as a rational number")
  })
})

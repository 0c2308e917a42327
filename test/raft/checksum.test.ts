import fc from "fast-check"
import { expect, it } from "vitest"
import { xxh32 } from "../../raft/checksum.ts"

const wrap = (value: bigint): bigint => BigInt.asUintN(32, value)
const left = (value: bigint, by: bigint): bigint => wrap((value << by) | (value >> (32n - by)))
const [p1, p2, p3, p4, p5] = [2654435761n, 2246822519n, 3266489917n, 668265263n, 374761393n] as const

/** As the specification has it, step by step, in integers without end. */
function slowly(bytes: Uint8Array): number {
  const word = (at: number): bigint =>
    [0, 1, 2, 3].reduce((sum, i) => sum | (BigInt(bytes[at + i] ?? 0) << BigInt(8 * i)), 0n)
  let lanes = [wrap(p1 + p2), p2, 0n, wrap(-p1)]
  let at = 0
  for (; at + 16 <= bytes.length; at += 16) {
    const start = at
    lanes = lanes.map((lane, i) => wrap(left(wrap(lane + word(start + 4 * i) * p2), 13n) * p1))
  }
  const turns = [1n, 7n, 12n, 18n]
  let hash = bytes.length < 16 ? p5 : wrap(lanes.reduce((sum, lane, i) => sum + left(lane, turns[i] ?? 0n), 0n))
  hash = wrap(hash + BigInt(bytes.length))
  for (; at + 4 <= bytes.length; at += 4) hash = wrap(left(wrap(hash + word(at) * p3), 17n) * p4)
  for (; at < bytes.length; at++) hash = wrap(left(wrap(hash + BigInt(bytes[at] ?? 0) * p5), 11n) * p1)
  hash = wrap((hash ^ (hash >> 15n)) * p2)
  hash = wrap((hash ^ (hash >> 13n)) * p3)
  return Number(hash ^ (hash >> 16n))
}

it.each([
  { text: "", sum: 0x02cc5d05 },
  { text: "a", sum: 0x550d7456 },
  { text: "abc", sum: 0x32d153ff },
  { text: "asdf", sum: 0x5e702c32 },
  { text: "Nobody inspects the spammish repetition", sum: 0xe2293b2f },
])("the checksum of '$text' is the published one", ({ text, sum }) => {
  const bytes = new TextEncoder().encode(text)
  expect(xxh32(bytes, 0, bytes.length)).toBe(sum)
})

it("long and short ranges, wherever they begin, have the checksum that the specification gives", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 40, maxLength: 700 }), fc.nat(40), fc.nat(9), (bytes, start, cut) => {
      const end = Math.max(start, bytes.length - cut)
      expect(xxh32(bytes, start, end)).toBe(slowly(bytes.slice(start, end)))
    }),
  )
})

it("a range in the middle of a larger buffer is read in its place", () => {
  const outer = Uint8Array.from({ length: 900 }, (_, i) => i * 7)
  const inner = new Uint8Array(outer.buffer, 123, 600)
  expect(xxh32(inner, 1, 500)).toBe(slowly(outer.slice(124, 623)))
})

it("every damaged byte changes it", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 700 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (bytes, at, bits) => {
        const before = xxh32(bytes, 0, bytes.length)
        const place = at % bytes.length
        bytes[place] = (bytes[place] ?? 0) ^ bits
        expect(xxh32(bytes, 0, bytes.length)).not.toBe(before)
      },
    ),
  )
})

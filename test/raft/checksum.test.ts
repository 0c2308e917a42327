import fc from "fast-check"
import { expect, it } from "vitest"
import { crc32c } from "../../raft/checksum.ts"

/** As the definition has it: bit by bit. */
function slowly(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return ~crc >>> 0
}

// RFC 3720, B.4, and the catalogue's check value.
it.each([
  { what: "the digits 1 to 9", bytes: new TextEncoder().encode("123456789"), sum: 0xe3069283 },
  { what: "32 zeros", bytes: new Uint8Array(32), sum: 0x8a9136aa },
  { what: "32 ones", bytes: new Uint8Array(32).fill(0xff), sum: 0x62a8ab43 },
  { what: "32 rising bytes", bytes: Uint8Array.from({ length: 32 }, (_, i) => i), sum: 0x46dd794e },
  { what: "nothing", bytes: new Uint8Array(0), sum: 0 },
])("the checksum of $what is the published one", ({ bytes, sum }) => {
  expect(crc32c(bytes, 0, bytes.length)).toBe(sum)
})

it("long and short ranges, wherever they begin, have the checksum that the definition gives", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 40, maxLength: 700 }), fc.nat(30), fc.nat(9), (bytes, start, cut) => {
      expect(crc32c(bytes, start, bytes.length - cut)).toBe(slowly(bytes.slice(start, bytes.length - cut)))
    }),
  )
})

it("a range in the middle of a larger buffer is read in its place", () => {
  const outer = Uint8Array.from({ length: 900 }, (_, i) => i * 7)
  const inner = new Uint8Array(outer.buffer, 123, 600)
  expect(crc32c(inner, 1, 500)).toBe(slowly(outer.slice(124, 623)))
})

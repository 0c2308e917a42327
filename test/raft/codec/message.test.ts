import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { xxh32 } from "../../../raft/checksum.ts"
import { decodeMessage, encodeMessage, formatVersion } from "../../../raft/codec/index.ts"
import type { Message } from "../../../raft/message.ts"
import { message, messagesByType } from "./arbitraries.ts"

const append: Message = {
  type: "append",
  term: 300,
  prevIndex: 70_000,
  prevTerm: 299,
  commit: 69_999,
  entries: [{ index: 70_001, term: 300, kind: "command", data: new Uint8Array([1, 2, 3]) }],
}

/** A frame of this content, with the right checksum. */
function framed(...content: ReadonlyArray<number>): Uint8Array {
  const frame = Uint8Array.from([...content, 0, 0, 0, 0])
  new DataView(frame.buffer).setUint32(content.length, xxh32(frame, 0, content.length), true)
  return frame
}

describe("a message", () => {
  it.each(messagesByType)("of type $type is after decoding what it was before encoding", ({ type, messages }) => {
    fc.assert(
      fc.property(messages, (before) => {
        expect(before.type).toBe(type)
        expect(decodeMessage(encodeMessage(before))).toStrictEqual({ ok: true, value: before })
      }),
    )
  })

  it("has one encoding: what decodes, encodes to the same bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (content) => {
        const frame = framed(formatVersion, ...content)
        const decoded = decodeMessage(frame)
        fc.pre(decoded.ok)
        expect(encodeMessage(decoded.value)).toEqual(frame)
      }),
      { numRuns: 300, maxSkipsPerRun: 1000 },
    )
  })

  it("keeps its bytes when others are encoded after it", () => {
    const frames = Array.from({ length: 5000 }, (_, i) => encodeMessage({ ...append, term: i }))
    expect(frames.map((frame) => decodeMessage(frame))).toEqual(
      frames.map((_, term) => ({ ok: true, value: { ...append, term } })),
    )
  })

  it("may be larger than the encoder's memory so far", () => {
    const data = Uint8Array.from({ length: 3_000_000 }, (_, i) => i)
    const large: Message = { ...append, entries: [{ index: 70_001, term: 1, kind: "command", data }] }
    const decoded = decodeMessage(encodeMessage(large))
    const after = decoded.ok && decoded.value.type === "append" ? decoded.value.entries[0]?.data : undefined
    expect(Buffer.compare(after ?? new Uint8Array(0), data)).toBe(0)
  })

  it("takes few bytes: an acknowledgement 13, an append of one entry 15 around the data", () => {
    const reply: Message = {
      type: "append-reply",
      term: 3,
      accepted: true,
      index: 2_000_000,
      hintIndex: 0,
      hintTerm: 0,
    }
    expect(encodeMessage(reply).length).toBe(13)
    expect(encodeMessage({ ...append, term: 3, prevTerm: 3, entries: [] }).length).toBe(15)
  })

  it("with a number that is none is a broken invariant, and leaves the encoder in order", () => {
    for (const term of [-1, 1.5, 2 ** 53, Number.NaN]) {
      expect(() => encodeMessage({ ...append, term })).toThrow("not an unsigned integer")
    }
    expect(decodeMessage(encodeMessage(append))).toEqual({ ok: true, value: append })
  })

  it("with a hole between its entries is a broken invariant", () => {
    expect(() => encodeMessage({ ...append, prevIndex: 9 })).toThrow("not in order")
  })
})

describe("bytes that are no message", () => {
  it("are refused wherever one bit or byte of a message is changed", () => {
    for (const { messages } of messagesByType) {
      for (const before of fc.sample(messages, { numRuns: 4, seed: 1 })) {
        const frame = encodeMessage(before)
        for (let at = 0; at < frame.length; at++) {
          for (const flip of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
            const damaged = Uint8Array.from(frame)
            damaged[at] = (damaged[at] ?? 0) ^ flip
            expect(decodeMessage(damaged)).toEqual({ ok: false, error: at === 0 ? "unknown version" : "corrupt" })
          }
        }
      }
    }
  })

  it("are refused wherever a message is cut off, and whatever is added to it", () => {
    fc.assert(
      fc.property(message, fc.uint8Array({ minLength: 1, maxLength: 8 }), (before, more) => {
        const frame = encodeMessage(before)
        for (let length = 0; length < frame.length; length++)
          expect(decodeMessage(frame.slice(0, length)).ok).toBe(false)
        expect(decodeMessage(Uint8Array.from([...frame, ...more])).ok).toBe(false)
      }),
    )
  })

  it("never make the decoder throw, with a right checksum or without", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (content) => {
        decodeMessage(content)
        decodeMessage(framed(...content))
        decodeMessage(framed(formatVersion, ...content))
      }),
      { numRuns: 5000 },
    )
  })

  it("are told apart", () => {
    const error = (bytes: Uint8Array) => {
      const decoded = decodeMessage(bytes)
      return decoded.ok ? "none" : decoded.error
    }
    expect(error(new Uint8Array(0))).toBe("truncated")
    expect(error(framed(formatVersion + 1, 1, 1))).toBe("unknown version")
    expect(error(encodeMessage(append).slice(0, -1))).toBe("corrupt")
    expect(error(framed(formatVersion, 200, 1))).toBe("malformed")
    expect(error(framed(formatVersion))).toBe("malformed")
  })

  it.each([
    { what: "a tag of no type", content: [99, 1] },
    { what: "a boolean of 2", content: [6, 1, 2] },
    { what: "a number that goes on beyond the end", content: [4, 1, 0x80] },
    { what: "a number with a needless byte", content: [4, 1, 0x80, 0] },
    { what: "a number beyond 2^53", content: [4, 1, 255, 255, 255, 255, 255, 255, 255, 127] },
    { what: "a number of nine bytes", content: [4, 1, ...Array(8).fill(0x80), 1] },
    { what: "a number of so many bytes that it would be none", content: [4, 1, ...Array(300).fill(0x80), 1] },
    { what: "more entries than bytes", content: [1, 1, 0, 0, 0, 255, 255, 3] },
    { what: "more data than bytes", content: [1, 1, 0, 0, 0, 1, 0, 1, 9, 1] },
    { what: "an entry of no known kind", content: [1, 1, 0, 0, 0, 1, 9, 1, 0] },
    { what: "bytes after its end", content: [4, 1, 1, 1] },
  ])("are malformed with $what", ({ content }) => {
    expect(decodeMessage(framed(formatVersion, ...content))).toEqual({ ok: false, error: "malformed" })
  })
})

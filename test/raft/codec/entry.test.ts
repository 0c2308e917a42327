import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  decodeEntries,
  decodeEntry,
  decodeSnapshotMetadata,
  encodeEntries,
  encodeEntry,
  encodeSnapshotMetadata,
} from "../../../raft/codec/index.ts"
import { entry, snapshotMetadata } from "./arbitraries.ts"

const flips = [1, 128, 255]

/** Every frame that differs from this one in one byte. */
function* damaged(frame: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < frame.length; at++) {
    for (const flip of flips) yield frame.map((byte, i) => (i === at ? byte ^ flip : byte))
  }
}

describe("an entry", () => {
  it("is after decoding what it was before encoding", () => {
    fc.assert(
      fc.property(entry, (before) => {
        expect(decodeEntry(encodeEntry(before))).toStrictEqual({ ok: true, value: before })
      }),
    )
  })

  it("is refused when one byte of it is changed or missing", () => {
    const frame = encodeEntry({ index: 70_000, term: 3, kind: "configuration", data: new Uint8Array(300).fill(5) })
    for (const bytes of damaged(frame)) expect(decodeEntry(bytes).ok).toBe(false)
    for (let length = 0; length < frame.length; length++) expect(decodeEntry(frame.slice(0, length)).ok).toBe(false)
  })

  it("shares its data's memory with the bytes it came from, and nothing beyond them", () => {
    const frame = encodeEntry({ index: 1, term: 1, kind: "command", data: new Uint8Array([7, 7]) })
    const copy = Uint8Array.from(frame)
    const decoded = decodeEntry(copy)
    expect(decoded.ok && decoded.value.data.buffer).toBe(copy.buffer)
    expect(decoded.ok && [...decoded.value.data]).toEqual([7, 7])
  })
})

describe("entries in one frame", () => {
  const run = fc
    .tuple(fc.integer({ min: 1, max: 2 ** 40 }), fc.array(entry, { minLength: 1, maxLength: 20 }))
    .map(([first, entries]) => entries.map((each, i) => ({ ...each, index: first + i })))

  it("are after decoding what they were before encoding", () => {
    fc.assert(
      fc.property(run, (before) => {
        expect(decodeEntries(encodeEntries(before))).toStrictEqual({ ok: true, value: before })
      }),
    )
  })

  it("are refused when one byte is changed or missing, when there are none, and when the first has no index", () => {
    const data = new Uint8Array(30).fill(5)
    const frame = encodeEntries([1, 2, 3].map((index) => ({ index, term: 3, kind: "command", data })))
    for (const bytes of damaged(frame)) expect(decodeEntries(bytes).ok).toBe(false)
    for (let length = 0; length < frame.length; length++) expect(decodeEntries(frame.slice(0, length)).ok).toBe(false)
    expect(decodeEntries(encodeEntries([])).ok).toBe(false)
    expect(decodeEntries(encodeEntries([{ index: 0, term: 0, kind: "command", data }])).ok).toBe(false)
  })
})

describe("a snapshot's metadata", () => {
  it("is after decoding what it was before encoding", () => {
    fc.assert(
      fc.property(snapshotMetadata, (before) => {
        expect(decodeSnapshotMetadata(encodeSnapshotMetadata(before))).toStrictEqual({ ok: true, value: before })
      }),
    )
  })

  it("is refused when one byte of it is changed", () => {
    const frame = encodeSnapshotMetadata({
      index: 9000,
      term: 4,
      checksum: 0xffff_ffff,
      configuration: { voters: [1, 2, 3], outgoing: [], learners: [4], joining: [], demoted: [], removed: [300] },
    })
    for (const bytes of damaged(frame)) expect(decodeSnapshotMetadata(bytes).ok).toBe(false)
  })
})

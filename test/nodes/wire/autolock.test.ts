import { randomBytes } from "node:crypto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { newDataKey, readKeyFile, writeKeyFile } from "../../../nodes/wire/autolock/key-file.ts"
import { box_overhead_bytes, open, seal } from "../../../nodes/wire/autolock/sealed-box.ts"
import { sealingWith } from "../../../nodes/wire/autolock/sealing.ts"
import { newUnlockKey, parseUnlockKey } from "../../../nodes/wire/autolock/unlock-key.ts"
import swarm from "./fixtures/swarm.json" with { type: "json" }

const key = new Uint8Array(randomBytes(32))

describe("A sealed box", () => {
  it("opens with its key in its context, and gives what was sealed", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (content, context) => {
        const box = seal(key, content, context)
        expect(box.length).toBe(content.length + box_overhead_bytes)
        const opened = open(key, box, context)
        expect(opened && Buffer.compare(opened, content)).toBe(0)
        expect(open(key, box, `${context}.`)).toBeUndefined()
        expect(open(new Uint8Array(randomBytes(32)), box, context)).toBeUndefined()
      }),
    )
  })

  it("does not open when any bit of it was changed, or its end is missing", () => {
    const box = seal(key, Buffer.from("the quick brown fox"), "test")
    for (let bit = 0; bit < box.length * 8; bit++) {
      const changed = Uint8Array.from(box)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(open(key, changed, "test"), `bit ${bit}`).toBeUndefined()
    }
    for (let length = 0; length < box.length; length++)
      expect(open(key, box.subarray(0, length), "test")).toBeUndefined()
  })

  it("never looks the same twice", () => {
    const boxes = new Set(Array.from({ length: 100 }, () => Buffer.from(seal(key, Buffer.of(1), "")).toString("hex")))
    expect(boxes.size).toBe(100)
  })
})

describe("Unlock keys", () => {
  it("are written as Swarm writes them", () => {
    expect(parseUnlockKey(swarm.unlockKey)?.length).toBe(32)
    expect(newUnlockKey()).toMatch(/^SWMKEY-1-[A-Za-z0-9+/]{43}$/)
    expect(parseUnlockKey(newUnlockKey())?.length).toBe(32)
  })

  it("are not what only looks like one", () => {
    for (const bad of [
      "",
      "SWMKEY-1-wrong",
      swarm.unlockKey.slice(0, -1),
      `${swarm.unlockKey}=`,
      swarm.unlockKey.toLowerCase().replace("swmkey", "SWMKEY").slice(0, -1).concat("t"),
    ]) {
      expect(parseUnlockKey(bad), bad).toBeUndefined()
    }
  })
})

describe("A node's key file", () => {
  const keys = { key: "-----BEGIN PRIVATE KEY-----\n...", dataKey: newDataKey() }

  it("is read back without an unlock key when it was written without one", () => {
    expect(readKeyFile(writeKeyFile(keys, undefined), undefined)).toEqual({ type: "open", keys, sealed: false })
  })

  it("shows nothing of the keys while it is locked, and opens with the unlock key alone", () => {
    const text = writeKeyFile(keys, key)
    expect(text).not.toContain("PRIVATE")
    expect(text).not.toContain(Buffer.from(keys.dataKey).toString("base64"))
    expect(readKeyFile(text, undefined)).toEqual({ type: "locked" })
    expect(readKeyFile(text, new Uint8Array(randomBytes(32)))).toEqual({ type: "wrong-key" })
    expect(readKeyFile(text, key)).toEqual({ type: "open", keys, sealed: true })
  })

  it("is sealed anew when the unlock key changes, while data stays readable", () => {
    const sealing = sealingWith(keys.dataKey)
    const box = sealing.seal(Buffer.from("a secret"))
    const next = new Uint8Array(randomBytes(32))
    const read = readKeyFile(writeKeyFile(keys, key), key)
    const rewritten = writeKeyFile(read.type === "open" ? read.keys : keys, next)
    expect(readKeyFile(rewritten, key)).toEqual({ type: "wrong-key" })
    const again = readKeyFile(rewritten, next)
    expect(again.type === "open" && Buffer.from(sealingWith(again.keys.dataKey).open(box) ?? []).toString()).toBe(
      "a secret",
    )
    expect(sealingWith(newDataKey()).open(box)).toBeUndefined()
  })

  it("is recognised as broken when it is none", () => {
    for (const text of [
      "",
      "{}",
      "null",
      '{"locked":false,"content":"{}"}',
      '{"locked":false,"content":"{\\"key\\":\\"\\",\\"dataKey\\":\\"AA==\\"}"}',
    ]) {
      expect(readKeyFile(text, key), text).toEqual({ type: "broken" })
    }
  })
})

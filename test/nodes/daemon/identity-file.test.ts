import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { IdentityFile } from "../../../nodes/daemon/live/identity-file.ts"
import type { Identity } from "../../../nodes/node/identity.ts"
import { newUnlockKey } from "../../../nodes/wire/autolock/unlock-key.ts"

const identity: Identity = {
  nodeId: "n1",
  role: "manager",
  clusterId: "c1",
  raftId: 1,
  managers: [{ nodeId: "n1", addr: "127.0.0.1:2377" }],
  certificate: {
    tls: { TrustRoot: "root", CertIssuerSubject: "s", CertIssuerPublicKey: "k" },
    digest: "d",
    issuedAt: 1,
    expiresAt: 2,
    material: "the secret material",
  },
  advertiseAddr: "127.0.0.1:2377",
  addr: "127.0.0.1",
  listenAddr: "0.0.0.0:2377",
}

let folder = ""
let path = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drydock-identity-"))
  path = join(folder, "node.json")
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = () =>
  new IdentityFile(path, (error) => {
    throw error
  })
const save = (key?: string) => new Promise<void>((resolve) => open().save(identity, key, resolve))

describe("who the node is, on disk", () => {
  it("is nobody at first, then who it was saved as, and nobody again once it is wiped", async () => {
    expect(open().load()).toEqual({ state: "none" })
    await save()
    expect(open().load()).toEqual({ state: "open", identity })
    open().wipe()
    expect(open().load()).toEqual({ state: "none" })
  })

  it("can be read by its owner alone", async () => {
    await save()
    expect((statSync(path).mode & 0o777).toString(8)).toBe("600")
  })

  it("tells, once it is told to be durable, in a turn of its own", async () => {
    let told = false
    open().save(identity, undefined, () => {
      told = true
    })
    expect(told).toBe(false)
    expect(open().load()).toEqual({ state: "open", identity })
    await new Promise((resolve) => setImmediate(resolve))
    expect(told).toBe(true)
  })

  it("is locked under a key, shows nothing of itself, and opens with that key alone", async () => {
    const key = newUnlockKey()
    await save(key)
    expect(readFileSync(path, "utf8")).not.toMatch(/"n1"|nodeId|secret material/)
    expect(open().load()).toEqual({ state: "locked" })
    expect(open().unlock(newUnlockKey())).toBeUndefined()
    expect(open().unlock("nonsense")).toBeUndefined()
    expect(open().unlock(key)).toEqual(identity)
    await save()
    expect(open().load()).toEqual({ state: "open", identity })
  })

  it.each(["", "{", '{"format":2,"identity":{}}', '{"format":1,"identity":{"nodeId":"n1"}}'])(
    "is not guessed from a file that is damaged: %j",
    (text) => {
      writeFileSync(path, text)
      expect(() => open().load()).toThrow(/cannot be read: it is damaged, or of a newer version/)
    },
  )

  it("says when the disk refuses", () => {
    const failures: Array<unknown> = []
    const file = new IdentityFile(join(folder, "nosuch/node.json"), (error) => failures.push(error))
    file.save(identity, undefined, () => failures.push("durable"))
    expect(failures).toHaveLength(1)
    expect(String(failures[0])).toContain("ENOENT")
  })
})

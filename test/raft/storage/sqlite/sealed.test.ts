import { existsSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { checksum, type Snapshot } from "../../../../raft/index.ts"
import { logStorageContract } from "../contract.ts"
import { aes } from "./aes.ts"
import { entriesOf, entryOf, faultOf, opened, temporaryPath } from "./temporary.ts"

logStorageContract("sealed sqlite", () => {
  const path = temporaryPath()
  const sealing = aes(1)
  let storage = opened(path, { sealing })
  return {
    storage: { load: () => storage.load(), save: (save) => storage.save(save) },
    reopen() {
      storage.close()
      storage = opened(path, { sealing })
      return storage
    },
  }
})

const word = "a word that nobody may read"
const secret = new TextEncoder().encode(word)

function snapshotOf(data: Uint8Array): Snapshot {
  const configuration = { voters: [1], outgoing: [], learners: [], joining: [], demoted: [], removed: [] }
  return { index: 1, term: 1, configuration, checksum: checksum(data), data }
}

const everythingWritten = (path: string): string =>
  ["", "-wal", "-shm", "-mark"]
    .filter((suffix) => existsSync(path + suffix))
    .map((suffix) => readFileSync(path + suffix, "latin1"))
    .join("")

describe("sealed storage", () => {
  it.each([
    { how: "sealed", sealing: aes(1), readable: false },
    { how: "open", sealing: undefined, readable: true },
  ])(
    "$how: whether an entry's or a snapshot's data can be read from the files is $readable",
    ({ sealing, readable }) => {
      const path = temporaryPath()
      const storage = opened(path, { sealing })
      storage.save({ hardState: { term: 1, vote: 1, commit: 1 }, entries: [{ ...entryOf(1, 1), data: secret }] })
      expect(everythingWritten(path).includes(word)).toBe(readable)
      const other = opened(temporaryPath(), { sealing })
      other.save({ hardState: { term: 1, vote: 1, commit: 1 }, entries: entriesOf(1, 1) })
      other.save({ snapshot: snapshotOf(secret), compactTo: 1, entries: [] })
      expect(everythingWritten(other.database.name).includes(word)).toBe(readable)
      expect(other.load().snapshot?.data).toEqual(secret)
    },
  )

  it.each([
    { what: "another key", sealing: aes(2) },
    { what: "no key", sealing: undefined },
  ])("does not open with $what, and says so; with its own it does", ({ sealing }) => {
    const path = temporaryPath()
    const storage = opened(path, { sealing: aes(1) })
    storage.save({ entries: entriesOf(1, 2) })
    storage.close()
    const refused = faultOf(() => opened(path, { sealing }))
    expect(refused?.fault).toBe("sealed")
    expect(refused?.message).toContain("Give the key that it was sealed with")
    expect(opened(path, { sealing: aes(1) }).load().entries).toEqual(entriesOf(1, 2))
  })

  it("tells a damaged box from a wrong key", () => {
    const path = temporaryPath()
    const storage = opened(path, { sealing: aes(1) })
    storage.save({ entries: entriesOf(1, 2) })
    storage.database.exec("UPDATE raft_log SET entries = substr(entries, 1, length(entries) - 1)")
    storage.close()
    expect(faultOf(() => opened(path, { sealing: aes(1) }))?.fault).toBe("damaged")
  })

  it("reads what was stored before it was sealed", () => {
    const path = temporaryPath()
    const before = opened(path)
    before.save({ hardState: { term: 1, vote: 1, commit: 1 }, entries: entriesOf(1, 2) })
    before.save({ snapshot: snapshotOf(secret), compactTo: 1, entries: [] })
    before.close()
    const storage = opened(path, { sealing: aes(1) })
    storage.save({ entries: entriesOf(3, 3) })
    storage.close()
    const { entries, snapshot } = opened(path, { sealing: aes(1) }).load()
    expect([entries, snapshot?.data]).toEqual([entriesOf(2, 3), secret])
  })
})

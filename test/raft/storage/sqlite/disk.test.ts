import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { Raft, type RaftOutput } from "../../../../raft/index.ts"
import type { Entry } from "../../../../raft/types.ts"
import { entryOf, faultOf, opened, temporaryPath } from "./temporary.ts"

const mount = (...args: ReadonlyArray<string>): boolean => spawnSync("mount", args).status === 0

/** A file system of its own of this size in memory, gone when the test has finished; undefined where that is not allowed. */
function tinyDisk(kilobytes: number): string | undefined {
  const folder = join(dirname(temporaryPath()), "disk")
  mkdirSync(folder)
  if (!mount("-t", "tmpfs", "-o", `size=${kilobytes}k`, "drydock-test", folder)) return undefined
  // Lazily: a storage that the test leaves open is closed only after this.
  onTestFinished(() => void spawnSync("umount", ["--lazy", folder]))
  return folder
}

describe("on a real disk, where the machine lets us make one", () => {
  it("a save that finds it full is refused; all before it is there, and so is it once there is room", ({ skip }) => {
    const disk = tinyDisk(600) ?? skip()
    const ballast = join(disk, "ballast")
    writeFileSync(ballast, new Uint8Array(100_000))
    const path = join(disk, "manager.db")
    const storage = opened(path)
    let saved = 0
    let fault: ReturnType<typeof faultOf>
    for (; fault === undefined; saved += fault === undefined ? 1 : 0) {
      fault = faultOf(() => storage.save({ entries: [entryOf(saved + 1, 1, 3000)] }))
    }
    expect(fault.fault).toBe("full")
    expect(saved).toBeGreaterThan(3)
    expect(storage.load().entries).toHaveLength(saved)
    rmSync(ballast)
    storage.save({ entries: [entryOf(saved + 1, 1, 3000)] })
    storage.close()
    expect(opened(path).load().entries).toHaveLength(saved + 1)
  })

  it("a database on one that is read-only is refused at once", ({ skip }) => {
    const disk = tinyDisk(600) ?? skip()
    const path = join(disk, "manager.db")
    opened(path).close()
    if (!mount("-o", "remount,ro", disk)) skip()
    const refused = faultOf(() => opened(path))
    expect(refused?.fault).toBe("read-only")
    expect(refused?.message).toContain("writable for this user")
  })
})

describe("a member on a real disk that is full", () => {
  it("steps down and acknowledges nothing; once there is room it leads again, with all that was acknowledged", ({
    skip,
  }) => {
    const disk = tinyDisk(600) ?? skip()
    const ballast = join(disk, "ballast")
    writeFileSync(ballast, new Uint8Array(100_000))
    const storage = opened(join(disk, "manager.db"))
    const raft = new Raft({ id: 1, voters: [1], random: () => 0.5, now: 0, restored: storage.load() })
    const committed: Entry[] = []
    const faults: unknown[] = []
    const carryOut = (now: number, outputs: ReadonlyArray<RaftOutput>): void => {
      for (const output of outputs) {
        if (output.type === "committed") committed.push(...output.entries)
        if (output.type !== "save") continue
        const fault = faultOf(() => storage.save(output))
        if (fault !== undefined) faults.push(fault.fault)
        const { ticket } = output
        carryOut(now, raft.step(now, { type: fault === undefined ? "saved" : "save-failed", ticket }))
      }
    }
    const wake = (): void => {
      const now = raft.nextWake() ?? 0
      carryOut(now, raft.step(now, { type: "wake" }))
    }
    wake()
    expect(raft.status().role).toBe("leader")
    for (let i = 0; raft.status().role === "leader"; i++) {
      const proposed = raft.propose(0, new Uint8Array(3000).fill(i))
      if (proposed.accepted) carryOut(0, proposed.outputs)
    }
    expect(faults).toEqual(["full"])
    const acknowledged = committed.length
    expect(acknowledged).toBeGreaterThan(3)
    expect(raft.status()).toMatchObject({ role: "follower", diskRefuses: true, lastIndex: acknowledged + 1 })
    expect(raft.propose(0, new Uint8Array(1))).toMatchObject({ accepted: false, error: "not leader" })
    rmSync(ballast)
    for (let i = 0; i < 9 && raft.status().role !== "leader"; i++) wake()
    expect(raft.status()).toMatchObject({ role: "leader", diskRefuses: false })
    // The one that was refused, and the leader's first of its term.
    expect(committed).toHaveLength(acknowledged + 2)
    expect(storage.load().entries).toHaveLength(acknowledged + 2)
  })
})

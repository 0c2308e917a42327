import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"
import { drydock } from "../helper.ts"

const golden = fileURLToPath(new URL("../../raft/golden/election.txt", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "drydock-play-"))
afterAll(() => rmSync(folder, { recursive: true }))

function script(text: string): string {
  const file = join(folder, "script.txt")
  writeFileSync(file, text)
  return file
}

describe("drydock raft play", () => {
  it("prints the script with what the members say", async () => {
    const { exitCode, stdout } = await drydock(["raft", "play", golden])
    expect(exitCode).toBe(0)
    expect(stdout).toBe(readFileSync(golden, "utf8"))
  })

  it("tells a script without transcripts as it goes", async () => {
    const { stdout } = await drydock(["raft", "play", script("add-members 1\nstatus\n")])
    expect(stdout).toContain("----\n1 wakes at 0ms\n  1 becomes candidate in term 1\n")
  })

  it("reads a script from stdin", async () => {
    const { stdout } = await drydock(["raft", "play", "-"], {}, { stdin: "add-members 1 2 3\n" })
    expect(stdout).toBe("add-members 1 2 3\n----\nok\n")
  })

  it("--check says nothing when the file expects what happens", async () => {
    expect(await drydock(["raft", "play", "--check", golden])).toMatchObject({ exitCode: 0, stdout: "", stderr: "" })
  })

  it("--check names the first line of each transcript that differs", async () => {
    const file = script("add-members 1 2 3\n----\nok\n\npropose 2 x\n----\n2 applies x\n")
    const { exitCode, stderr } = await drydock(["raft", "play", "--check", file])
    expect(exitCode).toBe(1)
    expect(stderr).toBe(
      `${file}:7: expected: 2 applies x\n${file}:7: actual:   2 refuses to propose: not leader (its leader: none)\n`,
    )
  })

  it("names file and line of a command that is wrong", async () => {
    const file = script("# what for\n\nadd-members 1 2 3\n\ncampain 1\n")
    const { exitCode, stderr } = await drydock(["raft", "play", file])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(`${file}:5: there is no command campain; there are `)
  })
})

import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { configYaml, loadStack, renderErrors } from "../../compose/index.ts"

// The docker CLI is asked about files that were broken at random: `stack config` needs no engine.
const hasDocker = spawnSync("docker", ["--version"]).status === 0
if (!hasDocker) {
  console.log("skipped: no docker CLI here to compare with")
  if (process.env.CI === "true") throw new Error("CI needs the docker CLI")
}

const examples = readdirSync("examples")
  .filter((name) => name.endsWith(".yml"))
  .map((name) => readFileSync(`examples/${name}`, "utf8"))

const scraps = [
  "x",
  " ",
  ":",
  "- ",
  "'",
  '"',
  "$",
  "${A}",
  "{",
  "]",
  "#",
  "\t",
  "&a ",
  "*a",
  "!",
  "|",
  "? ",
  "~",
  "0",
  "\n",
  "yes",
]

/** An example with a scrap put in, or a character taken out, at one to three places. */
const broken = fc
  .tuple(
    fc.constantFrom(...examples),
    fc.array(fc.tuple(fc.nat(), fc.option(fc.constantFrom(...scraps))), { minLength: 1, maxLength: 3 }),
  )
  .map(([text, changes]) =>
    changes.reduce((changed, [where, scrap]) => {
      const at = where % (changed.length + 1)
      return changed.slice(0, at) + (scrap ?? "") + changed.slice(scrap === null ? at + 1 : at)
    }, text),
  )

const squash = (text: string): string => text.replace(/\s+/g, " ")

const ours = (text: string) => {
  const loaded = loadStack({
    files: [{ path: "-", text }],
    workingDir: "/tmp",
    env: {},
    readFile: (path) => Result.fail(`open ${path}: no such file or directory`),
  })
  return Result.isFailure(loaded)
    ? { error: renderErrors(loaded.failure) }
    : { config: configYaml(loaded.success.config) }
}

describe.skipIf(!hasDocker)("docker stack config", () => {
  it("prints the same of a broken file, or its complaint is among ours", { timeout: 120_000 }, () => {
    const options = { cwd: "/tmp", env: { PATH: process.env.PATH ?? "" }, encoding: "utf8" } as const
    fc.assert(
      fc.property(broken, (text) => {
        const theirs = spawnSync("docker", ["stack", "config", "-c", "-"], { ...options, input: text })
        const mine = ours(text)
        if (theirs.status === 0) {
          expect(mine).toEqual({ config: theirs.stdout })
          return
        }
        const sentence = theirs.stderr.split("\n").find((line) => line !== "" && !line.startsWith("time=")) ?? ""
        // Of several equally specific mistakes docker picks one at random: that it is among ours is what counts.
        expect(squash(mine.error ?? "no error")).toContain(squash(sentence).trim())
      }),
      { numRuns: 40, seed: 6 },
    )
  })
})

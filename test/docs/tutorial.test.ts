import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url))
const root = fileURLToPath(new URL("../..", import.meta.url))

function missingDocker(): string | undefined {
  const reason = spawnSync("docker", ["--version"]).status === 0 ? undefined : "the tutorial needs the docker CLI"
  if (reason !== undefined && process.env.CI === "true") throw new Error(reason)
  if (reason !== undefined) process.stderr.write(`skipped: ${reason}\n`)
  return reason
}

/** What the tutorial says to type: by the heading above it, in order. */
const chapters = [
  ...readFileSync(join(root, "docs/tutorial.md"), "utf8").matchAll(/^## (.*)\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm),
]
  .map(([, heading = "", text = ""]) => ({
    heading,
    blocks: [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block),
  }))
  .filter(({ blocks }) => blocks.length > 0)

/** What must be seen at the end of a chapter. */
const outcomes: Readonly<Record<string, ReadonlyArray<RegExp>>> = {
  Machines: [/node5 +Running/],
  "Create a swarm": [/node1 +Ready +Active +Leader/, /node3 +Ready +Active +Reachable/, /node5 +Ready +Active/],
  Deploy: [/vote_vote +replicated +2\/2/, /vote_db\.1 .* Running/],
  Scale: [/vote_vote scaled to 6/, /vote_vote\.6 .* Running/],
  "Update, and take it back": [
    /vote_vote\.1 dockersamples\/examplevotingapp_vote:after/,
    /rollback: .*|rolled back|converged/,
  ],
  "Empty a machine": [/node5\n/, /Shutdown/],
  "Lose the leader": [/Down +Active +Unreachable|Unknown|Down/, /Leader/, /Reachable[\s\S]*Reachable/],
  "Lose the quorum, and recover": [/no majority, no answers/, /Ready +Active +Leader/, /vote_vote +replicated/],
}

describe.skipIf(missingDocker() !== undefined)("the tutorial", () => {
  const folder = mkdtempSync(join(tmpdir(), "drydock-tutorial-"))
  let sim: ChildProcess
  let shell: ChildProcess
  let ports: ReadonlyArray<string> = []
  let seen = ""

  beforeAll(async () => {
    if (!existsSync(main)) throw new Error("not built: node tools/build.mjs")
    writeFileSync(join(folder, "drydock"), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`)
    chmodSync(join(folder, "drydock"), 0o755)
    // Everything as the tutorial says, but on ports that are free, and faster than life.
    const args = [
      "sim",
      "--managers",
      "0",
      "--workers",
      "5",
      "--port",
      "0",
      "--no-screen",
      "--speed",
      "4",
      "--seed",
      "tutorial",
    ]
    sim = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "inherit"] })
    const host = await new Promise<string>((resolve) => {
      let printed = ""
      sim.stdout?.setEncoding("utf8").on("data", (text: string) => {
        printed += text
        const found = /DOCKER_HOST=(tcp:\S+)\s/.exec(printed)?.[1]
        if (found !== undefined) resolve(found)
      })
    })
    const listed = spawnSync(process.execPath, [main, "--host", host, "machine", "ls"], { encoding: "utf8" }).stdout
    ports = [...listed.matchAll(/tcp:\/\/127\.0\.0\.1:(\d+)/g)].map((found) => found[1] ?? "")
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, DOCKER_CONFIG: folder, DOCKER_HOST: host }
    shell = spawn("bash", ["-e", "-o", "pipefail"], { cwd: root, env, stdio: ["pipe", "pipe", "pipe"] })
    for (const stream of [shell.stdout, shell.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        seen += text
      })
    }
  }, 60_000)

  afterAll(() => {
    shell?.kill()
    sim?.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Types a block into the shell; what it prints. Fails when a command does. */
  function type(block: string): Promise<string> {
    const here = block.replace(
      /(?<=127\.0\.0\.1:|for port in .*)237([5-9])\b/g,
      (port, digit: string) => ports[Number(digit) - 5] ?? port,
    )
    seen = ""
    if (shell.exitCode !== null) return Promise.reject(new Error("a command of an earlier chapter failed"))
    return new Promise((resolve, reject) => {
      const gone = (code: number | null) => reject(new Error(`a command failed (${code}):\n${here}\n${seen}`))
      shell.once("exit", gone)
      const timer = setInterval(() => {
        if (!seen.includes("=== typed")) return
        clearInterval(timer)
        shell.off("exit", gone)
        resolve(seen)
      }, 20)
      shell.stdin?.write(`${here}\necho === typed\n`)
    })
  }

  it("has the chapters that are checked here", () => {
    expect(chapters.map(({ heading }) => heading)).toEqual(Object.keys(outcomes))
  })

  for (const { heading, blocks } of chapters) {
    it(`${heading}: what it says happens`, async () => {
      let printed = ""
      for (const block of blocks) printed += await type(block)
      for (const outcome of outcomes[heading] ?? []) expect(printed).toMatch(outcome)
    }, 180_000)
  }
})

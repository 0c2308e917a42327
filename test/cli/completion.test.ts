import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { missingTmux, Tmux } from "../support/tmux.ts"
import { drydock } from "./helper.ts"

/** A drydock that has two services and nothing else: what completion asks for names. */
const fakeProgram = `#!/bin/sh
[ "$1 $2" = "service ls" ] && printf 'web\\nweb-admin\\n'
exit 0
`

const folder = mkdtempSync(join(tmpdir(), "drydock-completion-"))
const path = `${join(folder, "bin")}:${process.env.PATH}`
const script = async (shell: string): Promise<string> => {
  const file = join(folder, `drydock.${shell}`)
  const { stdout, exitCode } = await drydock(["completion", shell])
  expect(exitCode).toBe(0)
  writeFileSync(file, stdout)
  return file
}

beforeAll(() => {
  mkdirSync(join(folder, "bin"))
  writeFileSync(join(folder, "bin", "drydock"), fakeProgram)
  chmodSync(join(folder, "bin", "drydock"), 0o755)
  mkdirSync(join(folder, "home"))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Why a shell cannot be asked here. Where others are tested for (CI), all must be there. */
function missing(shell: string): string | undefined {
  const reason = spawnSync(shell, ["--version"]).status === 0 ? undefined : `completion for ${shell} needs ${shell}`
  if (reason !== undefined && process.env.CI === "true") throw new Error(reason)
  if (reason !== undefined) process.stderr.write(`skipped: ${reason}\n`)
  return reason
}

type Offer = (...words: ReadonlyArray<string>) => Promise<ReadonlyArray<string>>

/** The last word is the one that is being typed. */
function holds(offered: Offer): void {
  it("offers commands, subcommands and options, each where it belongs", async () => {
    expect(await offered("ser")).toEqual(["service"])
    expect(await offered("service", "r")).toEqual(["rm", "rollback"])
    expect(await offered("service", "scale", "--")).toEqual(["--detach", "--help", "--host"])
    expect(await offered("service", "ps", "-q", "--no-t")).toEqual(["--no-trunc"])
    expect(await offered("swarm", "join-t")).toEqual(["join-token"])
  })

  it("offers names of what there is", async () => {
    expect(await offered("service", "ps", "we")).toEqual(["web", "web-admin"])
    expect(await offered("service", "inspect", "--pretty", "web-")).toEqual(["web-admin"])
    expect(await offered("service", "rm", "web-")).toEqual(["web-admin"])
  })

  it("knows every command, whatever is added", async () => {
    const commands = await offered("")
    for (const name of ["completion", "watch", "sim", "stack", "events", "swarm", "inspect", "volume"])
      expect(commands).toContain(name)
    const { stdout } = await drydock(["--help"])
    const all = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name = ""]) => name)
    expect(all.length).toBeGreaterThanOrEqual(40)
    expect(commands).toEqual(expect.arrayContaining(all.filter((name) => name !== "drydock")))
  })
}

describe.skipIf(missing("bash"))("completion in bash", () => {
  const offered: Offer = async (...words) => {
    const file = await script("bash")
    const line = `COMP_WORDS=(drydock ${words.map((word) => JSON.stringify(word)).join(" ")}); COMP_CWORD=${words.length}`
    const asked = `. ${file}\n${line}; _drydock; printf '%s\\n' "\${COMPREPLY[@]}"`
    const shell = spawnSync("bash", ["--norc", "-e", "-c", asked], { encoding: "utf8", env: { PATH: path } })
    expect(shell.stderr).toBe("")
    return shell.stdout.split("\n").filter((word) => word !== "")
  }
  holds(offered)

  it("leaves the value of an option to the files", async () => {
    expect(await offered("stack", "deploy", "--compose-file", "s")).toEqual([])
    expect(await offered("service", "ls", "x")).toEqual([])
  })
})

describe.skipIf(missing("fish"))("completion in fish", () => {
  const asked: Offer = async (...words) => {
    const file = await script("fish")
    const command = `source ${file}; complete -C ${JSON.stringify(["drydock", ...words].join(" "))}`
    const home = join(folder, "home")
    const env = { PATH: path, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home }
    const shell = spawnSync("fish", ["--no-config", "-c", command], { encoding: "utf8", env, cwd: folder })
    expect(shell.stderr).toBe("")
    return shell.stdout.split("\n").filter((word) => word !== "")
  }
  holds(async (...words) => (await asked(...words)).map((line) => line.split("\t")[0] ?? ""))

  it("says what the words mean", async () => {
    expect(await asked("service", "roll")).toEqual(["rollback\tRevert changes to a service's configuration"])
    expect(await asked("service", "ps", "--no-t")).toEqual(["--no-trunc\tDo not truncate output"])
  })
})

describe.skipIf(missing("zsh") ?? missingTmux())("completion in zsh", () => {
  const terminal = new Tmux()
  let asked = 0

  beforeAll(async () => {
    const file = await script("zsh")
    await terminal.start(200, 50)
    await terminal.type(`cd ${folder}; HOME=${folder}/home PATH=${path} ZDOTDIR=${folder}/home zsh -f`)
    await terminal.type("PS1='Z''SH> '; autoload -U compinit; compinit -u; zmodload zsh/complist")
    await terminal.type(
      "unsetopt menu_complete auto_menu list_ambiguous; setopt list_packed no_auto_list; bindkey '^X' list-choices",
    )
    await terminal.type(`source ${file} && echo rea''dy`)
    await terminal.until((screen) => screen.includes("ready"))
  }, 30_000)
  afterAll(() => terminal.stop())

  // A line is given up with C-u: C-c is a signal, and what is typed while the shell makes a new line of it may be lost.

  /** What zsh lists for a line; the list ends where the screen does. */
  const listed = async (...words: ReadonlyArray<string>): Promise<string> => {
    const mark = `mark${asked++}`
    await terminal.keys("C-u", "C-l")
    await terminal.type(`echo ${mark}''shown`)
    await terminal.until((screen) => screen.includes(`${mark}shown`))
    await terminal.write(["drydock", ...words].join(" "))
    await terminal.keys("C-x")
    await terminal.write(` # ${mark}`)
    const screen = await terminal.until((shown) => shown.includes(`# ${mark}`))
    return screen
  }

  it("has a script that zsh reads", async () => {
    const checked = spawnSync("zsh", ["-n", await script("zsh")], { encoding: "utf8" })
    expect({ status: checked.status, stderr: checked.stderr }).toEqual({ status: 0, stderr: "" })
  })

  it("offers commands, options and names, and says what they mean", async () => {
    const services = await listed("service", "r")
    expect(services).toContain("rollback  -- Revert changes to a service's configuration")
    expect(services).not.toContain("Scale one or multiple")
    const options = await listed("service", "ps", "--no")
    expect(options).toContain("--no-trunc")
    expect(options).toContain("-- Do not truncate output")
    expect(await listed("service", "ps", "w")).toContain("web-admin")
    expect(await listed("sys")).not.toContain("drydock.zsh")
  }, 60_000)

  it("completes what is the only choice", async () => {
    await terminal.keys("C-u", "C-l")
    await terminal.write("drydock swarm join-t")
    await terminal.keys("Tab")
    await terminal.until((screen) => screen.includes("drydock swarm join-token"))
    await terminal.keys("C-u")
    await terminal.write("drydock service scale --d")
    await terminal.keys("Tab")
    await terminal.until((screen) => screen.includes("service scale --detach"))
    await terminal.keys("C-u")
  }, 60_000)
})

describe("completion", () => {
  it("says which shells it knows", async () => {
    const { exitCode, stderr } = await drydock(["completion", "tcsh"])
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: "there is no completion for tcsh: only bash, zsh, fish\n",
    })
  })
})

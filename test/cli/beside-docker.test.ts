import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { httpEngine } from "../../cli/client/http.ts"
import type { Task } from "../../cli/client/types.ts"
import { processSurroundings } from "../../cli/process.ts"
import { main } from "../../cli/run.ts"
import { dockerVersion } from "../conformance/docker.ts"
import { live } from "../conformance/live.ts"
import { simulated } from "../conformance/simulated.ts"
import type { Started } from "../conformance/target.ts"
import { acts, asOther, commands, onWorker } from "./beside-docker/commands.ts"
import { setting, stack } from "./beside-docker/setting.ts"

/** DRYDOCK_CONFORMANCE_TARGET=live: daemons with simulated engines, each a process, in place of a simulated cluster. */
const target = process.env.DRYDOCK_CONFORMANCE_TARGET === "live" ? live : simulated

/** Why nothing can be compared here; a machine that tests for others (CI) must be able to. */
function missing(): string | undefined {
  const version = dockerVersion()
  const absent = version === undefined ? "there is no docker command on this machine" : target.missing()
  if (absent !== undefined && process.env.CI === "true") throw new Error(absent)
  // Words and columns change from one to the next.
  const other = version?.startsWith("28.") === false ? `docker is ${version}, not 28` : undefined
  const reason = absent ?? other
  if (reason !== undefined) process.stderr.write(`skipped: nothing is compared with docker: ${reason}\n`)
  return reason
}

const cannot = missing()

interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The same commands by both command lines against the same cluster: what they print and how they end is the same, to the byte. */
describe.skipIf(cannot !== undefined)(`beside docker, against ${target.name}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "drydock-beside-"))
  let cluster: Started | undefined
  let host = ""
  let worker = ""
  /** Names that only the running cluster knows: tasks, containers. */
  const names = new Map<string, string>()

  beforeAll(async () => {
    writeFileSync(join(folder, "secret"), "swordfish")
    writeFileSync(join(folder, "stack.yml"), stack)
    cluster = await target.start()
    host = cluster.addresses[0] ?? ""
    worker = await addressOfWorker(cluster.addresses)
    for (const argv of setting) {
      const made = await docker(argv.map((word) => word.replace("FOLDER", folder)))
      if (made.code !== 0) throw new Error(`docker ${argv.join(" ")}: ${made.stderr}`)
    }
    await settled()
  }, 120_000)

  afterAll(async () => {
    await cluster?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function addressOfWorker(addresses: ReadonlyArray<string>): Promise<string> {
    for (const address of addresses) {
      const info = await httpEngine(address, "test").get<{ Swarm: { ControlAvailable: boolean } }>("/info")
      if (!info.Swarm.ControlAvailable) return address
    }
    throw new Error("there is no worker")
  }

  const docker = (argv: ReadonlyArray<string>, at = host): Promise<Ran> => {
    const env = { PATH: process.env.PATH, TZ: process.env.TZ, LANG: "C", DOCKER_CONFIG: folder, DOCKER_HOST: at }
    const child = spawn("docker", argv, { env, timeout: 60_000, killSignal: "SIGKILL" })
    const out = { stdout: "", stderr: "" }
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out.stdout += text
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      out.stderr += text
    })
    // A command that reads nothing may have ended before.
    child.stdin.on("error", () => {})
    child.stdin.end()
    return new Promise((resolve, reject) => {
      child.on("error", reject)
      child.on("close", (code) => resolve({ code: code ?? -1, ...out }))
    })
  }

  /** The name of the program is its own everywhere. */
  const asDocker = (text: string): string => text.replaceAll("drydock", "docker")
  /** Slips of docker's that nobody needs: a word, and that most groups forget to say that a command follows them. */
  const spelled = ({ code, stdout, stderr }: Ran): Ran => ({
    code,
    stdout: asDocker(stdout),
    stderr: asDocker(stderr)
      .replace("SRun '", "Run '")
      .replace(/^(Usage: {2}docker \w+)$/m, "$1 COMMAND"),
  })

  const drydock = async (argv: ReadonlyArray<string>, at = host): Promise<Ran> => {
    const out = { stdout: "", stderr: "" }
    const keep = (stream: "stdout" | "stderr") => (text: string | Uint8Array) => {
      out[stream] += typeof text === "string" ? text : Buffer.from(text).toString("utf8")
    }
    const surroundings = { ...processSurroundings, out: keep("stdout"), err: keep("stderr") }
    const code = await main(["--host", at, ...argv], surroundings)
    return { code, stdout: asDocker(out.stdout), stderr: asDocker(out.stderr) }
  }

  /** While docker itself says one thing before and another thing after, time went on in between: once more. */
  async function expectSame(argv: ReadonlyArray<string>, as: ReadonlyArray<string> = argv, at = host): Promise<void> {
    for (let tries = 0; ; tries++) {
      const before = spelled(await docker(as, at))
      const ours = await drydock(argv, at)
      const after = spelled(await docker(as, at))
      if (JSON.stringify(before) === JSON.stringify(ours) || JSON.stringify(after) === JSON.stringify(ours)) {
        expect(ours.stdout + ours.stderr).not.toBe("")
        return
      }
      if (tries === 4 || JSON.stringify(before) === JSON.stringify(after)) expect(ours).toEqual(before)
    }
  }

  async function settled(): Promise<void> {
    const engine = httpEngine(host, "test")
    for (let tries = 0; tries < 600; tries++) {
      const tasks =
        await engine.get<ReadonlyArray<Task & { readonly Status: { ContainerStatus?: { ContainerID?: string } } }>>(
          "/tasks",
        )
      const done = tasks.filter(({ Status }) => Status.State === "running" || Status.State === "complete").length
      const failed = tasks.find(({ Status }) => Status.State === "failed")
      const services = await engine.get<ReadonlyArray<{ ID: string; Spec: { Name: string } }>>("/services")
      const web = services.find(({ Spec }) => Spec.Name === "web")?.ID
      const task = tasks.find(({ ServiceID, Status }) => ServiceID === web && Status.State === "running")
      if (done >= 15 && failed !== undefined && task !== undefined) {
        names.set("TASK", task.ID)
        names.set("FAILED", failed.ID)
        const listed = await docker(["ps", "--no-trunc", "--format", "{{.ID}} {{.Names}}"])
        const [container = "", name = ""] =
          listed.stdout
            .split("\n")
            .find((line) => line.includes(" web."))
            ?.split(" ") ?? []
        if (container === "") throw new Error(`no task of web on the machine that answers:\n${listed.stdout}`)
        names.set("CONTAINER", container).set("NAME", name)
        return
      }
      await pause(100)
    }
    throw new Error("the cluster did not settle")
  }

  /** A command line as one would type it; words that only this cluster knows are put in. */
  const words = (line: string): ReadonlyArray<string> =>
    [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => {
      const bare = word.replaceAll("'", "")
      return names.get(bare) ?? bare
    })

  for (const [title, lines] of Object.entries(commands)) {
    describe(title, () => {
      it.each(lines)("%s", (line) => expectSame(words(line)), 60_000)
    })
  }

  describe("asked of a worker", () => {
    it.each(onWorker)("%s", (line) => expectSame(words(line), words(line), worker), 60_000)
  })

  it("task: what docker has under other names", async () => {
    for (const [ours, theirs] of asOther) await expectSame(words(ours), words(theirs))
  }, 60_000)

  describe("acts with the same words", () => {
    const own = (line: string, whose: "theirs" | "ours"): ReadonlyArray<string> =>
      words(line).map((word) =>
        word.replace("NEW", `new-${whose}`).replace("SUBNET", whose === "ours" ? "10.78.0.0/24" : "10.77.0.0/24"),
      )
    /** Without what is each one's own: names, and IDs of what was made. */
    const common = ({ code, stdout, stderr }: Ran): Ran => ({
      code,
      stdout: stdout.replaceAll(/new-(ours|theirs)/g, "NEW").replace(/^[0-9a-z]{25}$/gm, "<id>"),
      stderr: stderr.replaceAll(/new-(ours|theirs)/g, "NEW"),
    })

    it.each(acts.map((line, i) => [line, i] as const))(
      "%s",
      async (line) => {
        const theirs = spelled(await docker(own(line, "theirs")))
        expect(common(await drydock(own(line, "ours")))).toEqual(common(theirs))
      },
      60_000,
    )

    it("prunes, and says what is gone", async () => {
      await docker(["image", "prune", "--all", "--force"])
      for (const [prune, ...made] of [
        ["volume prune --all --force --filter label=gone", "volume create --label gone one"],
        [
          "network prune --force --filter label=gone",
          "network create --label gone two",
          "network create --label gone 3",
        ],
        ["image prune --all --force", "pull --quiet redis:5"],
        [
          "system prune --all --volumes --force --filter label=gone",
          "network create --driver overlay --label gone four",
        ],
      ]) {
        for (const line of made) await docker(words(line))
        const theirs = await docker(words(prune ?? ""))
        for (const line of made) await docker(words(line))
        const ours = await drydock(words(prune ?? ""))
        expect(ours).toEqual(theirs)
        expect(ours.stdout).toMatch(/^Deleted /)
      }
    }, 60_000)

    it("pulls, and removes what it pulled", async () => {
      for (const argv of [
        ["pull", "redis:6"],
        ["image", "pull", "--quiet", "redis:6"],
        ["rmi", "redis:6"],
      ]) {
        const theirs = await docker(argv)
        if (argv[0] === "rmi") await docker(["pull", "--quiet", "redis:6"])
        const ours = await drydock(argv)
        // The second of two finds the image there.
        const status = (text: string) => text.replace("Downloaded newer image", "Image is up to date")
        expect({ ...ours, stdout: status(ours.stdout) }).toEqual({ ...theirs, stdout: status(theirs.stdout) })
      }
    }, 60_000)

    it("explains a change that changes nothing", async () => {
      const [theirs, ours] = [await docker(["swarm", "update"]), await drydock(["swarm", "update"])]
      expect(ours.code).toBe(theirs.code)
      for (const { stdout } of [theirs, ours]) expect(stdout).toContain("Usage:  docker swarm update [OPTIONS]")
    }, 60_000)
  })

  it("follows logs and events as they come", async () => {
    const since = String(Math.floor(Date.now() / 1000) - 3600)
    const until = String(Math.floor(Date.now() / 1000))
    for (const format of [
      [],
      ["--format", "json"],
      ["--format", "{{.Type}}/{{.Action}} {{.Actor.ID}} {{.TimeNano}} {{json .Actor}}"],
    ]) {
      await expectSame(["events", "--since", since, "--until", until, ...format])
    }
    await expectSame([
      "events",
      "--since",
      since,
      "--until",
      until,
      "--filter",
      "type=service",
      "--filter",
      "event=create",
    ])
    await expectSame(["events", "--since", since, "--until", until, "--format", "{{.Nope}}"])
    await expectSame(["events", "--since", "yesterday"])
    await expectSame(["events", "--since", since, "--until", until, "--format", "{{"])
  }, 60_000)
})

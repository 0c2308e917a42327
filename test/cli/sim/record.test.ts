import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { httpEngine } from "../../../cli/client/http.ts"
import { fetchPast, fetchStatus } from "../../../cli/watch/fetch.ts"
import { replayFile } from "../../../cli/watch/replay.ts"
import type { ClusterStatus } from "../../../nodes/status.ts"

const main = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url))

/** What a simulation tells that a replay of it cannot know: where APIs listened, how fast the clock went, how many lines were asked for. */
const comparable = ({ managers, events, simulation, ...status }: ClusterStatus) => ({
  ...status,
  managers: managers.map(({ host: _, ...manager }) => manager),
  events: events.slice(-100),
  event: simulation?.event,
})

/** The body of a picture: the title says how fast the clock goes, and managers where they listen. */
const body = (picture: string): string => picture.slice(picture.indexOf(" NODES"))

const noDocker = spawnSync("docker", ["--version"]).status !== 0
if (noDocker) process.stderr.write("skipped: a session of the docker CLI needs docker\n")
if (noDocker && process.env.CI === "true") throw new Error("a session of the docker CLI needs docker")

class Simulation {
  readonly child: ChildProcess
  readonly host: string
  readonly engine

  private constructor(child: ChildProcess, host: string) {
    this.child = child
    this.host = host
    this.engine = httpEngine(host, "test")
  }

  static start(...flags: ReadonlyArray<string>): Promise<Simulation> {
    const argv = [main, "sim", "--port", "0", "--no-screen", ...flags]
    const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] })
    return new Promise((resolve, reject) => {
      let said = ""
      const hear = (chunk: Buffer) => {
        said += chunk.toString()
        const host = /DOCKER_HOST=(tcp:\S+)/.exec(said)?.[1]
        if (host !== undefined) resolve(new Simulation(child, host))
      }
      child.stdout.on("data", hear)
      child.stderr.on("data", hear)
      child.on("exit", () => reject(new Error(said)))
    })
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve))
    this.child.kill(signal)
    await ended
  }
}

const drydock = async (...args: ReadonlyArray<string>) => {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, ...args])
    return { code: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = Object.assign({ code: -1, stdout: "", stderr: "" }, error)
    return { code, stdout, stderr }
  }
}

const service = (Name: string, Replicas: number) => ({
  Name,
  TaskTemplate: { ContainerSpec: { Image: "busybox", Command: ["sh", "-c", "echo ahoy; exec sleep 1d"] } },
  Mode: { Replicated: { Replicas } },
})

describe("a session that drydock sim records", () => {
  const folder = mkdtempSync(join(tmpdir(), "drydock-record-"))
  const path = join(folder, "session.jsonl")
  let picture = ""
  let status: ClusterStatus
  let past: { readonly at: number; readonly event: number; readonly status: ClusterStatus }

  beforeAll(async () => {
    if (!existsSync(main)) throw new Error("not built: node tools/build.mjs")
    const sim = await Simulation.start("--seed", "recorded", "--workers", "2", "--speed", "20", "--record", path)
    const { engine, host } = sim
    try {
      const { ID } = await engine.post<{ ID: string }>("/services/create", { body: service("web", 3) })
      const logs = await fetch(`${host.replace("tcp", "http")}/services/${ID}/logs?stdout=1&follow=1`)
      const reader = logs.body?.getReader()
      await reader?.read()
      await engine.post("/drydock/machines", { body: { Name: "spare" } })
      await engine.post("/drydock/machines/worker2/crash")
      await engine.get("/tasks")
      await reader?.cancel()
      await engine.post("/services/create", { body: service("more", 2) })
      await engine.post("/drydock/network/cut", { body: { A: "manager1" } })
      await pause(200)
      await engine.post("/drydock/time", { body: { Paused: true } })
      for (let i = 0; i < 5; i++) await engine.post("/drydock/time", { body: { Step: "event" } })
      // In the midst of an instant, events of which are still to come.
      await engine.post("/drydock/network/heal")
      await engine.post("/drydock/machines/worker2/start")
      await engine.post("/drydock/time", { body: { Step: 5_000 } })
      status = await fetchStatus(engine, host)
      picture = (await drydock("--host", host, "watch", "--once")).stdout
      past = await fetchPast(engine, { at: (status.simulation?.started ?? 0) + 3_000 })
    } finally {
      await sim.end("SIGINT")
    }
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it("replays to the picture that it had at its end", async () => {
    const { end } = await replayFile(path)
    expect(comparable(end.status)).toEqual(comparable(status))
    const { code, stdout } = await drydock("watch", "--replay", path, "--once")
    expect(code).toBe(0)
    expect(body(stdout)).toBe(body(picture))
    expect(stdout).toContain("recorded")
  }, 60_000)

  it("replays to what the simulation itself told of an earlier moment", async () => {
    const { lookBack } = await replayFile(path)
    const then = await lookBack({ at: past.at })
    expect(comparable(then.status)).toEqual(comparable(past.status))
    const one = await lookBack({ event: past.event - 100 })
    expect(one.event).toBe(past.event - 100)
    const once = await drydock("watch", "--replay", path, "--once", "--at", "3s")
    expect(once.stdout).toMatch(/^ drydock .* \+3s /)
    const late = await drydock("watch", "--replay", path, "--once", "--at", "10h")
    expect(late).toMatchObject({ code: 1, stderr: expect.stringMatching(/^--at: the recording ends \S+ ?s after/) })
  }, 60_000)

  it("can be read by its owner alone, and is never written over", async () => {
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const again = await drydock("sim", "--record", path, "--port", "0", "--no-screen")
    expect(again).toMatchObject({ code: 1, stderr: `${path} is there already: a recording needs a new file\n` })
    const nowhere = await drydock("sim", "--record", join(folder, "no/such"), "--port", "0", "--no-screen")
    expect(nowhere.stderr).toMatch(/^cannot record to .*no\/such: ENOENT\n$/)
  }, 60_000)

  it("that is damaged or none at all is refused with its line", async () => {
    const replay = async (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      return drydock("watch", "--replay", join(folder, name), "--once")
    }
    const text = readFileSync(path, "utf8")
    const damaged = await replay("damaged", text.replace('"host":"spare"', '"host":"spate"'))
    expect(damaged).toMatchObject({ code: 1, stdout: "" })
    expect(damaged.stderr).toMatch(/^\S+damaged:\d+: the recording is damaged here: .*\n$/)
    expect((await replay("foreign", "services:\n")).stderr).toMatch(/foreign:1: not a recording of drydock sim\n$/)
    const missing = await drydock("watch", "--replay", join(folder, "missing"), "--once")
    expect(missing.stderr).toMatch(/^open \S+missing: no such file or directory\n$/)
    const piped = await drydock("watch", "--replay", path)
    expect(piped.stderr).toMatch(/^a recording is replayed on a terminal/)
  }, 60_000)

  it.skipIf(noDocker)(
    "in which docker makes a swarm of bare machines, changes it and breaks it",
    async () => {
      const swarm = join(folder, "swarm.jsonl")
      const flags = ["--managers", "0", "--workers", "4", "--seed", "swarm", "--speed", "10", "--record", swarm]
      const sim = await Simulation.start(...flags)
      try {
        const machines = await sim.engine.get<ReadonlyArray<{ Name: string; Port: number }>>("/drydock/machines")
        const host = (name: string) => `tcp://127.0.0.1:${machines.find(({ Name }) => Name === name)?.Port}`
        const docker = async (name: string, ...args: ReadonlyArray<string>) => {
          const { stdout } = await promisify(execFile)("docker", ["-H", host(name), ...args], { timeout: 30_000 })
          return stdout.trim()
        }
        await docker("node1", "swarm", "init")
        const address = `${await docker("node1", "info", "--format", "{{.Swarm.NodeAddr}}")}:2377`
        for (const [name, role] of [
          ["node2", "manager"],
          ["node3", "manager"],
          ["node4", "worker"],
        ] as const) {
          await docker(
            name,
            "swarm",
            "join",
            "--token",
            await docker("node1", "swarm", "join-token", "-q", role),
            address,
          )
        }
        await docker("node1", "service", "create", "-d", "--name", "web", "--replicas", "5", "nginx")
        await docker("node2", "swarm", "join-token", "--rotate", "-q", "worker")
        await docker("node1", "node", "demote", "node3")
        await docker("node4", "swarm", "leave")
        await docker("node1", "volume", "create", "data")
        await docker("node1", "pull", "redis")
        await docker("node1", "swarm", "update", "--autolock=true")
        await docker("node2", "service", "scale", "-d", "web=7")
        await pause(500)
        await sim.engine.post("/drydock/time", { body: { Paused: true } })
        status = await fetchStatus(sim.engine, sim.host)
      } finally {
        await sim.end("SIGTERM")
      }
      const { end } = await replayFile(swarm)
      expect(comparable(end.status)).toEqual(comparable(status))
      expect(end.status.nodes).toHaveLength(4)
    },
    120_000,
  )

  it("has all that was answered when the process is killed", async () => {
    const killed = join(folder, "killed.jsonl")
    const sim = await Simulation.start("--seed", "killed", "--workers", "1", "--speed", "5", "--record", killed)
    await sim.engine.post("/services/create", { body: service("last", 1) })
    await sim.end("SIGKILL")
    const { end } = await replayFile(killed)
    expect(end.status.services.map(({ Spec }) => Spec.Name)).toEqual(["last"])
  }, 60_000)
})

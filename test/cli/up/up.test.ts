import { spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { httpEngine } from "../../../cli/client/http.ts"
import { StateFolder } from "../../../cli/up/state.ts"
import type { Node } from "../../../core/model/node.ts"
import type { Task } from "../../../core/model/task.ts"

const main = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url))

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const drydock = (...args: ReadonlyArray<string>): Promise<Ran> => {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"], timeout: 90_000 })
  const ran = { stdout: "", stderr: "" }
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    ran.stdout += text
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    ran.stderr += text
  })
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...ran })))
}

describe("drydock up and down, with processes and simulated engines", () => {
  const parent = mkdtempSync(join(tmpdir(), "drydock-up-"))
  const folder = new StateFolder(join(parent, "cluster"))
  const here = ["--state-dir", folder.path]

  beforeAll(() => {
    if (!existsSync(main)) throw new Error("not built: node tools/build.mjs")
  })
  afterAll(async () => {
    await drydock("down", ...here)
    rmSync(parent, { recursive: true, force: true })
  }, 60_000)

  const machine = (name: string) => {
    const found = folder.read()?.machines.find((one) => one.name === name)
    if (found?.pid === undefined) throw new Error(`${name} was not started`)
    return { ...found, pid: found.pid }
  }
  const at = (name: string) => httpEngine(`unix://${folder.socketPath(name)}`, "test")
  const nodes = (name: string) => at(name).get<ReadonlyArray<Node>>("/nodes")
  const leader = async (asked: string): Promise<string | undefined> => {
    const found = (await nodes(asked)).find(({ ManagerStatus }) => ManagerStatus?.Leader === true)
    return found?.Description.Hostname
  }
  const gone = async (pid: number): Promise<void> => {
    for (let tries = 0; tries < 500; tries++) {
      try {
        process.kill(pid, 0)
      } catch {
        return
      }
      await pause(10)
    }
    throw new Error(`process ${pid} is still there`)
  }
  const eventually = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
    const end = Date.now() + 30_000
    while (!(await condition().catch(() => false))) {
      if (Date.now() > end) throw new Error(`${what} did not come about`)
      await pause(50)
    }
  }
  const allReady = async (name: string) => {
    const all = await nodes(name)
    return all.length === 4 && all.every(({ Status }) => Status.State === "ready")
  }

  it("start a cluster, and say how to use it", async () => {
    const { code, stdout, stderr } = await drydock("up", "--engine", "sim:", "--workers", "1", ...here)
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    expect(stdout).toContain(`export DOCKER_HOST=unix://${folder.socketPath("manager1")}`)
    expect(stdout).toContain(`drydock down --state-dir ${folder.path}`)
    await eventually("four ready nodes", () => allReady("manager1"))
    const found = await nodes("manager2")
    expect(found.map(({ Description, Spec }) => `${Description.Hostname} ${Spec.Role}`).sort()).toEqual([
      "manager1 manager",
      "manager2 manager",
      "manager3 manager",
      "worker1 worker",
    ])
  }, 90_000)

  it("find it running, and do not make it another", async () => {
    expect((await drydock("up", ...here)).stdout).toContain("The cluster is up already.")
    const other = await drydock("up", "--managers", "5", ...here)
    expect(other.code).toBe(1)
    expect(other.stderr).toContain("a cluster of 3 managers and 1 workers on sim: is there already")
  }, 60_000)

  it("bring back what was killed: what was answered is still there", async () => {
    const first = (await leader("manager1")) ?? ""
    const [second = "", third = ""] = ["manager1", "manager2", "manager3"].filter((name) => name !== first)
    await at(second).post("/configs/create", { body: { Name: "before", Data: "eA==" } })
    const Spec = { Image: "busybox", Command: ["sleep", "1d"] }
    const service = { Name: "each", Mode: { Global: {} }, TaskTemplate: { ContainerSpec: Spec } }
    await at(second).post("/services/create", { body: service })
    const running = async () =>
      (await at(second).get<ReadonlyArray<Task>>("/tasks"))
        .filter(({ Status }) => Status.State === "running")
        .map(({ ID, Status }) => `${ID} ${Status.ContainerStatus?.ContainerID}`)
        .sort()
    await eventually("four running tasks", async () => (await running()).length === 4)
    const before = await running()
    const { pid } = machine(first)
    process.kill(pid, "SIGKILL")
    await gone(pid)
    await at(third).post("/configs/create", { body: { Name: "after", Data: "eA==" } })
    expect((await drydock("up", ...here)).stdout).toContain(`Started again: ${first}.`)
    await eventually("four ready nodes", () => allReady(first))
    // The containers of the one that was killed went on meanwhile, as a real engine's do.
    expect(await running()).toEqual(before)
    const configs = await at(first).get<ReadonlyArray<{ Spec: { Name: string } }>>("/configs")
    expect(configs.map(({ Spec }) => Spec.Name).sort()).toEqual(["after", "before"])
  }, 90_000)

  it("lose no moment when the leader is told to end", async () => {
    const first = (await leader("manager1")) ?? ""
    const [second = ""] = ["manager1", "manager2", "manager3"].filter((name) => name !== first)
    const { pid } = machine(first)
    process.kill(pid, "SIGTERM")
    await at(second).post("/configs/create", { body: { Name: "meanwhile", Data: "eA==" } })
    await gone(pid)
    const lines = readFileSync(folder.logFile(first), "utf8")
    expect(lines).toMatch(/INFO {2}ending signal=SIGTERM leads="handing over"\n[\s\S]*INFO {2}ended\n$/)
    expect(await leader(second)).not.toBe(first)
  }, 90_000)

  it("end it all, and leave nothing behind", async () => {
    const pids = (folder.read()?.machines ?? []).flatMap(({ pid }) => pid ?? [])
    const { code, stdout } = await drydock("down", ...here)
    expect({ code, stdout }).toEqual({ code: 0, stdout: "The cluster of 4 nodes is gone.\n" })
    for (const pid of pids) await gone(pid)
    expect(existsSync(folder.path)).toBe(false)
    expect((await drydock("down", ...here)).stdout).toContain("There is no cluster under")
  }, 60_000)

  it("start nothing where there is no engine, and name the way out", async () => {
    const { code, stderr } = await drydock("up", "--engine", `unix://${parent}/none.sock`, ...here)
    expect(code).toBe(1)
    expect(stderr).toContain("drydock up --engine sim:")
    expect(existsSync(folder.path)).toBe(false)
  }, 60_000)

  it("say what is wrong before anything is made: the engine's name, a folder that is in use or too deep, a port that is taken", async () => {
    const refused = async (words: string, ...args: ReadonlyArray<string>) => {
      const { code, stderr } = await drydock("up", ...args)
      expect(stderr).toContain(words)
      expect(code).not.toBe(0)
      expect(readdirSync(parent)).toEqual(["used"])
    }
    const used = join(parent, "used")
    mkdirSync(used)
    writeFileSync(join(used, "mine"), "mine")
    await refused(
      "invalid --engine nonsense: it is unix:///path/of/docker.sock or sim:",
      "--engine",
      "nonsense",
      ...here,
    )
    await refused(`${used} is not empty, and no cluster is there`, "--engine", "sim:", "--state-dir", used)
    expect((await drydock("down", "--state-dir", used)).stdout).toContain("There is no cluster under")
    expect(readFileSync(join(used, "mine"), "utf8")).toBe("mine")
    await refused("is too long for the sockets in it", "--engine", "sim:", "--state-dir", join(parent, "x".repeat(100)))
    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen(2377, folder.address(1), resolve))
    await refused(`manager2 cannot listen on ${folder.address(1)}:2377`, "--engine", "sim:", ...here)
    holder.close()
  }, 60_000)

  it("end what was started when they are interrupted, and remove it", async () => {
    const inner = new StateFolder(join(parent, "outer", "inner"))
    for (const [signal, expected] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      const child = spawn(process.execPath, [main, "up", "--engine", "sim:", "--state-dir", inner.path], {
        stdio: ["ignore", "ignore", "pipe"],
      })
      let said = ""
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        said += text
      })
      const ended = new Promise((resolve) => child.on("close", resolve))
      await eventually("a manager in the swarm", async () =>
        (inner.read()?.machines ?? []).some(({ nodeId }) => nodeId !== undefined),
      )
      const pids = (inner.read()?.machines ?? []).flatMap(({ pid }) => pid ?? [])
      child.kill(signal)
      expect({ code: await ended, said }).toEqual({ code: expected, said: "interrupted\n" })
      expect(pids).toHaveLength(5)
      for (const pid of pids) await gone(pid)
      expect(existsSync(join(parent, "outer"))).toBe(false)
    }
  }, 90_000)
})

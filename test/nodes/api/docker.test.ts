import { execFile, spawnSync } from "node:child_process"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Served, serve } from "./served.ts"

const installed = spawnSync("docker", ["--version"]).status === 0
if (!installed) console.warn("docker CLI tests are skipped: no docker command on this machine")

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

let served: Served
beforeAll(async () => {
  served = await serve()
})
afterAll(() => served.close())

const docker = (...args: ReadonlyArray<string>): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile("docker", ["-H", served.docker, ...args], { timeout: 20_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
    )
  })

const words = (text: string): ReadonlyArray<ReadonlyArray<string>> =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {2,}/).map((word) => word.trim()))

describe.runIf(installed)("the docker CLI", () => {
  test("version negotiates the API level down", async () => {
    const { code, stdout } = await docker(
      "version",
      "--format",
      "{{.Client.APIVersion}} {{.Server.APIVersion}} {{.Server.Version}}",
    )
    expect({ code, stdout }).toEqual({ code: 0, stdout: "1.41 1.41 20.10.24\n" })
  })

  test("info prints the machine and the swarm, and warns of nothing", async () => {
    const { code, stdout, stderr } = await docker("info")
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    for (const line of [
      "Swarm: active",
      "NodeID: m1",
      "Is Manager: true",
      "Managers: 1",
      "Nodes: 2",
      "Name: host-m1",
      "CPUs: 4",
    ]) {
      expect(stdout).toContain(line)
    }
  })

  test("node ls shows who leads and where one is", async () => {
    const { stdout } = await docker("node", "ls")
    expect(words(stdout).slice(1)).toEqual([
      ["m1 *", "host-m1", "Ready", "Active", "Leader", "20.10.24"],
      ["w1", "host-w1", "Ready", "Active", "20.10.24"],
    ])
  })

  test("a service lives and dies by its commands", async () => {
    const created = await docker(
      "service",
      "create",
      "-d",
      "--name",
      "web",
      "--replicas",
      "2",
      "--network",
      "host",
      "nginx",
    )
    expect(created.code).toBe(0)
    expect(created.stdout).toMatch(/^[0-9a-z]{25}\n$/)
    expect(created.stderr).toContain("could not be accessed on a registry to record")
    served.world.addTask(created.stdout.trim(), { NodeID: "w1" })
    expect(words((await docker("service", "ls")).stdout)[1]?.slice(1)).toEqual([
      "web",
      "replicated",
      "1/2",
      "nginx:latest",
    ])
    expect((await docker("service", "ps", "web")).stdout).toContain("web.1")
    expect((await docker("service", "inspect", "--pretty", "web")).stdout).toContain("Replicas:\t2")
    expect((await docker("service", "update", "-d", "--image", "nginx:2", "web")).stdout).toBe("web\n")
    expect((await docker("service", "scale", "-d", "web=3")).stdout).toBe("web scaled to 3\n")
    expect((await docker("service", "rollback", "-d", "web")).stdout).toBe("web\n")
    expect(await docker("service", "rm", "web")).toEqual({ code: 0, stdout: "web\n", stderr: "" })
    expect((await docker("service", "rm", "web")).stderr).toBe("Error response from daemon: service web not found\n")
  })

  test("network ls shows the swarm's networks between the engine's", async () => {
    const { stdout } = await docker("network", "ls", "--format", "{{.Name}} {{.Scope}}")
    expect(stdout).toBe("bridge local\ndocker_gwbridge local\nhost local\ningress swarm\nnone local\n")
  })

  test("inspect of what is nowhere says so, as every kind of object answers 404", async () => {
    const { code, stderr } = await docker("inspect", "nosuch")
    expect({ code, stderr }).toEqual({ code: 1, stderr: "Error: No such object: nosuch\n" })
  })
})

import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { chooseHost } from "../../cli/client/host.ts"
import { drydock } from "./helper.ts"

describe("the docker context", () => {
  const folder = mkdtempSync(join(tmpdir(), "drydock-context-"))
  const env = { DOCKER_CONFIG: folder }
  const hash = createHash("sha256").update("lab").digest("hex")
  mkdirSync(join(folder, "contexts", "meta", hash), { recursive: true })
  const meta = { Name: "lab", Endpoints: { docker: { Host: "tcp://lab:2375" } } }
  writeFileSync(join(folder, "contexts", "meta", hash, "meta.json"), JSON.stringify(meta))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it("is asked for where neither --host nor DOCKER_HOST says anything", () => {
    writeFileSync(join(folder, "config.json"), JSON.stringify({ currentContext: "lab" }))
    expect(chooseHost("", env)).toBe("tcp://lab:2375")
    expect(chooseHost("", { ...env, DOCKER_HOST: "tcp://b" })).toBe("tcp://b")
    expect(chooseHost("tcp://a", env)).toBe("tcp://a")
  })

  it("is the one that DOCKER_CONTEXT names, or the default one", () => {
    expect(chooseHost("", { ...env, DOCKER_CONTEXT: "default" })).toBe("tcp://127.0.0.1:2375")
    writeFileSync(join(folder, "config.json"), "no json")
    expect(chooseHost("", env)).toBe("tcp://127.0.0.1:2375")
    expect(chooseHost("", { ...env, DOCKER_CONTEXT: "lab" })).toBe("tcp://lab:2375")
  })

  it("says what to do when there is none of that name", () => {
    expect(() => chooseHost("", { ...env, DOCKER_CONTEXT: "moon" })).toThrow(
      'context "moon": context not found. try: docker context ls',
    )
  })

  it.skipIf(spawnSync("docker", ["--version"]).status !== 0)("is found where the docker CLI has put it", () => {
    const own = mkdtempSync(join(tmpdir(), "drydock-context-"))
    const docker = (...args: string[]) => spawnSync("docker", args, { env: { ...process.env, DOCKER_CONFIG: own } })
    docker("context", "create", "far", "--docker", "host=tcp://10.9.8.7:2375")
    docker("context", "use", "far")
    expect(chooseHost("", { DOCKER_CONFIG: own })).toBe("tcp://10.9.8.7:2375")
    rmSync(own, { recursive: true, force: true })
  })
})

describe("machine env", () => {
  const routes = {
    "GET /drydock/machines": { body: [{ Name: "manager2", Role: "manager", State: "running", Port: 2376 }] },
  }

  it("prints lines for a shell", async () => {
    const { stdout } = await drydock(["machine", "env", "manager2"], routes)
    expect(stdout.split("\n")[0]).toBe("export DOCKER_HOST=tcp://127.0.0.1:2376")
    const shell = spawnSync("sh", ["-c", 'eval "$0"; echo $DOCKER_HOST', stdout], { encoding: "utf8" })
    expect(shell.stdout).toBe("tcp://127.0.0.1:2376\n")
  })

  it("names the machines that there are when there is no such one", async () => {
    const { exitCode, stderr } = await drydock(["machine", "env", "moon"], routes)
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "no such machine: moon (there are manager2)\n" })
  })
})

describe("events", () => {
  const event = {
    Type: "service",
    Action: "create",
    Actor: { ID: "abc", Attributes: { name: "web", app: "shop" } },
    scope: "swarm",
    time: 1_767_268_800,
    timeNano: 1_767_268_800_123_000_000,
  }

  it("are shown one a line, as docker shows them", async () => {
    const { stdout } = await drydock(["events", "--since", "10m", "--filter", "type=service"], {
      "GET /events": ({ query }) => {
        expect(query).toMatchObject({ since: "1767268200.000000000", filters: '{"type":{"service":true}}' })
        return { body: event }
      },
    })
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.123\d{6}\S* service create abc \(app=shop, name=web\)\n$/)
  })

  it("are shown as they come with --format json", async () => {
    const { stdout } = await drydock(["events", "--format", "json"], { "GET /events": { body: event } })
    expect(JSON.parse(stdout)).toEqual(event)
  })

  it("an error is the engine's word, and a time that is none is refused", async () => {
    const refused = await drydock(["events"], { "GET /events": { status: 400, body: { message: "invalid filter" } } })
    expect(refused.stderr).toBe("Error response from daemon: invalid filter\n")
    expect((await drydock(["events", "--since", "soon"])).stderr).toContain(
      'failed to parse value as time or duration: "soon"',
    )
  })
})

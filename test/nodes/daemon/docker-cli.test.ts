import { spawn } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Dockerd, missingDockerd, startDockerd } from "../../support/dockerd.ts"
import { DaemonProcess } from "./process.ts"

const cannot = missingDockerd()

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

describe.skipIf(cannot !== undefined)("docker, with a daemon between it and a real engine", () => {
  let engine: Dockerd
  let daemon: DaemonProcess

  beforeAll(async () => {
    engine = await startDockerd()
    const args = [
      ...["--engine", `unix://${engine.socketPath}`, "--data-dir", join(engine.folder, "node")],
      ...["--listen-addr", "127.0.0.1:2377", "--advertise-addr", "127.0.0.1", "--log-level", "debug"],
    ]
    daemon = new DaemonProcess(join(engine.folder, "drydock.sock"), args, engine.namespace)
    await daemon.start()
  }, 120_000)

  afterAll(async () => {
    await daemon?.end("SIGKILL")
    await engine?.stop()
  }, 120_000)

  const docker = (args: ReadonlyArray<string>, input?: string): Promise<Ran> => {
    const env = { ...process.env, DOCKER_HOST: `unix://${daemon.socketPath}`, DOCKER_CONFIG: engine.folder }
    const child = spawn("docker", args, { env, cwd: engine.folder, timeout: 60_000, killSignal: "SIGKILL" })
    const ran = { stdout: "", stderr: "" }
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      ran.stdout += text
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      ran.stderr += text
    })
    child.stdin.end(input)
    return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...ran })))
  }
  /** What a command prints that must succeed. */
  const out = async (...args: ReadonlyArray<string>): Promise<string> => {
    const { code, stdout, stderr } = await docker(args)
    if (code !== 0) throw new Error(`docker ${args.join(" ")}: ${code} ${stderr}`)
    return stdout.trim()
  }
  const eventually = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
    const end = Date.now() + 30_000
    while (!(await condition())) {
      if (Date.now() > end) throw new Error(`${what} did not come about. The daemon said:\n${daemon.log.slice(-3_000)}`)
      await pause(200)
    }
  }

  it("runs, attaches, executes and copies as without it", async () => {
    expect(await docker(["run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7"])).toEqual({
      code: 7,
      stdout: "out\n",
      stderr: "err\n",
    })
    expect((await docker(["run", "--rm", "-i", "busybox", "cat"], "through and back\n")).stdout).toBe(
      "through and back\n",
    )
    await out("run", "-d", "--name", "still", "busybox", "sleep", "1000")
    expect((await docker(["exec", "-i", "still", "sh", "-c", "cat; exit 3"], "in\n")).code).toBe(3)
    writeFileSync(join(engine.folder, "sent"), "sent\n")
    await out("cp", "sent", "still:/sent")
    await out("cp", "still:/sent", "back")
    expect(await out("exec", "still", "cat", "/sent")).toBe("sent")
    // An engine answers and closes at once: again and again, so that no write that comes too late goes unseen.
    for (let i = 0; i < 20; i++) expect(await out("exec", "still", "echo", `${i}`)).toBe(`${i}`)
    expect(await out("inspect", "--format", "{{.State.Status}}", "still")).toBe("running")
    expect((await docker(["inspect", "nosuch"])).stderr).toContain("No such object: nosuch")
    await out("rm", "-f", "still")
  }, 60_000)

  it("gives a terminal to who asks for one", async () => {
    await out("run", "-d", "--name", "tty", "busybox", "sleep", "1000")
    const command = `docker exec -it tty sh -c 'test -t 0 && test -t 1 && echo a terminal'`
    const env = { ...process.env, DOCKER_HOST: `unix://${daemon.socketPath}` }
    const child = spawn("script", ["-qec", command, "/dev/null"], { env, stdio: ["ignore", "pipe", "ignore"] })
    let text = ""
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      text += part
    })
    await new Promise((resolve) => child.on("close", resolve))
    expect(text).toContain("a terminal")
    await out("rm", "-f", "tty")
  }, 60_000)

  it("builds, saves and loads images", async () => {
    mkdirSync(join(engine.folder, "context"))
    writeFileSync(join(engine.folder, "context/Dockerfile"), "FROM busybox\nRUN echo built > /b\nCMD cat /b\n")
    await out("build", "-q", "-t", "built:1", "context")
    expect(await out("run", "--rm", "built:1")).toBe("built")
    await out("save", "-o", "built.tar", "built:1")
    await out("rmi", "built:1")
    expect(await out("load", "-i", "built.tar")).toContain("Loaded image: built:1")
  }, 60_000)

  it("follows logs and events until it is told to stop, and shows figures", async () => {
    await out("run", "-d", "--name", "talks", "busybox", "sh", "-c", "while true; do echo line; sleep 0.1; done")
    const env = { ...process.env, DOCKER_HOST: `unix://${daemon.socketPath}` }
    const follow = spawn("docker", ["logs", "-f", "talks"], { env })
    let lines = 0
    follow.stdout.on("data", () => lines++)
    await eventually("lines that are followed", async () => lines > 5)
    follow.kill()
    const since = String(Math.floor(Date.now() / 1_000) - 1)
    await out("rm", "-f", "talks")
    const events = await out("events", "--since", since, "--until", String(Math.floor(Date.now() / 1_000) + 1))
    expect(events).toMatch(/container die .*name=talks/)
    await out("run", "-d", "--name", "counted", "busybox", "sleep", "1000")
    expect(await out("stats", "--no-stream", "--format", "{{.Name}}")).toContain("counted")
    await out("rm", "-f", "counted")
  }, 60_000)

  it("keeps the engine's own networks beside the swarm's", async () => {
    expect((await docker(["node", "ls"])).stderr).toContain("This node is not a swarm manager.")
    expect(await out("swarm", "init")).toContain("is now a manager")
    await out("network", "create", "mine")
    await out("network", "create", "-d", "overlay", "ours")
    expect((await docker(["network", "create", "ours"])).stderr).toContain("network with name ours already exists")
    expect((await docker(["network", "create", "-d", "overlay", "mine"])).stderr).toContain("already exists")
    expect((await out("network", "ls", "--format", "{{.Name}} {{.Scope}}")).split("\n").sort()).toEqual([
      "bridge local",
      "host local",
      "ingress swarm",
      "mine local",
      "none local",
      "ours swarm",
    ])
    expect(await out("network", "inspect", "--format", "{{.Driver}}", "mine", "ours")).toBe("bridge\noverlay")
    await out("network", "rm", "mine", "ours")
    expect((await docker(["network", "rm", "ours"])).stderr).toContain("network ours not found")
  }, 60_000)

  it("puts containers on the swarm's attachable networks by hand, and on no others", async () => {
    const id = await out("network", "create", "-d", "overlay", "--attachable", "open")
    await out("network", "create", "-d", "overlay", "closed")
    const refusal =
      "Error response from daemon: Could not attach to network closed: rpc error: code = PermissionDenied desc = network closed not manually attachable"
    const closed = await docker(["run", "--network", "closed", "busybox", "true"])
    expect(closed).toMatchObject({ code: 125, stderr: expect.stringContaining(refusal) })
    expect((await docker(["run", "--name", "stray", "--network", "nosuch", "busybox", "true"])).stderr).toContain(
      "nosuch not found",
    )
    // The first container makes the network on this engine, a task joins it.
    await out(
      "run",
      "-d",
      "--name",
      "asks",
      "--network",
      "open",
      "--network-alias",
      "asker",
      "busybox",
      "sleep",
      "1000",
    )
    await out("service", "create", "-d", "-q", "--name", "answers", "--network", "open", "nginx:alpine")
    const ask = ["exec", "asks", "wget", "-q", "-O", "-", "http://answers/"]
    await eventually("an answer", async () => /^[0-9a-f]{12}/.test((await docker(ask)).stdout))
    const task = await out("ps", "-q", "--filter", "label=com.docker.swarm.service.name=answers")
    expect((await docker(["exec", task, "nslookup", "asker"])).code).toBe(0)
    expect(
      await out("inspect", "-f", "{{.HostConfig.NetworkMode}} {{json .NetworkSettings.Networks}}", "asks"),
    ).toMatch(/^open \{"open":/)
    const names = await out("network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{end}}", "open")
    expect(names).toContain("asks")
    await out("run", "-d", "--name", "late", "busybox", "sleep", "1000")
    expect((await docker(["network", "connect", "closed", "late"])).stderr.trim()).toBe(refusal)
    await out("network", "connect", "--alias", "later", id, "late")
    expect((await docker(["exec", "asks", "nslookup", "later"])).code).toBe(0)
    await out("network", "disconnect", "open", "late")
    expect((await docker(["network", "disconnect", "open", "late"])).stderr).toContain("is not connected to")
    await out("rm", "-f", "asks", "late", "stray")
    await out("service", "rm", "answers")
    const left = () => engine.docker("network", "ls", "-q", "--filter", `label=com.docker.swarm.network.id=${id}`)
    await eventually("the engine's network to be gone", async () => (await left()) === "")
    await out("network", "rm", "open", "closed")
  }, 120_000)

  it("runs services, shows their logs and events, and drains the node", async () => {
    const since = String(Math.floor(Date.now() / 1_000) - 1)
    await out("service", "create", "-d", "-q", "--name", "web", "--replicas", "2", "-p", "8080:80", "nginx:alpine")
    await out(
      "service",
      "create",
      "-d",
      "-q",
      "--name",
      "talk",
      "busybox",
      "sh",
      "-c",
      "while true; do echo said; sleep 1; done",
    )
    const running = async (name: string) =>
      (await out("service", "ps", name, "--filter", "desired-state=running", "--format", "{{.CurrentState}}"))
        .split("\n")
        .filter((state) => state.startsWith("Running")).length
    await eventually("two running tasks", async () => (await running("web")) === 2)
    await eventually("a running task", async () => (await running("talk")) === 1)
    expect(await engine.inNamespace("curl", "-sS", "http://127.0.0.1:8080/")).toMatch(/^[0-9a-f]{12}/)
    await eventually("a line in the log", async () => (await out("service", "logs", "talk")).includes("| said"))
    const until = String(Math.floor(Date.now() / 1_000) + 1)
    const events = await out("events", "--since", since, "--until", until)
    expect(events).toMatch(/service create .*name=web/)
    expect(events).toMatch(/container start .*com.docker.swarm.service.name=web/)
    const self = await out("info", "--format", "{{.Swarm.NodeID}}")
    await out("node", "update", "--availability", "drain", self)
    await eventually("no container", async () => (await out("ps", "-q")) === "")
    await out("node", "update", "--availability", "active", self)
    await eventually("two running tasks again", async () => (await running("web")) === 2)
    await out("service", "rm", "talk")
  }, 120_000)

  it("finds its containers running when the daemon is killed and started again", async () => {
    // Asked of the engine itself, which is there also while the daemon is not.
    const ids = async () =>
      (await engine.docker("ps", "-q", "--no-trunc", "--filter", "label=com.docker.swarm.service.name=web"))
        .split("\n")
        .sort()
    const before = await ids()
    expect(before).toHaveLength(2)
    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      const code = await daemon.end(signal)
      expect(code).toBe(signal === "SIGTERM" ? 0 : null)
      expect(await ids()).toEqual(before)
      await daemon.start()
      await eventually("a ready node", async () => (await out("node", "ls", "--format", "{{.Status}}")) === "Ready")
      // Long enough that something would have been replaced.
      await pause(1_000)
      expect(await ids()).toEqual(before)
    }
    await engine.docker("kill", before[0] ?? "")
    await eventually("a replacement", async () => {
      const now = await ids()
      return now.length === 2 && !now.includes(before[0] ?? "")
    })
  }, 120_000)

  it("deploys a stack, and leaves the swarm with everything gone", async () => {
    writeFileSync(
      join(engine.folder, "stack.yml"),
      [
        "services:",
        "  front: { image: 'nginx:alpine', ports: ['8090:80'], networks: [net] }",
        "  back: { image: 'nginx:alpine', networks: [net], deploy: { replicas: 2 } }",
        "networks: { net: {} }",
      ].join("\n"),
    )
    await out("stack", "deploy", "-c", "stack.yml", "shop")
    await eventually("all of the stack", async () =>
      /front 1\/1/.test(await out("service", "ls", "--format", "{{.Name}} {{.Replicas}}"))
        ? /back 2\/2/.test(await out("service", "ls", "--format", "{{.Name}} {{.Replicas}}"))
        : false,
    )
    const front = await out("ps", "-q", "--filter", "label=com.docker.swarm.service.name=shop_front")
    expect(await out("exec", front, "wget", "-q", "-O", "-", "http://back/")).toMatch(/^[0-9a-f]{12}/)
    expect(await out("network", "inspect", "--format", "{{range .Containers}}{{.Name}} {{end}}", "shop_net")).toContain(
      "shop_front",
    )
    expect((await docker(["swarm", "leave"])).stderr).toContain("Removing the last manager erases all current state")
    await out("swarm", "leave", "--force")
    await eventually("no container", async () => (await out("ps", "-aq")) === "")
    expect(await out("info", "--format", "{{.Swarm.LocalNodeState}}")).toBe("inactive")
  }, 120_000)
})

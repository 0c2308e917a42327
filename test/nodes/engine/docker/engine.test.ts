import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import type { ContainerSpec } from "../../../../core/model/container-spec.ts"
import type { ContainerNetwork, ContainerRequest } from "../../../../nodes/engine/engine.ts"
import { type Dockerd, missingDockerd, startDockerd } from "../../../support/dockerd.ts"
import { Bench } from "./bench.ts"

const image = "busybox:1.36"
const base64 = (text: string): string => Buffer.from(text).toString("base64")

describe.skipIf(missingDockerd() !== undefined)("a real engine behind the port", { timeout: 60_000 }, () => {
  let dockerd: Dockerd
  let bench: Bench
  let names = 0
  beforeAll(async () => {
    dockerd = await startDockerd()
  }, 120_000)
  afterAll(() => dockerd.stop(), 120_000)
  beforeEach(async () => {
    bench = await Bench.open(dockerd)
  })
  afterEach(async () => {
    await dockerd.start()
    const ids = await dockerd.docker("ps", "-aq")
    if (ids !== "") await dockerd.docker("rm", "-f", "-v", ...ids.split("\n"))
    await bench.close()
  })

  const request = (spec: ContainerSpec, more: Partial<ContainerRequest> = {}, nodeId = "node1"): ContainerRequest => {
    const taskId = `task${++names}`
    return {
      name: `app.1.${taskId}`,
      labels: { "com.docker.swarm.node.id": nodeId, "com.docker.swarm.task.id": taskId },
      ...more,
      spec: { ...more.spec, ContainerSpec: { Image: image, Command: ["sleep", "1d"], ...spec } },
    }
  }

  async function create(container: ContainerRequest, by = bench): Promise<string> {
    const answer = await by.ask({ op: "create", container })
    if (answer.type !== "done" || answer.reply.op !== "create") throw new Error(JSON.stringify(answer))
    return answer.reply.containerId
  }

  async function run(container: ContainerRequest, by = bench): Promise<string> {
    const containerId = await create(container, by)
    const answer = await by.ask({ op: "start", containerId })
    if (answer.type !== "done") throw new Error(JSON.stringify(answer))
    return containerId
  }

  async function failure(container: ContainerRequest): Promise<string> {
    const answer = await bench.ask({ op: "create", container })
    return answer.type === "failed" ? answer.error : `no failure: ${JSON.stringify(answer)}`
  }

  async function remove(containerId: string): Promise<void> {
    await bench.ask({ op: "stop", containerId, grace_ms: 0 })
    expect(await bench.ask({ op: "remove", containerId })).toMatchObject({ type: "done" })
  }

  const inspect = async (id: string) => JSON.parse(await dockerd.docker("inspect", id))[0]
  const exec = (id: string, ...command: ReadonlyArray<string>) => dockerd.docker("exec", id, ...command)
  const network = (id: string, name: string, aliases: ReadonlyArray<string>): ContainerNetwork => ({
    id,
    name,
    spec: { Name: name, Driver: "overlay" },
    aliases,
    addresses: ["10.0.9.3/24"],
  })
  async function eventually(condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 10_000
    while (!(await condition())) {
      if (Date.now() > deadline) throw new Error("it never happened")
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  test("makes a container of all that a spec says", async () => {
    const containerId = await run(
      request(
        {
          Command: ["sh", "-c"],
          Args: ["exec sleep 1d"],
          Env: ["A=1", "B=x y"],
          Dir: "/tmp",
          User: "1000:1000",
          Groups: ["2000"],
          StopSignal: "SIGINT",
          TTY: true,
          OpenStdin: true,
          ReadOnly: true,
          Init: true,
          Healthcheck: { Test: ["CMD", "true"], Interval: 60e9, Timeout: 2e9, Retries: 3 },
          Hosts: ["10.1.2.3 db.local db"],
          DNSConfig: { Nameservers: ["10.9.9.9"], Search: ["example.org"], Options: ["ndots:2"] },
          Sysctls: { "net.core.somaxconn": "512" },
          CapabilityAdd: ["CAP_NET_ADMIN"],
          CapabilityDrop: ["CAP_CHOWN"],
          Ulimits: [{ Name: "nofile", Soft: 100, Hard: 200 }],
          Privileges: { NoNewPrivileges: true, Seccomp: { Mode: "unconfined" } },
          Mounts: [
            { Type: "tmpfs", Target: "/scratch", TmpfsOptions: { SizeBytes: 1 << 20, Mode: 0o1777 } },
            { Type: "volume", Source: "data", Target: "/data", VolumeOptions: { Labels: { keep: "yes" } } },
            { Type: "bind", Source: dockerd.folder, Target: "/host", ReadOnly: true },
          ],
        },
        {
          hostname: "first",
          spec: {
            Resources: { Limits: { MemoryBytes: 64 << 20, NanoCPUs: 5e8, Pids: 50 } },
            LogDriver: { Name: "json-file", Options: { "max-size": "1m" } },
          },
        },
      ),
    )
    expect(await inspect(containerId)).toMatchObject({
      Config: {
        Hostname: "first",
        Entrypoint: ["sh", "-c"],
        Cmd: ["exec sleep 1d"],
        Env: expect.arrayContaining(["A=1", "B=x y"]),
        WorkingDir: "/tmp",
        User: "1000:1000",
        StopSignal: "SIGINT",
        Tty: true,
        OpenStdin: true,
        Healthcheck: { Test: ["CMD", "true"], Interval: 60e9, Timeout: 2e9, Retries: 3 },
      },
      HostConfig: {
        GroupAdd: ["2000"],
        ReadonlyRootfs: true,
        Init: true,
        ExtraHosts: ["db.local:10.1.2.3"],
        Dns: ["10.9.9.9"],
        DnsSearch: ["example.org"],
        DnsOptions: ["ndots:2"],
        Sysctls: { "net.core.somaxconn": "512" },
        CapAdd: ["CAP_NET_ADMIN"],
        CapDrop: ["CAP_CHOWN"],
        Ulimits: [{ Name: "nofile", Soft: 100, Hard: 200 }],
        SecurityOpt: ["seccomp=unconfined", "no-new-privileges=true"],
        Memory: 64 << 20,
        NanoCpus: 5e8,
        PidsLimit: 50,
        LogConfig: { Type: "json-file", Config: { "max-size": "1m" } },
      },
    })
    expect(await exec(containerId, "id")).toBe("uid=1000 gid=1000 groups=1000,2000")
    expect(await exec(containerId, "sh", "-c", "ulimit -n; cat /proc/sys/net/core/somaxconn; hostname; pwd")).toBe(
      "100\n512\nfirst\n/tmp",
    )
    expect(await exec(containerId, "sh", "-c", "touch /scratch/a && ls -d /data /host")).toBe("/data\n/host")
    expect(await dockerd.docker("volume", "inspect", "-f", "{{.Labels}}", "data")).toBe("map[keep:yes]")
  })

  test("refuses mounts in Swarm's words", async () => {
    const refused = (mount: object) => failure(request({ Mounts: [mount] }))
    expect(await refused({ Type: "bind", Source: "data", Target: "/a" })).toBe(
      "invalid bind mount source, must be an absolute path: data",
    )
    expect(await refused({ Type: "volume", Source: "/data", Target: "/a" })).toBe(
      "invalid volume mount source, must not be an absolute path: /data",
    )
    expect(await refused({ Type: "volume", Source: "data", Target: "a" })).toBe(
      "invalid mount target, must be an absolute path: a",
    )
  })

  test("gives a container its secrets and configs as read-only files, and takes them away with it", async () => {
    const file = (Name: string, more = {}) => ({ Name, UID: "0", GID: "0", Mode: 0o444, ...more })
    const container = request(
      {
        Secrets: [
          { SecretID: "s1", SecretName: "key", File: file("key") },
          { SecretID: "s1", SecretName: "key", File: file("/etc/app/key", { UID: "7", GID: "8", Mode: 0o400 }) },
        ],
        Configs: [{ ConfigID: "c1", ConfigName: "conf", File: file("app.conf") }],
      },
      {
        secrets: [{ id: "s1", spec: { Name: "key", Data: base64("hush\0") } }],
        configs: [{ id: "c1", spec: { Name: "conf", Data: base64("port=1\n") } }],
      },
    )
    const containerId = await run(container)
    expect(await exec(containerId, "cat", "/run/secrets/key", "/etc/app/key", "/app.conf")).toBe("hush\0hush\0port=1")
    expect(await exec(containerId, "stat", "-c", "%u %g %a", "/run/secrets/key", "/etc/app/key")).toBe(
      "0 0 444\n7 8 400",
    )
    await expect(exec(containerId, "sh", "-c", "echo x > /run/secrets/key")).rejects.toThrow("Read-only file system")
    const folder = join(dockerd.folder, "files/node1", container.name)
    expect(existsSync(folder)).toBe(true)
    expect(await dockerd.inNamespace("stat", "-f", "-c", "%T", folder)).toBe("tmpfs")
    await remove(containerId)
    expect(existsSync(folder)).toBe(false)
    expect(bench.warnings).toEqual([])
  })

  test("a container without a secret that it needs is not made", async () => {
    const Secrets = [{ SecretID: "s9", SecretName: "key", File: { Name: "key", UID: "0", GID: "0", Mode: 0o444 } }]
    expect(await failure(request({ Secrets }))).toBe("unable to get secret from secret store: secret s9 is not here")
    expect(await dockerd.docker("ps", "-aq")).toBe("")
  })

  test("containers of a network find each other by their service's names, and the network goes with the last of them", async () => {
    const web = await run(request({}, { networks: [network("net1", "shop", ["web", "tasks.web"])] }))
    const both = request(
      {},
      { networks: [network("net1", "shop", ["db"]), network("net2", "back", ["db", "tasks.db", "store"])] },
    )
    const db = await run(both)
    const far = await run(request({}, { networks: [network("net2", "back", ["far"])] }))
    for (const [from, name] of [
      [web, "db"],
      [db, "tasks.web"],
      [db, "far"],
      [far, "store"],
    ] as const)
      await exec(from, "ping", "-c1", "-W2", name)
    expect(Object.keys((await inspect(web)).NetworkSettings.Networks)).toEqual(["shop"])
    expect(Object.keys((await inspect(db)).NetworkSettings.Networks).sort()).toEqual(["back", "shop"])
    const own = () => dockerd.docker("network", "ls", "-qf", "label=com.docker.swarm.network.id")
    expect((await own()).split("\n").length).toBe(2)
    await remove(db)
    await remove(far)
    await eventually(async () => (await own()).split("\n").length === 1)
    await remove(web)
    await eventually(async () => (await own()) === "")
    await run(request({}, { networks: [network("net1", "shop", ["web"])] }))
  })

  test("a network whose name the engine uses for another gets a longer one; the cluster's addresses hold where its subnet does", async () => {
    await dockerd.docker("network", "create", "taken")
    const spec = { Name: "taken", Driver: "overlay", IPAM: { Config: [{ Subnet: "10.88.3.0/24" }] } }
    const aliases = ["web"]
    const containerId = await run(
      request({}, { networks: [{ id: "net7", name: "taken", spec, aliases, addresses: ["10.88.3.77/24"] }] }),
    )
    expect((await inspect(containerId)).NetworkSettings.Networks).toMatchObject({
      "taken.net7": { IPAddress: "10.88.3.77", Aliases: expect.arrayContaining(["web"]) },
    })
    await dockerd.docker("network", "rm", "taken")
  })

  test("the engine's own networks are used by name", async () => {
    const own = (id: string): ContainerNetwork => ({ id, name: id, aliases: [], addresses: [] })
    const onHost = request({}, { networks: [own("host")] })
    expect((await inspect(await run(onHost))).HostConfig.NetworkMode).toBe("host")
    expect(bench.engine.addressOf(onHost.labels["com.docker.swarm.task.id"] ?? "")).toBe("127.0.0.1")
  })

  test("ports in host mode are published and told; one that is taken fails the start in the engine's words", async () => {
    const port = { Protocol: "tcp", TargetPort: 80, PublishedPort: 8_099, PublishMode: "host" } as const
    const containerId = await create(request({}, { ports: [port] }))
    const answer = await bench.ask({ op: "start", containerId })
    expect(answer).toMatchObject({ type: "done", reply: { op: "start", ports: expect.arrayContaining([port]) } })
    const second = await create(request({}, { ports: [port] }))
    expect(await bench.ask({ op: "start", containerId: second })).toMatchObject({
      type: "failed",
      error: expect.stringContaining("port is already allocated"),
    })
  })

  test("knows where its running containers are reached", async () => {
    const container = request({})
    const taskId = container.labels["com.docker.swarm.task.id"] ?? ""
    const containerId = await create(container)
    expect(bench.engine.addressOf(taskId)).toBeUndefined()
    await bench.ask({ op: "start", containerId })
    expect(bench.engine.addressOf(taskId)).toBe((await inspect(containerId)).NetworkSettings.IPAddress)
    await bench.ask({ op: "stop", containerId, grace_ms: 0 })
    expect(bench.engine.addressOf(taskId)).toBeUndefined()
  })

  test("an engine that is looked at anew shows what ran on, what ended meanwhile and what was only made", async () => {
    const running = await run(request({}))
    const checked = await run(request({ Healthcheck: { Test: ["CMD", "true"], Interval: 2e8 } }))
    expect(await bench.event(checked, 10_000)).toMatchObject({ type: "health", health: "healthy" })
    const ending = await run(request({ Command: ["sh", "-c", "sleep 1; exit 4"] }))
    const made = await create(request({}))
    await bench.close()
    await dockerd.docker("wait", ending)
    bench = await Bench.open(dockerd)
    const answer = await bench.ask({ op: "list" })
    if (answer.type !== "done" || answer.reply.op !== "list") throw new Error(JSON.stringify(answer))
    const found = new Map(answer.reply.containers.map((one) => [one.containerId, one]))
    expect(found.size).toBe(4)
    expect(found.get(running)).toMatchObject({ state: "running", pid: (await inspect(running)).State.Pid })
    expect(found.get(checked)).toMatchObject({ state: "running", health: "healthy" })
    expect(found.get(ending)).toMatchObject({ state: "exited", exitCode: 4 })
    expect(found.get(made)).toMatchObject({ state: "created" })
    await dockerd.docker("kill", running)
    expect(await bench.event(running, 5_000)).toEqual({ type: "exited", containerId: running, exitCode: 137 })
    expect(await bench.ask({ op: "start", containerId: made })).toMatchObject({ type: "done" })
  })

  test("what containers of no node need any more is cleaned up at the first look", async () => {
    const container = request({}, { networks: [network("net5", "old", ["web"])] })
    const file = { Name: "k", UID: "0", GID: "0", Mode: 0o444 }
    const withSecret = { ...container, secrets: [{ id: "s", spec: { Name: "k", Data: base64("x") } }] }
    const Secrets = [{ SecretID: "s", SecretName: "k", File: file }]
    const spec = { ContainerSpec: { ...container.spec.ContainerSpec, Secrets } }
    const containerId = await create({ ...withSecret, spec })
    await bench.close()
    await dockerd.docker("rm", containerId)
    expect(readdirSync(join(dockerd.folder, "files/node1"))).toEqual([container.name])
    bench = await Bench.open(dockerd)
    await bench.ask({ op: "list" })
    await eventually(
      async () => (await dockerd.docker("network", "ls", "-qf", "label=com.docker.swarm.network.id")) === "",
    )
    await eventually(async () => readdirSync(join(dockerd.folder, "files/node1")).length === 0)
  })

  test("nodes that share an engine see their own containers only, and share the networks", async () => {
    const other = await Bench.open(dockerd, "node2")
    const networks = [network("net1", "shop", ["web"])]
    const [mine, theirs] = await Promise.all([
      run(request({ Command: ["sh", "-c", "sleep 1; exit 3"] }, { networks })),
      run(request({}, { networks }, "node2"), other),
    ])
    const ids = async (bench: Bench) => {
      const answer = await bench.ask({ op: "list" })
      return answer.type === "done" && answer.reply.op === "list"
        ? answer.reply.containers.map((c) => c.containerId)
        : []
    }
    expect(await ids(bench)).toEqual([mine])
    expect(await ids(other)).toEqual([theirs])
    expect(await bench.event(mine, 5_000)).toMatchObject({ type: "exited", exitCode: 3 })
    expect(other.events.filter(({ type }) => type === "exited")).toEqual([])
    expect((await dockerd.docker("network", "ls", "-qf", "name=shop")).split("\n").length).toBe(1)
    await other.close()
  })

  test("a registry is asked in the client's name, and one image by many at once only once", async () => {
    const seen = join(dockerd.folder, "registry")
    const server = `require("http").createServer((request, response) => {
      require("fs").appendFileSync("${seen}", request.url + " " + request.headers.authorization + "\\n")
      response.writeHead(401, { "www-authenticate": 'Basic realm="here"' }).end()
    }).listen(5000, "127.0.0.1", () => console.log("ready"))`
    const registry = spawn("nsenter", [`--net=/run/netns/${dockerd.namespace}`, process.execPath, "-e", server])
    try {
      await once(registry.stdout, "data")
      // Padded, as the docker CLI writes it.
      const auth = base64(JSON.stringify({ username: "u", password: "p" }))
      const command = { op: "pull", image: "127.0.0.1:5000/app", auth } as const
      const answers = await Promise.all([bench.ask(command), bench.ask(command), bench.ask(command)])
      for (const answer of answers)
        expect(answer).toMatchObject({ type: "failed", error: expect.stringContaining("unauthorized") })
      const asked = readFileSync(seen, "utf8").trim().split("\n")
      expect(asked).toContain(`/v2/app/manifests/latest Basic ${base64("u:p")}`)
      expect(asked.filter((line) => line.startsWith("/v2/ ")).length).toBe(1)
    } finally {
      registry.kill("SIGKILL")
    }
  })

  test("describes its machine as Swarm's nodes do", async () => {
    const description = await Effect.runPromise(bench.engine.describe)
    const [version] = (await dockerd.docker("version", "-f", "{{.Server.Version}}")).split("\n")
    expect(description).toMatchObject({
      Hostname: "engine",
      Platform: { OS: "linux", Architecture: expect.any(String) },
      Engine: { EngineVersion: version, Plugins: expect.arrayContaining([{ Type: "Volume", Name: "local" }]) },
    })
    expect(description.Resources.NanoCPUs).toBeGreaterThan(0)
  })

  test("with a terminal a log is one stream of lines", async () => {
    const containerId = await run(request({ Command: ["sh", "-c", "echo a; echo b >&2; printf c"], TTY: true }))
    await bench.event(containerId, 5_000)
    const { entries } = await bench.read({ op: "logs", containerId, follow: false })
    expect(entries.map(({ stream, data }) => [stream, data.trimEnd()])).toEqual([
      ["stdout", "a"],
      ["stdout", "b"],
      ["stdout", "c"],
    ])
    expect(entries[0]?.time).toMatch(/^\d{4}-.*\.\d{9}Z$/)
  })

  test("an engine that crashes and comes back tells what became of its containers, and carries out what it was asked meanwhile", async () => {
    const containerId = await run(request({}))
    await dockerd.kill()
    const listing = bench.give({ op: "list" })
    await dockerd.start()
    expect(await bench.answer(listing)).toMatchObject({ type: "done" })
    expect(await bench.event(containerId, 30_000)).toMatchObject({ type: "exited", containerId })
    const exits = bench.events.filter((event) => event.type === "exited")
    expect(exits.length).toBe(1)
  })
})

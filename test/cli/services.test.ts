import { describe, expect, it } from "vitest"
import { failed, idOf, node, service, task } from "./fixtures.ts"
import { calls, drydock } from "./helper.ts"

const notFound = (message: string) => ({ status: 404, body: { message } })

describe("service ls", () => {
  const port = (PublishedPort: number, TargetPort: number) =>
    ({ Protocol: "tcp", PublishedPort, TargetPort, PublishMode: "ingress" }) as const
  const services = [
    service("web-10", { Endpoint: { Ports: [port(8081, 81), port(8080, 80), port(9000, 80)] } }),
    service("web-2", { ServiceStatus: { RunningTasks: 2, DesiredTasks: 2 } }),
  ]
  const routes = { "GET /services": { body: services } }

  it("prints docker's table, services in natural order and neighbouring ports drawn together", async () => {
    const { stdout, exitCode, seen } = await drydock(["service", "ls"], routes)
    expect(stdout).toBe(
      "ID             NAME      MODE         REPLICAS   IMAGE          PORTS\n" +
        "web-20000000   web-2     replicated   2/2        nginx:alpine   \n" +
        "web-10000000   web-10    replicated   1/2        nginx:alpine   *:8080-8081->80-81/tcp, *:9000->80/tcp\n",
    )
    expect([exitCode, seen[0]?.query]).toEqual([0, { status: "true" }])
  })

  it("prints IDs, JSON, templates and tables made by templates", async () => {
    expect((await drydock(["service", "list", "-q"], routes)).stdout).toBe("web-20000000\nweb-10000000\n")
    const json = (await drydock(["service", "ls", "--format", "json"], routes)).stdout.split("\n")[1] ?? ""
    expect(Object.keys(JSON.parse(json))).toEqual(["ID", "Image", "Mode", "Name", "Ports", "Replicas"])
    expect(json).toContain("8080-8081-\\u003e80-81/tcp")
    expect((await drydock(["service", "ls", "--format", "{{.Name}}:{{.Replicas}}"], routes)).stdout).toBe(
      "web-2:2/2\nweb-10:1/2\n",
    )
    expect((await drydock(["service", "ls", "--format", "table {{.Name}}\\t{{upper .Mode}}"], routes)).stdout).toBe(
      "NAME      MODE\nweb-2     REPLICATED\nweb-10    REPLICATED\n",
    )
  })

  it("sends filters in docker's form", async () => {
    const { seen } = await drydock(["service", "ls", "-f", "name=a", "--filter", "name=b"], routes)
    expect(JSON.parse(seen[0]?.query.filters ?? "")).toEqual({ name: { a: true, b: true } })
  })

  it("refuses a field that services do not have", async () => {
    expect(await drydock(["service", "ls", "--format", "{{.Nope}}"], routes)).toMatchObject({
      exitCode: 1,
      stderr: `template parsing error: template: :1:2: executing "" at <.Nope>: can't evaluate field Nope in type *service.serviceContext\n`,
    })
  })
})

describe("service ps", () => {
  const old = task("web", 1, {
    ID: idOf("old"),
    CreatedAt: "2026-01-01T10:00:00Z",
    Status: failed,
    DesiredState: "shutdown",
  })
  const pending = {
    Timestamp: "2026-01-01T11:59:58Z",
    State: "pending",
    Err: "no suitable node (scheduling constraints not satisfied)",
  } as const
  const routes = {
    "GET /services": { body: [service("web"), service("web2")] },
    "GET /tasks": { body: [old, task("web", 2, { NodeID: "", Status: pending }), task("web", 1)] },
    [`GET /services/${idOf("web")}`]: { body: service("web") },
    [`GET /nodes/${idOf("node")}`]: { body: node("worker1", { ID: idOf("node") }) },
  }

  it("shows tasks by slot, older ones indented under the newest, errors cut", async () => {
    const { stdout } = await drydock(["service", "ps", "web"], routes)
    expect(stdout).toBe(
      "ID             NAME        IMAGE          NODE      DESIRED STATE   CURRENT STATE               ERROR                              PORTS\n" +
        "web100000000   web.1       nginx:alpine   worker1   Running         Running 3 minutes ago                                          \n" +
        'old000000000    \\_ web.1   nginx:alpine   worker1   Shutdown        Failed about a minute ago   "task: non-zero exit (1)"          \n' +
        'web200000000   web.2       nginx:alpine             Running         Pending 2 seconds ago       "no suitable node (scheduling …"   \n',
    )
  })

  it("asks for each name once, and for none with --no-resolve", async () => {
    expect(
      calls(await drydock(["service", "ps", "web"], routes)).filter((call) => call.includes("/nodes/")),
    ).toHaveLength(1)
    const { stdout, seen } = await drydock(["service", "ps", "--no-resolve", "-q", "web"], routes)
    expect(stdout.split("\n")[0]).toBe(idOf("web1"))
    expect(seen).toHaveLength(3)
  })

  it("shows what there is and then what is missing, with exit code 1", async () => {
    const { stdout, stderr, exitCode } = await drydock(["service", "ps", "web", "nosuch"], routes)
    expect(stdout).toContain("web.1")
    expect([stderr, exitCode]).toEqual(["no such service: nosuch\n", 1])
  })

  it("takes exact names before prefixes of IDs, and refuses ambiguous prefixes", async () => {
    const { seen } = await drydock(["service", "ps", "-q", "web"], routes)
    expect(JSON.parse(seen[2]?.query.filters ?? "")).toEqual({ service: { [idOf("web")]: true } })
    expect((await drydock(["service", "ps", "we"], routes)).stderr).toBe(
      "multiple services found with provided prefix: we\n",
    )
  })
})

describe("several names", () => {
  it("are all tried, and the errors come together at the end", async () => {
    const outcome = await drydock(["service", "rm", "a", "web", "b"], {
      "DELETE /services/web": {},
      "DELETE /services/a": notFound("service a not found"),
      "DELETE /services/b": notFound("service b not found"),
    })
    expect(outcome).toMatchObject({
      exitCode: 1,
      stdout: "web\n",
      stderr: "Error response from daemon: service a not found\nError response from daemon: service b not found\n",
    })
  })

  it("are all inspected, the ones that exist shown first", async () => {
    const outcome = await drydock(["service", "inspect", "--format", "{{.Spec.Name}}", "nosuch", "web"], {
      "GET /services/web": { body: service("web") },
      "GET /services/nosuch": notFound("service nosuch not found"),
    })
    expect(outcome).toMatchObject({ exitCode: 1, stdout: "web\n", stderr: "Error: no such service: nosuch\n" })
  })
})

describe("service scale", () => {
  const routes = {
    "GET /services/web": { body: service("web") },
    [`POST /services/${idOf("web")}/update`]: { body: { Warnings: ["mind the gap"] } },
    "GET /services/glob": { body: { ...service("glob"), Spec: { ...service("glob").Spec, Mode: { Global: {} } } } },
  }

  it("sends the whole spec with the new number, at the version it was read", async () => {
    const outcome = await drydock(["service", "scale", "-d", "web=5"], routes)
    expect(outcome).toMatchObject({ exitCode: 0, stdout: "web scaled to 5\n", stderr: "mind the gap\n" })
    expect(outcome.seen[1]).toMatchObject({
      query: { version: "7" },
      body: { Name: "web", Mode: { Replicated: { Replicas: 5 } } },
    })
  })

  it("goes on after an error", async () => {
    const outcome = await drydock(["service", "scale", "-d", "glob=2", "web=x", "web=1"], routes)
    expect(outcome.stdout).toBe("web scaled to 1\n")
    expect(outcome.stderr).toBe(
      "mind the gap\nglob: scale can only be used with replicated or replicated-job mode\n" +
        'web: invalid replicas value x: strconv.ParseUint: parsing "x": invalid syntax\n',
    )
  })

  it("refuses anything but SERVICE=REPLICAS before it does anything", async () => {
    const outcome = await drydock(["service", "scale", "web=1", "web"], routes)
    expect(outcome.stderr).toMatch(/^invalid scale specifier 'web'\.\nSee 'drydock service scale --help'/)
    expect(outcome.seen).toEqual([])
  })
})

describe("service create", () => {
  const created = {
    "POST /services/create": { status: 201, body: { ID: idOf("new") } },
    "GET /networks/net1": { body: { Id: "net-id", Name: "net1" } },
  }
  const body = async (...argv: ReadonlyArray<string>) => {
    const { seen } = await drydock(["service", "create", "-d", "--no-resolve-image", ...argv], created, {
      env: { HOME: "/root" },
    })
    return seen.at(-1)?.body
  }

  it("sends what docker sends for the least there can be", async () => {
    expect(await body("busybox")).toEqual({
      Name: "",
      Labels: {},
      TaskTemplate: {
        ContainerSpec: { Image: "busybox:latest", Init: false, DNSConfig: {} },
        Resources: { Limits: {}, Reservations: {} },
        Placement: {},
        ForceUpdate: 0,
      },
      Mode: { Replicated: {} },
      EndpointSpec: { Mode: "vip" },
    })
  })

  it("leaves the words after the image to the container", async () => {
    expect(await body("-e", "A=1", "-e", "HOME", "busybox", "sh", "-c", "--name x")).toMatchObject({
      TaskTemplate: { ContainerSpec: { Args: ["sh", "-c", "--name x"], Env: ["A=1", "HOME=/root"] } },
    })
  })

  it("fills an update policy with Swarm's defaults when a part of it is given", async () => {
    expect(await body("--update-parallelism", "0", "--restart-condition", "none", "busybox")).toMatchObject({
      UpdateConfig: { Parallelism: 0, FailureAction: "pause", Monitor: 5e9, MaxFailureRatio: 0, Order: "stop-first" },
      TaskTemplate: { RestartPolicy: { Condition: "none", Delay: 5e9, MaxAttempts: 0 } },
    })
  })

  it("puts IDs for the names of networks", async () => {
    expect(await body("--network", "name=net1,alias=x", "busybox")).toMatchObject({
      TaskTemplate: { Networks: [{ Target: "net-id", Aliases: ["x"] }] },
    })
  })

  it("sends the digest that the registry has, or warns after it has created the service", async () => {
    const digest = `sha256:${"a".repeat(64)}`
    const known = {
      ...created,
      "GET /distribution/nginx:alpine/json": {
        body: { Descriptor: { digest }, Platforms: [{ architecture: "amd64", os: "linux" }] },
      },
    }
    const pinned = await drydock(["service", "create", "-d", "nginx:alpine"], known)
    expect(pinned.seen.at(-1)?.body).toMatchObject({
      TaskTemplate: {
        ContainerSpec: { Image: `nginx:alpine@${digest}` },
        Placement: { Platforms: [{ Architecture: "amd64", OS: "linux" }] },
      },
    })
    const unknown = await drydock(["service", "create", "-d", "nginx:alpine"], created)
    expect(unknown.stderr).toMatch(/^image nginx:alpine could not be accessed on a registry to record\nits digest\./)
    expect(unknown).toMatchObject({ exitCode: 0, stdout: `${idOf("new")}\n` })
  })

  it.each([
    [
      ["--mode", "global", "--replicas", "2", "x"],
      1,
      "replicas can only be used with replicated or replicated-job mode\n",
    ],
    [["--mode", "bogus", "x"], 1, "Unknown mode: bogus, only replicated and global supported\n"],
    [
      ["--mode", "global-job", "--update-delay", "1s", "x"],
      1,
      "update and rollback configuration is not supported for jobs\n",
    ],
    [["--no-healthcheck", "--health-cmd", "x", "x"], 1, "--no-healthcheck conflicts with --health-* options\n"],
  ])("refuses %j", async (argv, exitCode, stderr) => {
    expect(await drydock(["service", "create", ...argv], created)).toMatchObject({ exitCode, stderr, seen: [] })
  })

  it("waits until the service has converged, on the clock it is given", async () => {
    const id = idOf("new")
    const outcome = await drydock(["service", "create", "--no-resolve-image", "--name", "new", "busybox"], {
      ...created,
      [`GET /services/${id}`]: { body: { ...service("new"), ID: id } },
      "GET /tasks": { body: [task("new", 1), task("new", 2)] },
      "GET /nodes": { body: [node("node")] },
    })
    expect(outcome.exitCode).toBe(0)
    expect(outcome.stdout).toMatch(new RegExp(`^${id}\noverall progress: 0 out of 2 tasks\n`))
    expect(outcome.stdout.endsWith(`verify: Service ${id} converged\n`)).toBe(true)
    expect(calls(outcome).filter((call) => call === "GET /tasks")).toHaveLength(25)
  })

  it("leaves the service to converge by itself when it is interrupted", async () => {
    const id = idOf("new")
    const outcome = await drydock(
      ["service", "create", "--no-resolve-image", "busybox"],
      {
        ...created,
        [`GET /services/${id}`]: { body: service("new") },
        "GET /tasks": { body: [] },
        "GET /nodes": { body: [] },
      },
      { onSleep: (count, interrupt) => void (count === 2 && interrupt()) },
    )
    expect(outcome.exitCode).toBe(0)
    expect(outcome.stdout).toContain(
      `Operation continuing in background.\nUse \`drydock service ps ${id}\` to check progress.\n`,
    )
  })
})

describe("service update", () => {
  const base = service("web")
  const routes = {
    "GET /services/web": { body: base },
    [`POST /services/${base.ID}/update`]: { body: { Warnings: null } },
  }

  it("changes what it is told and leaves the rest", async () => {
    const argv = [
      "service",
      "update",
      "web",
      "-d",
      "--env-add",
      "A=1",
      "--limit-memory",
      "64M",
      "--constraint-add",
      "node.role==worker",
      "--force",
    ]
    const { seen, stdout } = await drydock(argv, routes)
    expect(stdout).toBe("web\n")
    expect(seen[1]).toMatchObject({ query: { version: "7", registryAuthFrom: "spec" } })
    expect(seen[1]?.body).toEqual({
      ...base.Spec,
      TaskTemplate: {
        ContainerSpec: { Image: "nginx:alpine", Env: ["A=1"] },
        Resources: { Limits: { MemoryBytes: 67_108_864 }, Reservations: {} },
        Placement: { Constraints: ["node.role==worker"] },
        ForceUpdate: 1,
      },
    })
  })

  it("does not combine a rollback with changes", async () => {
    expect((await drydock(["service", "update", "--rollback", "--force", "web"], routes)).stderr).toBe(
      "other flags may not be combined with --rollback\n",
    )
    expect((await drydock(["service", "update", "--rollback", "-d", "web"], routes)).seen[1]?.query).toMatchObject({
      rollback: "previous",
    })
  })
})

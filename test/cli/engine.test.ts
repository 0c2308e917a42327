import { describe, expect, it } from "vitest"
import { timestamp } from "../../cli/args/timestamp.ts"
import { shownPorts } from "../../cli/container/ports.ts"
import { ordered } from "../../cli/format/field-order.ts"
import { humanSize } from "../../cli/format/human.ts"
import { idOf, node, service, task } from "./fixtures.ts"
import { calls, drydock, now, type Routes } from "./helper.ts"

const created = now / 1000 - 60

const containers = [
  {
    Id: "c".repeat(64),
    Names: ["/other/alias", "/web.1.abc"],
    Image: `nginx:alpine@sha256:${"0".repeat(64)}`,
    ImageID: `sha256:${"1".repeat(64)}`,
    Command: "nginx -g 'daemon off; and more'",
    Created: created,
    Ports: [
      { IP: "0.0.0.0", PrivatePort: 80, PublicPort: 8080, Type: "tcp" },
      { PrivatePort: 443, Type: "tcp" },
    ],
    Labels: { b: "2", a: "1" },
    State: "running",
    Status: "Up 1 minute (healthy)",
    NetworkSettings: { Networks: { bridge: {} } },
    Mounts: [{ Name: "a-volume-with-a-long-name", Driver: "local" }, { Source: "/etc" }],
  },
]

describe("containers", () => {
  const routes: Routes = {
    "GET /containers/json": { body: containers },
    "POST /containers/a/stop": { status: 204 },
    "POST /containers/b/stop": { status: 404, body: { message: "No such container: b" } },
    "POST /containers/a/start": { status: 304 },
    "POST /containers/a/wait": { body: { StatusCode: 3, Error: null } },
    "DELETE /containers/a": { status: 204 },
    "DELETE /containers/b": { status: 404, body: { message: "No such container: b" } },
  }

  it("are listed as docker ps lists them", async () => {
    expect((await drydock(["ps"], routes)).stdout).toBe(
      "CONTAINER ID   IMAGE          COMMAND                  CREATED              STATUS                  PORTS                           NAMES\n" +
        'cccccccccccc   nginx:alpine   "nginx -g \'daemon of…"   About a minute ago   Up 1 minute (healthy)   443/tcp, 0.0.0.0:8080->80/tcp   web.1.abc\n',
    )
    expect((await drydock(["container", "ps", "-q"], routes)).stdout).toBe(`${"c".repeat(12)}\n`)
    const { stdout } = await drydock(
      ["ps", "--format", "{{.Labels}} {{.Mounts}} {{.LocalVolumes}} {{.Networks}}"],
      routes,
    )
    expect(stdout).toBe("a=1,b=2 a-volume-with-…,/etc 1 bridge\n")
  })

  it("are asked for with their sizes only when those are shown", async () => {
    const query = async (...argv: ReadonlyArray<string>) => (await drydock(["ps", ...argv], routes)).seen[0]?.query
    expect(await query()).toEqual({})
    expect(await query("--format", "{{.Size}}")).toEqual({ size: "1" })
    expect(await query("--format", "{{json .}}")).toEqual({ size: "1" })
    expect(await query("--format", "{{.Size}}", "--size=false")).toEqual({})
    expect(await query("--all", "--last", "3")).toEqual({ all: "1", limit: "3" })
    expect(await query("--latest")).toEqual({ limit: "1" })
  })

  it("are stopped together, the failures told at the end", async () => {
    const outcome = await drydock(["stop", "-t", "2", "b", "a"], routes)
    expect(outcome).toMatchObject({
      exitCode: 1,
      stdout: "a\n",
      stderr: "Error response from daemon: No such container: b\n",
    })
    expect(outcome.seen.every(({ query }) => query.t === "2")).toBe(true)
    expect(await drydock(["rm", "--force", "a", "b"], routes)).toMatchObject({ exitCode: 0, stdout: "a\n" })
    expect(await drydock(["rm", "/"], routes)).toMatchObject({
      exitCode: 1,
      stderr: "container name cannot be empty\n",
    })
    expect((await drydock(["start", "a"], routes)).stdout).toBe("a\n")
    expect((await drydock(["wait", "a"], routes)).stdout).toBe("3\n")
    expect((await drydock(["stop", "--time", "1", "--timeout", "2", "a"], routes)).stderr).toBe(
      "Flag --time has been deprecated, use --timeout instead\nconflicting options: cannot specify both --timeout and --time\n",
    )
  })

  it.each([
    [[], ""],
    [
      [
        { PrivatePort: 80, Type: "tcp" },
        { PrivatePort: 81, Type: "tcp" },
        { PrivatePort: 83, Type: "tcp" },
      ],
      "80-81/tcp, 83/tcp",
    ],
    [[{ IP: "::", PrivatePort: 80, PublicPort: 80, Type: "tcp" }], "[::]:80->80/tcp"],
    [
      [
        { IP: "0.0.0.0", PrivatePort: 81, PublicPort: 81, Type: "udp" },
        { IP: "0.0.0.0", PrivatePort: 80, PublicPort: 80, Type: "udp" },
      ],
      "0.0.0.0:80-81->80-81/udp",
    ],
  ])("ports %j are %s", (ports, shown) => {
    expect(shownPorts(ports)).toBe(shown)
  })
})

describe("images and volumes", () => {
  const digest = `sha256:${"d".repeat(64)}`
  const images = [
    {
      Id: `sha256:${"a".repeat(64)}`,
      RepoTags: ["nginx:alpine", "registry.example:5000/x/nginx:1"],
      RepoDigests: [`nginx@${digest}`],
      Created: created,
      Size: 142_300_000,
      SharedSize: -1,
      Containers: -1,
    },
    {
      Id: `sha256:${"b".repeat(64)}`,
      RepoTags: ["<none>:<none>"],
      RepoDigests: [`alone@${digest}`],
      Created: created,
      Size: 999,
    },
    { Id: `sha256:${"e".repeat(64)}`, RepoTags: [], RepoDigests: [], Created: created, Size: 0 },
  ]

  it("have a row for each tag, and digests where those are asked for", async () => {
    const routes = { "GET /images/json": { body: images } }
    expect((await drydock(["images"], routes)).stdout.split("\n").map((line) => line.replace(/ +/g, " "))).toEqual([
      "REPOSITORY TAG IMAGE ID CREATED SIZE",
      "nginx alpine aaaaaaaaaaaa About a minute ago 142MB",
      "registry.example:5000/x/nginx 1 aaaaaaaaaaaa About a minute ago 142MB",
      "alone <none> bbbbbbbbbbbb About a minute ago 999B",
      "<none> <none> eeeeeeeeeeee About a minute ago 0B",
      "",
    ])
    const { stdout } = await drydock(["image", "ls", "--digests", "--format", "{{.Repository}} {{.Digest}}"], routes)
    expect(stdout).toBe(`nginx ${digest}\nregistry.example:5000/x/nginx <none>\nalone ${digest}\n<none> <none>\n`)
  })

  it("are pulled by their full names, what went wrong being an error", async () => {
    const lines = (...messages: ReadonlyArray<object>) =>
      Buffer.from(messages.map((one) => `${JSON.stringify(one)}\r\n`).join(""))
    const routes = (raw: Uint8Array): Routes => ({ "POST /images/create": { raw } })
    const pulled = await drydock(
      ["pull", "nginx"],
      routes(
        lines(
          { status: "Pulling", id: "latest" },
          { status: "Downloading", id: "x", progressDetail: { current: 1, total: 2 } },
          { status: "Status: done" },
        ),
      ),
    )
    expect(pulled.stdout).toBe(
      "Using default tag: latest\nlatest: Pulling\nStatus: done\ndocker.io/library/nginx:latest\n",
    )
    expect(pulled.seen[0]?.query).toEqual({ fromImage: "docker.io/library/nginx", tag: "latest" })
    const failed = await drydock(
      ["pull", "-q", "r.example/x:1"],
      routes(lines({ errorDetail: { message: "denied" }, error: "denied" })),
    )
    expect(failed).toMatchObject({ exitCode: 1, stdout: "", stderr: "denied\n" })
    expect((await drydock(["pull", "Nginx"])).stderr).toBe(
      "invalid reference format: repository name must be lowercase\n",
    )
    expect((await drydock(["pull", "-a", "nginx:1"])).stderr).toBe("tag can't be used with --all-tags/-a\n")
  })

  it("are removed, with what was deleted", async () => {
    const routes = { "DELETE /images/a/b%3A1": { body: [{ Untagged: "a/b:1" }, { Deleted: "sha256:1" }] } }
    expect((await drydock(["rmi", "a/b:1"], routes)).stdout).toBe("Untagged: a/b:1\nDeleted: sha256:1\n")
  })

  it("of volumes the names are what quiet shows", async () => {
    const volume = { Name: "data", Driver: "local", Scope: "local", Mountpoint: "/m", Labels: null }
    const routes = { "GET /volumes": { body: { Volumes: [{ ...volume, Name: "data10" }, volume], Warnings: null } } }
    expect((await drydock(["volume", "ls", "-q"], routes)).stdout).toBe("data\ndata10\n")
    expect((await drydock(["volume", "ls"], routes)).stdout).toBe(
      "DRIVER    VOLUME NAME\nlocal     data\nlocal     data10\n",
    )
  })

  it.each([
    [0, "0B"],
    [999, "999B"],
    [1_000, "1kB"],
    [999_999, "1e+03kB"],
    [4_261_000, "4.26MB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(humanSize(bytes, 3)).toBe(text)
  })
})

const frame = (stream: number, text: string): Buffer => {
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([header, Buffer.from(text)])
}

describe("logs of a service", () => {
  const details = `com.docker.swarm.node.id=${idOf("node")},com.docker.swarm.service.id=${idOf("web")},com.docker.swarm.task.id=${idOf("web1")}`
  const web = service("web", { replicas: 10 })
  const routes: Routes = {
    "GET /services/web": { body: web },
    [`GET /services/${web.ID}`]: { body: web },
    [`GET /nodes/${idOf("node")}`]: { body: node("worker1") },
    [`GET /tasks/${idOf("web1")}`]: { body: task("web", 1) },
    "GET /services/web/logs": {
      raw: Buffer.concat([
        frame(1, `${details},team=a%3Db one\n`),
        frame(2, `${details} two words\n`),
        frame(1, `${details} \n`),
      ]),
    },
  }

  it("say whose each line is, and go where it was written to", async () => {
    const { stdout, stderr, seen } = await drydock(["service", "logs", "--tail", "3", "--since", "10m", "web"], routes)
    expect(stdout).toBe("web.1.web100000000@worker1     | one\nweb.1.web100000000@worker1     | \n")
    expect(stderr).toBe("web.1.web100000000@worker1     | two words\n")
    expect(seen[1]?.query).toEqual({
      stdout: "1",
      stderr: "1",
      details: "1",
      tail: "3",
      since: `${now / 1000 - 600}.000000000`,
    })
    // Who a task is, is asked once.
    expect(calls({ exitCode: 0, stdout, stderr, seen }).filter((call) => call.includes("/tasks/"))).toHaveLength(1)
  })

  it("leave out and add what is asked for", async () => {
    const plain = await drydock(["service", "logs", "--no-task-ids", "--no-resolve", "web"], routes)
    expect(plain.stdout.split("\n")[0]).toBe(`${idOf("web")}.1@${idOf("node")}     | one`)
    const detailed = await drydock(["service", "logs", "--details", "--no-trunc", "web"], routes)
    expect(detailed.stdout.split("\n")[0]).toBe(`web.1.${idOf("web1")}@worker1     | team=a=b one`)
  })

  it("are errors when the stream says so, and where there is nothing of that name", async () => {
    const broken = { ...routes, "GET /services/web/logs": { raw: frame(3, "warning: incomplete") } }
    expect(await drydock(["service", "logs", "web"], broken)).toMatchObject({
      exitCode: 1,
      stderr: "error from daemon in stream: warning: incomplete\n",
    })
    expect((await drydock(["service", "logs", "none"])).stderr).toBe("no such task or service: none\n")
  })

  it("of a terminal are its bytes, and only as such", async () => {
    const Spec = { ...web.Spec, TaskTemplate: { ContainerSpec: { Image: "x", TTY: true } } }
    const tty = {
      ...routes,
      "GET /services/web": { body: { ...web, Spec } },
      "GET /services/web/logs": { raw: Buffer.from("raw\r\n") },
    }
    expect((await drydock(["service", "logs", "web"], tty)).stderr).toBe("tty service logs only supported with --raw\n")
    expect((await drydock(["service", "logs", "--raw", "web"], tty)).stdout).toBe("raw\r\n")
  })
})

describe("events", () => {
  const event =
    '{"Type":"service","Action":"update","Actor":{"ID":"s1","Attributes":{"name":"a<b","image":"x"}},"scope":"swarm","time":1767268800,"timeNano":1767268800123456789}'
  const routes: Routes = { "GET /events": { raw: Buffer.from(`${event}\n`) } }

  it.each([
    [
      "json",
      '{"Type":"service","Action":"update","Actor":{"ID":"s1","Attributes":{"image":"x","name":"a<b"}},"scope":"swarm","time":1767268800,"timeNano":1767268800123456789}',
    ],
    ["{{.Type}}/{{.Action}} {{.Actor.Attributes.name}} {{.TimeNano}}", "service/update a<b 1767268800123456789"],
    ["{{json .Actor.Attributes}}", '{"image":"x","name":"a<b"}'],
    ["{{.Scope}} {{.Status}}.", "swarm ."],
  ])("by %s are %s", async (format, line) => {
    expect((await drydock(["events", "--until", "0m", "--format", format], routes)).stdout).toBe(`${line}\n`)
  })

  it("are refused a template that is none, with docker's status, before anything is asked", async () => {
    expect(await drydock(["events", "--format", "{{.Nope}}"], routes)).toMatchObject({
      exitCode: 64,
      seen: [],
      stderr: `Error parsing format: template: :1:2: executing "" at <.Nope>: can't evaluate field Nope in type *events.Message\n`,
    })
  })
})

describe("a moment", () => {
  it.each([
    ["10m", `${now / 1000 - 600}.000000000`],
    ["1767268800", "1767268800"],
    ["1767268800.5", "1767268800.5"],
    ["2026-01-01T12:00:00Z", "1767268800.000000000"],
    ["2026-01-01T12:00:00.123456789Z", "1767268800.123456789"],
    ["", undefined],
  ])("%s is %s", (text, seconds) => {
    expect(timestamp(text, now)).toBe(seconds)
  })

  it("that is none is refused with the name of its option", () => {
    expect(() => timestamp("soon", now, "since")).toThrow(
      'invalid value for "since": failed to parse value as time or duration: "soon"',
    )
  })
})

describe("the order of fields", () => {
  it("is docker's, in lists and maps too; fields that it does not know come last", () => {
    const made = ordered(
      {
        New: 1,
        Spec: {
          Mode: {},
          Labels: { b: 1, a: 2 },
          Name: "x",
          EndpointSpec: { Ports: [{ TargetPort: 1, Name: "n" }], Mode: "vip" },
        },
        ID: "i",
      },
      "Service",
    )
    expect(JSON.stringify(made)).toBe(
      '{"ID":"i","Spec":{"Name":"x","Labels":{"a":2,"b":1},"Mode":{},"EndpointSpec":{"Mode":"vip","Ports":[{"Name":"n","TargetPort":1}]}},"New":1}',
    )
  })
})

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

  it("acts on objects with the same words", async () => {
    const pairs = [
      "volume create --label a=b NEW",
      "volume rm NEW",
      "volume rm NEW",
      "volume rm --force NEW",
      "network create --driver overlay --subnet 10.77.0.0/24 NEWNET",
      "node update --availability pause worker2",
      "node update --availability active worker2",
      "node promote worker2",
      "node demote worker2",
      "node rm worker1",
      "pull redis:7",
      "image pull --quiet redis",
      "rmi redis:7",
      "rmi redis:7",
      "rmi --force redis:7",
      "swarm update --task-history-limit 4",
      "swarm update",
      "swarm join-token nobody",
      "swarm unlock-key --rotate",
      "swarm unlock-key",
      "swarm unlock",
      "swarm leave",
      "swarm join --token x 127.0.0.1:2377",
      "swarm init",
      "swarm init --availability sometimes",
      "kill nothere",
      "stop nothere nothere2",
      "start nothere",
      "restart nothere",
      "rm nothere",
      "rm --force nothere",
      "wait nothere",
      "kill --signal NOT CONTAINER",
    ]
    const stable = (text: string) => text.replace(/^[0-9a-z]{25}$/gm, "<id>").replace(/NEW\w*/g, "NEW")
    for (const [i, line] of pairs.entries()) {
      // What the one made, the other must not find: each has names of its own.
      const own = (whose: string) =>
        words(line).map((word) => word.replace("NEW", `new${whose}`).replace("77.0", `7${whose === "a" ? 7 : 8}.0`))
      const theirs = await docker(own("a"))
      const ours = await drydock(own("b"))
      const plain = ({ code, stdout, stderr }: Ran) => ({
        line,
        code,
        stdout: stable(stdout.replaceAll(/new[ab]/g, "new")),
        stderr: stderr.replaceAll(/new[ab]/g, "new"),
      })
      if (line === "swarm update") {
        expect(ours.code, line).toBe(theirs.code)
        expect(ours.stdout).toContain("Usage:  docker swarm update [OPTIONS]")
        continue
      }
      if (line.startsWith("pull") || line.startsWith("image pull")) {
        // The second of two pulls finds the image there.
        const status = (text: string) => text.replace("Downloaded newer image", "Image is up to date")
        expect({ ...plain(ours), stdout: status(ours.stdout) }, String(i)).toEqual({
          ...plain(theirs),
          stdout: status(theirs.stdout),
        })
        continue
      }
      if (line === "rmi redis:7") {
        expect([ours.code, theirs.code]).toContain(1)
        continue
      }
      if (line === "node promote worker2" || line === "node demote worker2") {
        expect([theirs.stdout, ours.stdout].join("")).toMatch(/worker2/)
        continue
      }
      expect(plain(ours), String(i)).toEqual(plain(theirs))
    }
  }, 120_000)

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

const stack = `services:
  front:
    image: nginx:alpine
    ports: ["8090:80", "8091:81", "9443:443/udp"]
    deploy: { replicas: 2 }
  back:
    image: redis:7
    volumes: ["data:/data"]
    secrets: [token]
volumes: { data: {} }
secrets: { token: { file: ./secret } }
`

/** What the cluster is given before anything is compared. */
const setting: ReadonlyArray<ReadonlyArray<string>> = [
  ["network", "create", "--driver", "overlay", "--attachable", "--label", "tier=back", "backend"],
  ["secret", "create", "--label", "a=1", "password", "FOLDER/secret"],
  ["config", "create", "settings", "FOLDER/secret"],
  ["volume", "create", "--label", "team=blue", "stored"],
  ["node", "update", "--label-add", "zone=a", "worker1"],
  [
    ..."service create --detach --name web --replicas 3 --publish 8080:80 --publish published=8081,target=81 --label team=blue".split(
      " ",
    ),
    ..."--network backend --secret password --config settings --env A=b --limit-memory 64m --reserve-cpu 0.1".split(
      " ",
    ),
    ..."--update-parallelism 2 --mount type=volume,source=shared,target=/data --health-cmd true".split(" "),
    ..."nginx:alpine sh -c".split(" "),
    "echo ready; echo a-long-line-of-output >&2; sleep 100000",
  ],
  [..."service create --detach --name agent --mode global busybox sleep 100000".split(" ")],
  [..."service create --detach --name job --mode replicated-job --replicas 2 busybox true".split(" ")],
  [..."service create --detach --name broken --restart-max-attempts 2 --restart-delay 1s busybox false".split(" ")],
  [..."service create --detach --name nowhere --constraint node.labels.zone==nowhere nginx".split(" ")],
  [
    ..."service create --detach --name hostport --mode global --publish mode=host,published=7070,target=70 nginx".split(
      " ",
    ),
  ],
  [..."stack deploy --detach=true -c FOLDER/stack.yml shop".split(" ")],
]

const formats = (list: string, fields: ReadonlyArray<string>): ReadonlyArray<string> => [
  list,
  `${list} --quiet`,
  `${list} --format json`,
  `${list} --format '{{json .}}'`,
  `${list} --format 'table {{.${fields.join("}}\\t{{.")}}}'`,
  `${list} --format '${fields.map((field) => `{{.${field}}}`).join("|")}'`,
  `${list} --format '{{.Nope}}'`,
  `${list} --format '{{'`,
  `${list} --filter nonsense=1`,
  `${list} --filter bad`,
]

/** Every command that lists or inspects. */
const commands: Readonly<Record<string, ReadonlyArray<string>>> = {
  service: [
    ...formats("service ls", ["ID", "Name", "Mode", "Replicas", "Image", "Ports"]),
    "service ls --filter name=web",
    "service ls --filter mode=global --format '{{upper .Name}}'",
    "service ls --format raw",
    "service ps web",
    "service ps broken --no-trunc",
    "service ps web agent job nowhere --format '{{.Name}} {{.Node}} {{.DesiredState}} {{.Error}} {{.Ports}}'",
    "service ps web --format json",
    "service ps web --quiet",
    "service ps hostport",
    "service ps --no-resolve web",
    "service ps --filter desired-state=running web",
    "service ps web none",
    "service ps none",
    "service inspect web",
    "service inspect web agent --format '{{.Spec.Name}} {{json .Spec.Labels}}'",
    "service inspect web --format json",
    "service inspect --pretty web",
    "service inspect --pretty agent",
    "service inspect none web",
    "service inspect --format '{{.Nope}}' web",
    "service inspect --format '{{' web",
  ],
  logs: [
    "service logs web --tail 1 --raw",
    "service logs none",
    "service logs agent --since bad",
    "service logs agent --tail x",
    "service logs agent --timestamps",
    "service logs TASK",
    "service logs TASK --raw",
    "service logs TASK --no-trunc",
    "service logs TASK --no-task-ids",
    "service logs TASK --no-resolve --timestamps",
    "service logs TASK --details",
    "service logs TASK --since 1h",
    "service logs TASK --tail 1",
    "logs none",
    "logs NAME",
    "logs --timestamps NAME",
    "logs --tail 1 NAME",
    "logs --details NAME",
    "logs --since 1h --until 0m NAME",
    "container logs NAME",
    "logs --since bad NAME",
  ].filter((line) => line !== "service logs web --tail 1 --raw" && line !== "service logs agent --timestamps"),
  node: [
    ...formats("node ls", ["ID", "Hostname", "Status", "Availability", "ManagerStatus", "EngineVersion", "TLSStatus"]),
    "node ls --filter role=worker",
    "node ls --format raw",
    "node inspect self",
    "node inspect worker1 manager2",
    "node inspect --format '{{.Spec.Availability}} {{.Description.Hostname}}' worker1",
    "node inspect --format '{{.ManagerStatus}}' worker1",
    "node inspect --pretty self",
    "node inspect --pretty worker1",
    "node inspect nobody",
    "node inspect --format '{{' self",
    "node inspect --format '{{.Nope}}' self",
    "node ps",
    // Of several nodes docker shows the tasks of the first ones more than once.
    "node ps worker2",
    "node ps nobody worker1",
    "node ps --filter desired-state=shutdown",
  ],
  stack: [
    "stack ls",
    "stack ls --format json",
    "stack ps shop",
    "stack ps --quiet shop",
    "stack ps --no-trunc shop",
    "stack ps none",
    "stack services shop",
    "stack services --quiet shop",
    "stack services --format '{{.Name}} {{.Replicas}}' shop",
    "stack services none",
  ],
  secret: [
    ...formats("secret ls", ["ID", "Name", "Driver", "CreatedAt", "UpdatedAt", "Labels"]),
    "secret inspect password",
    "secret inspect --pretty password",
    "secret inspect --format '{{.Spec.Name}}' password",
    "secret inspect none",
    "secret inspect --format '{{' password",
    "secret inspect --format '{{.Nope}}' password",
  ],
  config: [
    ...formats("config ls", ["ID", "Name", "CreatedAt", "UpdatedAt", "Labels"]),
    "config inspect settings",
    "config inspect --pretty settings",
    "config inspect none settings",
    "config inspect --format '{{' settings",
  ],
  network: [
    ...formats("network ls", ["ID", "Name", "Driver", "Scope", "IPv4", "IPv6", "Internal", "Labels"]),
    "network ls --no-trunc",
    "network ls --filter driver=overlay",
    "network inspect backend",
    "network inspect bridge ingress",
    "network inspect --format '{{.Name}} {{json .IPAM.Config}}' backend none",
    "network inspect none",
    "network inspect --format '{{' backend",
    "network inspect --format '{{.Nope}}' backend",
  ],
  volume: [
    ...formats("volume ls", ["Driver", "Name", "Scope", "Mountpoint", "Labels", "Links", "Size"]),
    "volume ls --format raw",
    "volume ls --filter name=stored",
    "volume inspect stored",
    "volume inspect --format '{{.Mountpoint}}' stored none",
    "volume inspect none",
    "volume inspect --format '{{.Nope}}' stored",
    "volume create a b",
    "volume create --name a b",
  ],
  container: [
    ...formats("container ls", [
      "ID",
      "Image",
      "Command",
      "RunningFor",
      "CreatedAt",
      "State",
      "Status",
      "Ports",
      "Names",
    ]),
    "ps",
    "ps --all",
    "ps --all --no-trunc",
    "container ps --last 2",
    "ps --latest",
    "ps --size",
    "ps --format '{{.Size}} {{.Mounts}} {{.LocalVolumes}} {{.Platform}}'",
    "ps --format raw",
    "ps --format raw --quiet",
    "ps --filter name=web. --format '{{.Networks}}'",
    "ps --filter name=web --format '{{.Label \"com.docker.swarm.service.name\"}}'",
    "container inspect CONTAINER",
    "container inspect CONTAINER --format json",
    "container inspect none CONTAINER --format '{{.State.Status}} {{.Name}}'",
    "container inspect --format '{{.Nope}}' CONTAINER",
  ],
  image: [
    ...formats("image ls", [
      "Repository",
      "Tag",
      "ID",
      "Digest",
      "CreatedSince",
      "CreatedAt",
      "Size",
      "SharedSize",
      "VirtualSize",
      "UniqueSize",
    ]),
    "images",
    "images nginx",
    "images --digests",
    "images --digests --no-trunc",
    "images --format raw",
    "images --format raw --quiet",
    "images a b",
    "image inspect nginx:alpine",
    "image inspect --format '{{.RepoTags}}' nginx:alpine",
    "image inspect none",
  ],
  swarm: [
    "swarm join-token worker",
    "swarm join-token --quiet manager",
    "swarm ca",
    "swarm ca --cert-expiry 1h",
    "swarm join-token",
    "swarm nonsense",
  ],
  system: [
    "info --format '{{.Swarm.NodeID}} {{.Swarm.Managers}} {{.Swarm.Nodes}} {{.Name}} {{.ServerVersion}}'",
    "system info --format '{{json .Swarm.Cluster.Spec}}'",
    "info --format '{{'",
    "version --format '{{.Server.Version}} {{.Server.APIVersion}}'",
    "version --format '{{'",
    "version --format '{{json .Server}}'",
    "system nonsense",
  ],
  inspect: [
    "inspect web",
    "inspect CONTAINER",
    "inspect nginx:alpine backend stored TASK self",
    "inspect worker1 password settings",
    "inspect none web",
    "inspect --type task TASK",
    "inspect --type node worker1 --format '{{.ID}}'",
    "inspect --type volume none",
    "inspect --type nonsense web",
    "inspect --size CONTAINER --format '{{.Id}}'",
    "inspect --type '' web",
    "inspect",
  ],
}

const onWorker: ReadonlyArray<string> = [
  "node ls",
  "node inspect self",
  "service ls",
  "service ps web",
  "service logs web",
  "stack ls",
  "stack ps shop",
  "secret ls",
  "config inspect settings",
  "swarm join-token worker",
  "swarm unlock-key",
  "swarm ca",
  "ps --format '{{.Image}} {{.Status}}'",
  "images",
  "volume ls",
  "network ls",
  "inspect web",
  "inspect nginx:alpine --format '{{.Id}}'",
  "info --format '{{.Swarm.ControlAvailable}} {{.Swarm.LocalNodeState}} {{.Name}}'",
]

const asOther: ReadonlyArray<readonly [string, string]> = [
  ["task inspect TASK", "inspect --type task TASK"],
  ["task inspect --format '{{.Status.Err}}' FAILED", "inspect --type task --format '{{.Status.Err}}' FAILED"],
  ["task inspect none", "inspect --type task none"],
  ["task logs TASK", "service logs TASK"],
]

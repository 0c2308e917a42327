// How long a command takes as a whole process, beside the least a Node process can take (`node -e 0`) and beside the docker CLI. The
// work: each command is run RUNS times (40, or --runs N), one after the other in turns, so that a busy moment falls on all alike; what
// counts is the median. The server that `service ls` asks is a small one in a process of its own.
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"

const services = JSON.stringify(
  Array.from({ length: 10 }, (_, i) => ({
    ID: `service${i}`.padEnd(25, "0"),
    Version: { Index: 10 + i },
    CreatedAt: "2026-01-01T00:00:00Z",
    UpdatedAt: "2026-01-01T00:00:00Z",
    Spec: {
      Name: `web-${i}`,
      Mode: { Replicated: { Replicas: 3 } },
      TaskTemplate: { ContainerSpec: { Image: "nginx:alpine" } },
    },
    Endpoint: { Ports: [{ Protocol: "tcp", TargetPort: 80, PublishedPort: 8000 + i, PublishMode: "ingress" }] },
    ServiceStatus: { RunningTasks: 3, DesiredTasks: 3 },
  })),
)

const server = `
  const { createServer } = require("node:http")
  const body = ${JSON.stringify(services)}
  const headers = { "Api-Version": "1.41", "Content-Type": "application/json" }
  createServer((request, response) => response.writeHead(200, headers).end(request.url.includes("_ping") ? "OK" : body))
    .listen(0, "127.0.0.1", function () { console.log(this.address().port) })
`

interface Subject {
  readonly name: string
  readonly argv: readonly [command: string, ...args: ReadonlyArray<string>]
}

/** Milliseconds of one run; it must end well. */
function measure({ name, argv: [command, ...args] }: Subject, env: NodeJS.ProcessEnv): number {
  const started = performance.now()
  const result = spawnSync(command, args, { env, stdio: ["ignore", "pipe", "pipe"] })
  const took = performance.now() - started
  if (result.status !== 0) throw new Error(`${name} failed: ${result.stderr?.toString() ?? result.error?.message}`)
  return took
}

function median(times: ReadonlyArray<number>): number {
  const ordered = [...times].sort((a, b) => a - b)
  return ordered[Math.floor(ordered.length / 2)] ?? Number.NaN
}

const portOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    child.stdout?.once("data", (line: Buffer) => resolve(line.toString().trim()))
    child.once("error", reject)
  })

const flag = process.argv.indexOf("--runs")
const runs = Number(flag < 0 ? 40 : process.argv[flag + 1])
const main = process.env.DRYDOCK_MAIN ?? fileURLToPath(new URL("../cli/main.js", import.meta.url))
if (!existsSync(main)) throw new Error(`${main} is not there: npm run build first`)

const floor: Subject = { name: "node -e 0", argv: [process.execPath, "-e", "0"] }
const hasDocker = spawnSync("docker", ["--version"]).status === 0
const subjects: ReadonlyArray<Subject> = [
  floor,
  { name: "drydock --version", argv: [process.execPath, main, "--version"] },
  { name: "drydock service ls", argv: [process.execPath, main, "service", "ls"] },
  ...(hasDocker
    ? [
        { name: "docker --version", argv: ["docker", "--version"] as const },
        { name: "docker service ls", argv: ["docker", "service", "ls"] as const },
      ]
    : []),
]

const child = spawn(process.execPath, ["-e", server], { stdio: ["ignore", "pipe", "inherit"] })
try {
  const env = { ...process.env, DOCKER_HOST: `tcp://127.0.0.1:${await portOf(child)}` }
  const times = new Map(subjects.map((subject) => [subject.name, [] as number[]] as const))
  for (let i = 0; i < runs; i++) {
    for (const subject of subjects) times.get(subject.name)?.push(measure(subject, env))
  }
  const least = median(times.get(floor.name) ?? [])
  console.log(`whole processes, median of ${runs} runs each, ten services to list:`)
  for (const [name, all] of times) {
    const took = median(all)
    console.log(`  ${name.padEnd(20)} ${took.toFixed(1).padStart(7)} ms  ${(took / least).toFixed(2)} x node -e 0`)
  }
} finally {
  child.kill()
}

// What the screen costs: `drydock watch` on a cluster of 1,000 nodes and 20,000 tasks whose state never rests. The work: a server in a process of
// its own tells one of eight statuses in turn; the screen (200 by 60, 256 colours) asks it over HTTP as usual and shows it for SECONDS (20, or
// --seconds N), while somebody goes through its views. What counts is this process's share of a core, the frames and the bytes that it wrote.
import { type ChildProcess, spawn } from "node:child_process"
import { EventEmitter } from "node:events"
import { PassThrough } from "node:stream"
import { setTimeout as pause } from "node:timers/promises"
import { httpEngine } from "../cli/client/http.ts"
import { fetchStatus } from "../cli/watch/fetch.ts"
import { startScreen } from "../cli/watch/start.ts"

const nodes = 1_000
const tasks = 20_000
const services = 20

const server = `
  const { createServer } = require("node:http")
  const meta = (ID) => ({ ID, Version: { Index: 10 }, CreatedAt: "2026-01-01T00:00:00Z", UpdatedAt: "2026-01-01T00:00:00Z" })
  const states = ["preparing", "starting", "running", "running", "running", "running", "running", "running"]
  const at = (turn) => ({
    now: Date.UTC(2026, 0, 1) + turn * 1000, index: 100 + turn, events: [],
    managers: [1, 2, 3].map((n) => ({ name: "node" + n, nodeId: "node" + n, running: true, role: n === 1 ? "leader" : "follower",
      term: 2, vote: 1, commit: 100 + turn, applied: 100 + turn, lastIndex: 100 + turn })),
    nodes: Array.from({ length: ${nodes} }, (_, i) => ({ ...meta("node" + (i + 1)),
      Spec: { Labels: {}, Role: i < 3 ? "manager" : "worker", Availability: "active" },
      Description: { Hostname: "node" + (i + 1), Platform: { Architecture: "x86_64", OS: "linux" },
        Resources: { NanoCPUs: 4e9, MemoryBytes: 2 ** 33 }, Engine: { EngineVersion: "28.2.2" } },
      Status: { State: "ready", Addr: "10.0.0.1" } })),
    services: Array.from({ length: ${services} }, (_, i) => ({ ...meta("svc" + i), SpecVersion: { Index: 10 }, Endpoint: {},
      Spec: { Name: "app" + i, Labels: {}, TaskTemplate: { ContainerSpec: { Image: "registry.example/app:v1" } },
        Mode: { Replicated: { Replicas: ${tasks / services} } } } })),
    tasks: Array.from({ length: ${tasks} }, (_, i) => ({ ...meta("task" + i), ServiceID: "svc" + (i % ${services}),
      SpecVersion: { Index: 10 }, Slot: Math.floor(i / ${services}) + 1, NodeID: "node" + ((i * 7) % ${nodes} + 1),
      Status: { Timestamp: "2026-01-01T00:00:00Z", State: states[(i + turn) % 8], Message: "started" }, DesiredState: "running" })),
  })
  const bodies = Array.from({ length: 8 }, (_, turn) => Buffer.from(JSON.stringify(at(turn))))
  let turn = 0
  createServer((request, response) => response.writeHead(200, { "Content-Type": "application/json" }).end(bodies[turn++ % 8]))
    .listen(0, "127.0.0.1", function () { console.log(this.address().port, bodies[0].length) })
`

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    child.stdout?.once("data", (line: Buffer) => resolve(line.toString().trim()))
    child.once("error", reject)
  })

/** A terminal that only counts. */
class CountingOutput extends EventEmitter {
  readonly columns = 200
  readonly rows = 60
  frames = 0
  bytes = 0

  write(text: string): boolean {
    this.frames++
    this.bytes += Buffer.byteLength(text)
    return true
  }
}

class Keyboard extends PassThrough {
  readonly isTTY = true
  setRawMode(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
}

const flag = process.argv.indexOf("--seconds")
const seconds = Number(flag < 0 ? 20 : process.argv[flag + 1])
const child = spawn(process.execPath, ["-e", server], { stdio: ["ignore", "pipe", "inherit"] })
try {
  const [port = "", size = ""] = (await firstLine(child)).split(" ")
  const host = `tcp://127.0.0.1:${port}`
  const client = httpEngine(host, "bench")
  const stdout = new CountingOutput()
  const keyboard = new Keyboard()
  const showing = await startScreen(
    { status: () => fetchStatus(client, host), interval_ms: 500, engine: { client, host, remote: true } },
    {
      stdout,
      stderr: process.stderr,
      // Of a terminal's input only what Keyboard has is used.
      stdin: keyboard as PassThrough as unknown as NodeJS.ReadStream,
      isTTY: true,
      env: { LANG: "C.UTF-8", TERM: "xterm-256color" },
    },
  )
  console.log(`${nodes} nodes, ${tasks} tasks, a status of ${(Number(size) / 1e6).toFixed(1)} MB; ${seconds} s each:`)
  for (const [what, keys] of [
    ["nobody types", []],
    ["a key each 100 ms", ["j", "j", "G", "k", "3", "j", "\r", "G", "\u001b", "1"]],
  ] as const) {
    const before = { cpu: process.cpuUsage(), frames: stdout.frames, bytes: stdout.bytes, at: performance.now() }
    for (let turn = 0; performance.now() - before.at < seconds * 1_000; turn++) {
      const key = keys[turn % Math.max(1, keys.length)]
      if (key !== undefined) keyboard.write(key)
      await pause(100)
    }
    const cpu = process.cpuUsage(before.cpu)
    const took_s = (performance.now() - before.at) / 1_000
    const share = (cpu.user + cpu.system) / 1e6 / took_s
    const frames = (stdout.frames - before.frames) / took_s
    const bytes = (stdout.bytes - before.bytes) / took_s / 1_000
    console.log(
      `  ${what.padEnd(18)} ${(share * 100).toFixed(1)}% of a core, ${frames.toFixed(1)} frames/s, ${bytes.toFixed(1)} kB/s`,
    )
  }
  showing.stop()
} finally {
  child.kill()
}

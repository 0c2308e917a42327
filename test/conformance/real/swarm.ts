import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { importImages, makeRootfs } from "../../../bench/live/images.ts"
import { Lan } from "../../../bench/live/lan.ts"
import { ask } from "../cluster.ts"
import { docker } from "../docker.ts"
import type { Started, Target } from "../target.ts"

const managers = 3
const workers = 2
const start_ms_max = 60_000
const busybox = "/bin/busybox"

/**
 * A real swarm on this machine: five dockerd, each in namespaces of its own (network and host name), so that it disturbs no other. Needs
 * root, dockerd, iproute2 and a static busybox. Nothing is left of it in the end.
 */
export const realSwarm: Target = {
  name: "a real swarm",
  cheap: false,
  real: true,
  missing: () => {
    if (process.getuid?.() !== 0) return "a real swarm needs root"
    for (const command of ["dockerd", "ip", "nsenter", "unshare"]) {
      if (spawnSync("sh", ["-c", `command -v ${command}`]).status !== 0) return `a real swarm needs ${command}`
    }
    return existsSync(busybox) ? undefined : `a real swarm needs ${busybox}`
  },
  start,
}

interface Engine {
  readonly process: ChildProcess
  readonly host: string
  readonly address: string
}

async function start(): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), "drydock-real-"))
  const lan = new Lan()
  const engines: Array<Engine> = []
  const stop = async () => {
    await Promise.all(engines.map(end))
    lan.remove()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const rootfs = makeRootfs(folder, busybox)
    for (let number = 1; number <= managers + workers; number++) engines.push(launch(folder, number, lan))
    await Promise.all(engines.map((engine) => answering(engine, folder)))
    for (const engine of engines) await importImages(engine.host, rootfs)
    await unite(engines)
    return { addresses: engines.map((engine) => engine.host), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function launch(folder: string, number: number, lan: Lan): Engine {
  const { namespace, address } = lan.add()
  const own = join(folder, `d${number}`)
  mkdirSync(own)
  const socket = `unix://${folder}/d${number}.sock`
  const dockerd = `hostname node${number}; exec dockerd --data-root ${own}/data --exec-root ${own}/exec --pidfile ${own}/pid -H ${socket}`
  const log = openSync(join(own, "log"), "a")
  // Each of these replaces itself by the next, so that the process is dockerd in the end.
  const process = spawn("nsenter", [`--net=/run/netns/${namespace}`, "unshare", "--uts", "sh", "-c", dockerd], {
    stdio: ["ignore", log, log],
    detached: true,
  })
  closeSync(log)
  return { process, host: socket, address }
}

async function answering(engine: Engine, folder: string): Promise<void> {
  const deadline = Date.now() + start_ms_max
  while ((await docker(engine.host, ["version"])).code !== 0) {
    if (Date.now() > deadline || engine.process.exitCode !== null) {
      const log = readFileSync(join(folder, `d${engine.host.match(/d(\d+)\.sock/)?.[1]}`, "log"), "utf8")
      throw new Error(`${engine.host} does not answer:\n${log.slice(-2_000)}`)
    }
    await pause(200)
  }
}

async function unite(engines: ReadonlyArray<Engine>): Promise<void> {
  const [first, ...others] = engines
  if (first === undefined) return
  await ask(first.host, ["swarm", "init", "--advertise-addr", first.address])
  for (const [at, engine] of others.entries()) {
    const role = at + 1 < managers ? "manager" : "worker"
    const [token = ""] = await ask(first.host, ["swarm", "join-token", "-q", role])
    await ask(engine.host, ["swarm", "join", "--token", token, `${first.address}:2377`])
  }
}

/** SIGTERM lets it stop its containers; whoever does not heed it within a minute is killed. */
async function end({ process }: Engine): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return
  process.kill("SIGTERM")
  const deadline = Date.now() + 60_000
  while (process.exitCode === null && process.signalCode === null) {
    if (Date.now() > deadline) process.kill("SIGKILL")
    await pause(200)
  }
}

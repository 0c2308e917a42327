import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { importImages, makeRootfs } from "../../../bench/live/images.ts"
import { Lan, type Machine } from "../../../bench/live/lan.ts"
import { docker } from "../docker.ts"

export const managers = 3
export const workers = 2
const start_ms_max = 60_000
const busybox = "/bin/busybox"

/** A dockerd, and the machine that it is the engine of. */
export interface Engine {
  readonly process: ChildProcess
  /** A DOCKER_HOST. */
  readonly host: string
  readonly machine: Machine
}

/** Why no real engines can be had on this machine. */
export function missingEngines(): string | undefined {
  if (process.getuid?.() !== 0) return "real engines need root"
  for (const command of ["dockerd", "ip", "nsenter", "unshare"]) {
    if (spawnSync("sh", ["-c", `command -v ${command}`]).status !== 0) return `real engines need ${command}`
  }
  return existsSync(busybox) ? undefined : `real engines need ${busybox}`
}

/**
 * Five dockerd, each in namespaces of its own (network and host name), so that they disturb no other, with the images of the scenarios. Needs root,
 * dockerd, iproute2 and a static busybox. Nothing is left of them in the end.
 */
export async function startEngines(): Promise<{
  readonly engines: ReadonlyArray<Engine>
  readonly stop: () => Promise<void>
}> {
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
    return { engines, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function launch(folder: string, number: number, lan: Lan): Engine {
  const machine = lan.add()
  const name = number <= managers ? `manager${number}` : `worker${number - managers}`
  const own = join(folder, `d${number}`)
  mkdirSync(own)
  const socket = `unix://${folder}/d${number}.sock`
  const dockerd = `hostname ${name}; exec dockerd --data-root ${own}/data --exec-root ${own}/exec --pidfile ${own}/pid -H ${socket}`
  const log = openSync(join(own, "log"), "a")
  // Each of these replaces itself by the next, so that the process is dockerd in the end.
  const process = spawn("nsenter", [`--net=/run/netns/${machine.namespace}`, "unshare", "--uts", "sh", "-c", dockerd], {
    stdio: ["ignore", log, log],
    detached: true,
  })
  closeSync(log)
  return { process, host: socket, machine }
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

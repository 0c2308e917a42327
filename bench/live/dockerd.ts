import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process"
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs"
import { request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import { threadId } from "node:worker_threads"
import { importImages, makeRootfs } from "./images.ts"
import type { Machine } from "./lan.ts"

const start_ms_max = 60_000
const stop_ms_max = 60_000
const busybox = "/bin/busybox"

/** A real engine of the caller's own, in a network namespace of its own and with nothing in it but a few images made of busybox. */
export interface Dockerd {
  readonly socketPath: string
  /** A folder for the test's use, gone with the engine. */
  readonly folder: string
  readonly namespace: string
  /** Of dockerd; undefined while it does not run. */
  readonly pid: number | undefined
  /** The docker CLI; what it prints, without the last line end. */
  docker(...args: ReadonlyArray<string>): Promise<string>
  /** A command in the engine's network namespace. */
  inNamespace(command: string, ...args: ReadonlyArray<string>): Promise<string>
  /** Ends the engine as a crash does: its containers go with it. */
  kill(): Promise<void>
  /** Starts it again, if it does not run. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** Why there can be no such engine here; undefined when there can. A machine that tests for others (CI) must be able to. */
export function missingDockerd(): string | undefined {
  const reason = missing()
  if (reason !== undefined && process.env.CI === "true") throw new Error(reason)
  if (reason !== undefined) process.stderr.write(`skipped: ${reason}\n`)
  return reason
}

function missing(): string | undefined {
  if (process.getuid?.() !== 0) return "a real engine needs root"
  const found = (command: string) => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0
  const absent = ["dockerd", "docker", "ip", "nsenter", busybox].filter((command) => !found(command))
  return absent.length === 0 ? undefined : `a real engine needs ${absent.join(", ")}`
}

let engines = 0

export interface DockerdOptions {
  /** Where it runs; a place of its own without neighbours when not given. */
  readonly machine?: Machine
  readonly hostname?: string
}

export async function startDockerd({ machine, hostname = "engine" }: DockerdOptions = {}): Promise<Dockerd> {
  const folder = mkdtempSync(join(tmpdir(), "drydock-engine-"))
  const namespace = machine?.namespace ?? `dde${process.pid}t${threadId}n${++engines}`
  const socketPath = join(folder, "docker.sock")
  const run = promisify(execFile)
  const output = async (command: string, args: ReadonlyArray<string>) =>
    (await run(command, args, { env: { ...process.env, DOCKER_HOST: `unix://${socketPath}` } })).stdout.trimEnd()
  let process_: ChildProcess | undefined
  let over = false
  const engine: Dockerd = {
    socketPath,
    folder,
    namespace,
    get pid() {
      return process_?.exitCode === null && process_.signalCode === null ? process_.pid : undefined
    },
    docker: (...args) => output("docker", args),
    inNamespace: (command, ...args) => output("nsenter", [`--net=/run/netns/${namespace}`, command, ...args]),
    kill: () => end(process_, "SIGKILL"),
    start: async () => {
      if (over) throw new Error("the engine was stopped for good")
      if (process_?.exitCode === null && process_.signalCode === null) return
      process_ = launch({ folder, namespace, socketPath, hostname })
      await answering(process_, folder, socketPath)
    },
    stop: async () => {
      over = true
      const ids = await engine.docker("ps", "-aq").catch(() => "")
      if (ids !== "") await engine.docker("rm", "-f", "-v", ...ids.split("\n")).catch(() => undefined)
      await end(process_, "SIGTERM")
      // After a crash its shims may be left.
      for (const pid of spawnSync("ip", ["netns", "pids", namespace], { encoding: "utf8" }).stdout.split("\n"))
        if (pid !== "") process.kill(Number(pid), "SIGKILL")
      if (!machine) spawnSync("ip", ["netns", "del", namespace])
      spawnSync("sh", ["-c", `grep -o '${folder}[^ ]*' /proc/self/mounts | sort -r | xargs -r umount -l`])
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    if (!machine) {
      await output("ip", ["netns", "add", namespace])
      await output("ip", ["-n", namespace, "link", "set", "lo", "up"])
    }
    await engine.inNamespace("sysctl", "-qw", "net.ipv4.ip_forward=1")
    await engine.start()
    mkdirSync(join(folder, "image"))
    await importImages(`unix://${socketPath}`, makeRootfs(join(folder, "image"), busybox))
    return engine
  } catch (error) {
    await engine.stop()
    throw error
  }
}

interface Launch {
  readonly folder: string
  readonly namespace: string
  readonly socketPath: string
  readonly hostname: string
}

function launch({ folder, namespace, socketPath, hostname }: Launch): ChildProcess {
  const options = `--data-root ${folder}/data --exec-root ${folder}/exec --pidfile ${folder}/pid -H unix://${socketPath}`
  const log = openSync(join(folder, "log"), "a")
  // Each of these replaces itself by the next, so that the process is dockerd in the end.
  // After a crash a process ID on file may be another's, or a dead one's.
  const script = `rm -f ${folder}/pid ${folder}/exec/containerd/containerd.pid; hostname ${hostname}; exec dockerd ${options}`
  const started = spawn("nsenter", [`--net=/run/netns/${namespace}`, "unshare", "--uts", "sh", "-c", script], {
    stdio: ["ignore", log, log],
    detached: true,
  })
  closeSync(log)
  return started
}

async function answering(started: ChildProcess, folder: string, socketPath: string): Promise<void> {
  const deadline = Date.now() + start_ms_max
  while (!(await answers(socketPath))) {
    if (Date.now() > deadline || started.exitCode !== null)
      throw new Error(`dockerd does not answer:\n${readFileSync(join(folder, "log"), "utf8").slice(-2_000)}`)
    await pause(100)
  }
}

const answers = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const asked = request({ socketPath, path: "/_ping" }, (response) => {
      response.resume()
      resolve(response.statusCode === 200)
    })
    asked.on("error", () => resolve(false))
    asked.end()
  })

async function end(started: ChildProcess | undefined, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (started === undefined || started.exitCode !== null || started.signalCode !== null) return
  const over = new Promise((resolve) => started.once("exit", resolve))
  started.kill(signal)
  const late = setTimeout(() => started.kill("SIGKILL"), stop_ms_max)
  await over
  clearTimeout(late)
}

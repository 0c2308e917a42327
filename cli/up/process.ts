import { spawn } from "node:child_process"
import { closeSync, openSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** The drydock command itself. */
const main = fileURLToPath(new URL("../main.js", import.meta.url))

/** Starts a daemon that outlives this process; its lines go to a file. The result is its process ID. */
export function startDaemon(args: ReadonlyArray<string>, logFile: string): number {
  const log = openSync(logFile, "a", 0o600)
  try {
    const child = spawn(process.execPath, [main, "daemon", ...args], { detached: true, stdio: ["ignore", log, log] })
    child.unref()
    if (child.pid === undefined) throw new Error(`cannot start ${process.execPath}`)
    return child.pid
  } finally {
    closeSync(log)
  }
}

/** Whether the process with this ID is the daemon of that data folder, and not another one that got its number since. */
export function isDaemonOf(pid: number, dataDir: string): boolean {
  if (!isAlive(pid)) return false
  if (process.platform !== "linux") return true
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(dataDir)
  } catch {
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { simulatedDifferences } from "./differences.ts"
import { api } from "./docker.ts"
import type { Started, Target } from "./target.ts"

const command = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url))
const start_ms_max = 30_000

/** The same cluster the fixtures were recorded on: three managers, two workers. */
const flags = ["sim", "--managers", "3", "--workers", "2", "--port", "0", "--no-screen", "--seed", "conformance"]

/** A simulated cluster, started as a person would, its address taken from what it prints. */
export const simulated: Target = {
  name: "a simulated cluster",
  cheap: true,
  differences: simulatedDifferences,
  real: false,
  missing: () => (existsSync(command) ? undefined : "dist/ is not built (npm run build)"),
  start: () => startSimulated(flags),
}

/** `drydock sim` with other flags; the addresses are those of its machines in their order, the first that it prints first. */
export async function startSimulated(flags: ReadonlyArray<string>): Promise<Started> {
  const child = spawn(process.execPath, [command, ...flags], { stdio: ["ignore", "pipe", "pipe"] })
  const orphan = () => child.kill("SIGKILL")
  process.once("exit", orphan)
  const stop = async () => {
    await end(child)
    process.off("exit", orphan)
  }
  try {
    const first = await address(child, flags)
    return { addresses: [first, ...(await others(first))], stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function address(child: ChildProcess, flags: ReadonlyArray<string>): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ""
    const fail = (why: string) => reject(new Error(`drydock ${flags.join(" ")}: ${why}\n${printed}`))
    const timer = setTimeout(() => fail(`no DOCKER_HOST within ${start_ms_max} ms`), start_ms_max)
    const read = (chunk: Buffer) => {
      printed += chunk.toString()
      const found = /DOCKER_HOST=(tcp:\/\/[^\s'"]+)\s/.exec(printed)
      if (found?.[1] === undefined) return
      clearTimeout(timer)
      resolve(found[1])
    }
    child.stdout?.on("data", read)
    child.stderr?.on("data", read)
    child.on("error", (error) => fail(error.message))
    child.on("exit", (code) => fail(`exited with ${code}`))
  })
}

/** Ports of the other machines, as the simulated cluster tells them. */
async function others(first: string): Promise<ReadonlyArray<string>> {
  const { code, stdout } = await api(first, "GET", "/drydock/machines", undefined)
  if (code !== 200) return []
  const machines: ReadonlyArray<{ readonly Port?: number }> = JSON.parse(stdout)
  const own = Number(new URL(first).port)
  const ports = machines.flatMap((machine) =>
    machine.Port === undefined || machine.Port === own ? [] : [machine.Port],
  )
  return ports.map((port) => `tcp://127.0.0.1:${port}`)
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    const timer = setTimeout(() => child.kill("SIGKILL"), 5_000)
    child.once("exit", () => {
      clearTimeout(timer)
      resolve()
    })
    child.kill("SIGTERM")
  })
}

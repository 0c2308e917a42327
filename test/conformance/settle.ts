import { setTimeout as pause } from "node:timers/promises"
import { ask } from "./cluster.ts"
import { docker, words } from "./docker.ts"
import type { Settle } from "./scenario.ts"

const poll_ms = 250
/** Bounds every wait. A restart delay and a stop with its grace fit in; a lost leader would not. */
const settle_ms_max = 60_000

/**
 * Waits, outside the cluster and by docker commands alone, until it is as wanted. None when it came to be, else what was
 * last seen.
 */
export async function settle(
  host: string,
  wanted: Settle,
  translate: (cmd: string) => string,
): Promise<string | undefined> {
  const look =
    wanted === "running"
      ? () => unsettled(host)
      : async () => {
          const { stdout, stderr } = await docker(host, words(translate(wanted.cmd)))
          return wanted.matches.test(stdout) ? [] : [`docker ${wanted.cmd}`, stdout, stderr]
        }
  // Twice in a row, for a change just accepted may not have begun to show.
  const deadline = Date.now() + settle_ms_max
  let quiet = 0
  for (;;) {
    const waitingFor = await look()
    quiet = waitingFor.length === 0 ? quiet + 1 : 0
    if (quiet === 2) return undefined
    if (Date.now() > deadline) return `not settled after ${settle_ms_max} ms:\n${waitingFor.join("\n")}`
    await pause(poll_ms)
  }
}

/** What is still moving: services short of tasks, tasks between two states, updates under way. Empty when all is quiet. */
export async function unsettled(host: string): Promise<ReadonlyArray<string>> {
  const services = await ask(host, ["service", "ls", "--format", "{{.Name}} {{.Replicas}}"])
  const short = services.filter((line) => {
    const [, running, wanted] = / (\d+)\/(\d+)/.exec(line) ?? []
    return running !== wanted
  })
  return [...short, ...(await movingTasks(host)), ...(await updating(host, services))]
}

/** Tasks of every node, those of removed services too. */
async function movingTasks(host: string): Promise<ReadonlyArray<string>> {
  const nodes = await ask(host, ["node", "ls", "-q"])
  const format = "{{.Name}}\t{{.DesiredState}}\t{{.CurrentState}}"
  const tasks = await ask(host, ["node", "ps", "--no-trunc", "--format", format, ...nodes])
  return tasks.filter((line) => {
    const [, desired = "", current = ""] = line.split("\t")
    // What a job has done stays so, even when the job itself is gone.
    if (desired === "Complete") return !/^(Complete|Failed|Rejected)/.test(current)
    if (desired === "Running") return !current.startsWith("Running")
    return desired !== "Shutdown" || !/^(Shutdown|Complete|Failed|Rejected|Orphaned)/.test(current)
  })
}

async function updating(host: string, services: ReadonlyArray<string>): Promise<ReadonlyArray<string>> {
  const names = services.map((line) => line.split(" ")[0] ?? "")
  if (names.length === 0) return []
  const format = "{{.Spec.Name}} {{with .UpdateStatus}}{{.State}}{{end}}"
  const states = await ask(host, ["service", "inspect", "--format", format, ...names])
  return states.filter((line) => / (updating|rollback_started)$/.test(line))
}

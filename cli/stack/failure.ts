import { fromRfc3339 } from "../../core/instant.ts"
import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { Node, Task } from "../client/types.ts"
import { CliError } from "../errors.ts"
import type { Followed } from "./follow.ts"

const logLinesMax = 10

/** Tasks that ended badly, the latest first; without any, those that cannot start. */
const culprits = (tasks: ReadonlyArray<Task>): ReadonlyArray<Task> => {
  const latest = [...tasks].sort((a, b) => fromRfc3339(b.Status.Timestamp) - fromRfc3339(a.Status.Timestamp))
  const failed = latest.filter(({ Status }) => Status.State === "failed" || Status.State === "rejected")
  if (failed.length > 0) return failed
  return latest.filter(({ Status }) => Status.State !== "running" && (Status.Err ?? "") !== "")
}

/** What `docker logs` sends: frames of a kind, three zeros, a length, and the text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what frames begin with
const withoutFrames = (body: string): string => body.replace(/[\0-\x02]\0\0\0[\s\S]{4}/g, "")

async function lastLines(cli: Cli, task: Task): Promise<ReadonlyArray<string>> {
  try {
    const query = { stdout: 1, stderr: 1, tail: logLinesMax }
    const body = await cli.engine.get<unknown>(at("tasks", task.ID, "/logs"), { query })
    const lines = withoutFrames(body === undefined ? "" : String(body))
      .split("\n")
      .filter((line) => line.trim() !== "")
    return lines.length === 0 ? ["(no logs: it wrote nothing)"] : lines.slice(-logLinesMax)
  } catch (error) {
    if (error instanceof CliError) return ["(no logs)"]
    throw error
  }
}

const nameOf = (service: string, task: Task): string => `${service}.${task.Slot ?? task.NodeID ?? task.ID}`

const exitOf = (task: Task): string => {
  const code = task.Status.ContainerStatus?.ExitCode
  return code === undefined || (code === 0 && task.Status.State !== "complete" && task.Status.State !== "failed")
    ? ""
    : `, exit code ${code}`
}

/** Why a service is not as it should be: its failing task, where it ran, its exit code and its last words. */
export async function explain(cli: Cli, { id, name, verdict, reason }: Followed): Promise<string> {
  const head = `${name}: ${verdict}${reason === undefined ? "" : `: ${reason}`}\n`
  const tasks = await cli.engine.get<ReadonlyArray<Task>>("/tasks", { filters: [["service", id]] })
  const [task] = culprits(tasks)
  if (task === undefined) return head
  const nodes = await cli.engine.get<ReadonlyArray<Node>>("/nodes")
  const node = nodes.find((one) => one.ID === task.NodeID)?.Description?.Hostname ?? task.NodeID
  const where = node === undefined || node === "" ? "" : ` on ${node}`
  const error = task.Status.Err ?? ""
  const what = `  task ${nameOf(name, task)}${where}: ${task.Status.State}${exitOf(task)}${error === "" ? "" : `: ${error}`}\n`
  const lines = task.NodeID === undefined || task.NodeID === "" ? [] : await lastLines(cli, task)
  return head + what + lines.map((line) => `  | ${line}\n`).join("")
}

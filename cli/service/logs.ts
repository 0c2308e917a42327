import { timestamp } from "../args/timestamp.ts"
import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { Service, Task } from "../client/types.ts"
import { command as define, exactly } from "../command.ts"
import { CliError, isNotFound } from "../errors.ts"
import { taskLogFlags } from "../logs/flags.ts"
import { printLogs } from "../logs/print.ts"
import { taskLines } from "../logs/task-lines.ts"

export const command = define({
  usage: "[OPTIONS] SERVICE|TASK",
  arity: exactly(1),
  flags: taskLogFlags,
  examples: [
    ["drydock service logs --follow --tail 10 web", "what its tasks print, wherever they run, until ctrl-C"],
    [
      "drydock service logs --since 5m --timestamps --no-trunc web",
      "the last five minutes, with times and whole task IDs",
    ],
  ],
  async run(cli, { flags, args: [target = ""] }) {
    const { kind, tty, digits } = await find(cli, target)
    if (tty && !flags.raw) throw new CliError("tty service logs only supported with --raw")
    const query = {
      stdout: 1,
      stderr: 1,
      since: timestamp(flags.since, cli.now(), "since"),
      timestamps: flags.timestamps ? 1 : undefined,
      // Which task a line is of stands in its details.
      details: flags.details || !flags.raw ? 1 : undefined,
      follow: flags.follow ? 1 : undefined,
      tail: flags.tail,
    }
    const format = flags.raw ? undefined : taskLines(cli, { ...flags, digits })
    await printLogs(cli, { path: at(kind, target, "/logs"), query, tty, ...(format && { format }) })
  },
})

interface Target {
  readonly kind: "services" | "tasks"
  readonly tty: boolean
  readonly digits: number
}

async function find(cli: Cli, target: string): Promise<Target> {
  try {
    const { Spec } = await cli.engine.get<Service>(at("services", target), { query: { insertDefaults: false } })
    const replicas = Spec.Mode?.Replicated?.Replicas
    const digits = replicas === undefined ? 1 : String(replicas).length
    return { kind: "services", tty: Spec.TaskTemplate.ContainerSpec?.TTY === true, digits }
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  try {
    const task = await cli.engine.get<Task>(at("tasks", target))
    return { kind: "tasks", tty: task.Spec.ContainerSpec?.TTY === true, digits: String(task.Slot ?? 0).length }
  } catch (error) {
    throw isNotFound(error) ? new CliError(`no such task or service: ${target}`) : error
  }
}

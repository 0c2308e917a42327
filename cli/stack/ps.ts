import type { Task } from "../client/types.ts"
import { command as define, exactly } from "../command.ts"
import { CliError } from "../errors.ts"
import { psFlags } from "../service/ps-flags.ts"
import { printTasks } from "../service/tasks.ts"
import { checkStackName, stackFilter } from "./namespace.ts"

export const command = define({
  usage: "[OPTIONS] STACK",
  arity: exactly(1),
  flags: psFlags,
  examples: [["drydock stack ps --filter desired-state=running app", "the tasks that should run now"]],
  async run(cli, { flags, args: [name = ""] }) {
    const stack = checkStackName(name)
    const tasks = await cli.engine.get<ReadonlyArray<Task>>("/tasks", {
      filters: [...flags.filter, stackFilter(stack)],
    })
    if (tasks.length === 0) throw new CliError(`nothing found in stack: ${stack}`)
    await printTasks(cli, tasks, flags)
  },
})

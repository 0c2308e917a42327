import { withNodeIds } from "../client/node-reference.ts"
import type { Task } from "../client/types.ts"
import { command as define, noArgs } from "../command.ts"
import { psFlags } from "../service/ps-flags.ts"
import { printTasks } from "../service/tasks.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: psFlags,
  examples: [
    ["drydock task ls --filter desired-state=running", "all tasks of the cluster that should run"],
    ["drydock task ls --filter service=web --filter node=worker1", "those of a service on one node"],
  ],
  async run(cli, { flags }) {
    const filters = await withNodeIds(cli.engine, flags.filter)
    await printTasks(cli, await cli.engine.get<ReadonlyArray<Task>>("/tasks", { filters }), flags)
  },
})

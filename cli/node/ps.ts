import { at } from "../client/engine.ts"
import { nodeReference } from "../client/node-reference.ts"
import type { Node, Task } from "../client/types.ts"
import { atLeast, command as define } from "../command.ts"
import { CliError } from "../errors.ts"
import { psFlags } from "../service/ps-flags.ts"
import { printTasks } from "../service/tasks.ts"

export const command = define({
  usage: "[OPTIONS] [NODE...]",
  arity: atLeast(0),
  flags: psFlags,
  examples: [["drydock node ps worker1 worker2", "what runs, and ran, on two machines"]],
  async run(cli, { flags, args }) {
    const errors: string[] = []
    const tasks: Task[] = []
    for (const ref of args.length === 0 ? ["self"] : args) {
      try {
        const node = await cli.engine.get<Node>(at("nodes", await nodeReference(cli.engine, ref)))
        const filters = [...flags.filter, ["node", node.ID] as const]
        tasks.push(...(await cli.engine.get<ReadonlyArray<Task>>("/tasks", { filters })))
      } catch (error) {
        if (!(error instanceof CliError)) throw error
        errors.push(error.message)
      }
    }
    if (errors.length === 0 || tasks.length > 0) await printTasks(cli, tasks, flags)
    if (errors.length > 0) throw new CliError(errors.join("\n"))
  },
})

import { command as define, exactly } from "../command.ts"
import { taskLogFlags } from "../logs/flags.ts"
import { command as serviceLogs } from "../service/logs.ts"

export const command = define({
  usage: "[OPTIONS] TASK",
  arity: exactly(1),
  flags: taskLogFlags,
  examples: [["drydock task logs --raw TASK", "what one task printed, and nothing else"]],
  run: (cli, input) => serviceLogs.run(cli, input),
})

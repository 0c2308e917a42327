import { inspectFormat } from "../args/flag.ts"
import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { inspectAll } from "../format/inspect.ts"

export const command = define({
  usage: "[OPTIONS] TASK [TASK...]",
  arity: atLeast(1),
  flags: { format: inspectFormat() },
  examples: [
    ["drydock task inspect TASK", "all that is known of a task, as docker inspect --type task"],
    ["drydock task inspect --format '{{.Status.Err}}' TASK", "why it failed"],
  ],
  run: (cli, { flags, args }) =>
    inspectAll(cli, args, { format: flags.format, type: "swarm.Task", raw: true }, (ref) =>
      cli.engine.get(at("tasks", ref)),
    ),
})

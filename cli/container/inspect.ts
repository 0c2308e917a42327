import { bool, inspectFormat } from "../args/flag.ts"
import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { inspectAll } from "../format/inspect.ts"

export const command = define({
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  arity: atLeast(1),
  flags: { format: inspectFormat(), size: bool("Display total file sizes", { short: "s" }) },
  examples: [["drydock container inspect --format '{{.State.Status}}' CONTAINER", "one thing about a container"]],
  run: (cli, { flags, args }) =>
    inspectAll(cli, args, { format: flags.format, type: "container.InspectResponse", raw: true }, (name) =>
      cli.engine.get(at("containers", name, "/json"), { query: { size: flags.size ? 1 : undefined } }),
    ),
})

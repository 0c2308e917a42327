import { inspectFormat } from "../args/flag.ts"
import { at } from "../client/engine.ts"
import type { Volume } from "../client/types.ts"
import { atLeast, command as define } from "../command.ts"
import { inspectAll } from "../format/inspect.ts"

export const command = define({
  usage: "[OPTIONS] VOLUME [VOLUME...]",
  arity: atLeast(1),
  flags: { format: inspectFormat() },
  examples: [["drydock volume inspect --format '{{.Mountpoint}}' data", "where its files lie on its machine"]],
  run: (cli, { flags, args }) =>
    inspectAll(cli, args, { format: flags.format, type: "volume.Volume", order: "Volume" }, (name) =>
      cli.engine.get<Volume>(at("volumes", name)),
    ),
})

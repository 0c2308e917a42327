import { inspectFormat } from "../args/flag.ts"
import { atLeast, command as define } from "../command.ts"
import { inspectAll } from "../format/inspect.ts"
import { imagePath } from "./path.ts"

export const command = define({
  usage: "[OPTIONS] IMAGE [IMAGE...]",
  arity: atLeast(1),
  flags: { format: inspectFormat() },
  examples: [["drydock image inspect --format '{{.RepoDigests}}' nginx:alpine", "which digest a tag stands for here"]],
  run: (cli, { flags, args }) =>
    inspectAll(cli, args, { format: flags.format, type: "image.InspectResponse", raw: true }, (name) =>
      cli.engine.get(imagePath(name, "/json")),
    ),
})

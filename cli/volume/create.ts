import { labels, list, text } from "../args/flag.ts"
import type { Volume } from "../client/types.ts"
import { command as define } from "../command.ts"
import { CliError } from "../errors.ts"
import { toMap } from "../service/options/key-value.ts"

export const command = define({
  usage: "[OPTIONS] [VOLUME]",
  arity: { min: 0, max: 1 },
  flags: {
    driver: text("Specify volume driver name", { short: "d", initial: "local" }),
    label: labels("Set metadata for a volume"),
    name: { ...text("Specify volume name"), hidden: true },
    opt: { ...list("Set driver specific options", { short: "o" }), type: "map" },
  },
  examples: [["drydock volume create --label tier=db data", "a volume on the machine that answers"]],
  async run(cli, { flags, args: [name] }) {
    if (name !== undefined && flags.name !== "") {
      throw new CliError(
        "conflicting options: cannot specify a volume-name through both --name and as a positional arg",
      )
    }
    const body = {
      Driver: flags.driver,
      DriverOpts: toMap(flags.opt),
      Labels: toMap(flags.label),
      Name: name ?? flags.name,
    }
    cli.out(`${(await cli.engine.post<Volume>("/volumes/create", { body })).Name}\n`)
  },
})

import { bool } from "../args/flag.ts"
import { isOlder } from "../client/engine.ts"
import { command as define, noArgs } from "../command.ts"
import { confirmed } from "../confirm.ts"
import { CliError } from "../errors.ts"
import { filter, force, printPruned, printReclaimed, pruneVolumes } from "../prune.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    all: bool("Remove all unused volumes, not just anonymous ones", { short: "a" }),
    filter: filter("label=<label>"),
    force,
  },
  examples: [["drydock volume prune --all", "remove every volume that no container uses, named ones too"]],
  async run(cli, { flags }) {
    // Until 1.41 an engine takes named volumes along, and knows no filter that would say so.
    const { ApiVersion: level } = await cli.engine.get<{ readonly ApiVersion: string }>("/version")
    const takesAll = isOlder(level, "1.42")
    if (flags.all && takesAll) {
      throw new CliError(`"--all" requires API version 1.42, but the Docker daemon API version is ${level}`)
    }
    if (flags.all && flags.filter.some(([name]) => name === "all")) {
      throw new CliError("conflicting options: cannot specify both --all and --filter all=1")
    }
    const kind = flags.all || takesAll ? "all" : "anonymous"
    const warning = `WARNING! This will remove ${kind} local volumes not used by at least one container.`
    if (!flags.force && !(await confirmed(cli, warning))) return
    const pruned = await pruneVolumes(cli, flags.all ? [...flags.filter, ["all", "true"]] : flags.filter)
    printPruned(cli, pruned)
    printReclaimed(cli, pruned.bytes)
  },
})

import { bool } from "../args/flag.ts"
import type { Filters } from "../client/engine.ts"
import { command as define, noArgs } from "../command.ts"
import { confirmed } from "../confirm.ts"
import { CliError } from "../errors.ts"
import {
  filter,
  force,
  type Pruned,
  printPruned,
  printReclaimed,
  pruneBuildCache,
  pruneContainers,
  pruneImages,
  pruneNetworks,
  pruneVolumes,
} from "../prune.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    all: bool("Remove all unused images not just dangling ones", { short: "a" }),
    filter: filter("label=<key>=<value>"),
    force,
    volumes: bool("Prune anonymous volumes"),
  },
  examples: [["drydock system prune --all --volumes", "remove whatever this machine has and nobody uses"]],
  async run(cli, { flags: { all, filter: given, force: forced, volumes } }) {
    if (volumes && given.some(([name]) => name === "until")) {
      throw new CliError('ERROR: The "until" filter is not supported with "--volumes"')
    }
    if (!forced && !(await confirmed(cli, warning({ all, volumes }, given)))) return
    const prunes: ReadonlyArray<() => Promise<Pruned>> = [
      () => pruneContainers(cli, given),
      () => pruneNetworks(cli, given),
      ...(volumes ? [() => pruneVolumes(cli, given)] : []),
      () => pruneImages(cli, given, all),
      () => pruneBuildCache(cli, given, all),
    ]
    let bytes = 0
    for (const prune of prunes) {
      const pruned = await prune()
      printPruned(cli, pruned)
      bytes += pruned.bytes
    }
    printReclaimed(cli, bytes)
  },
})

function warning(what: { readonly all: boolean; readonly volumes: boolean }, given: Filters): string {
  const items = [
    "all stopped containers",
    "all networks not used by at least one container",
    ...(what.volumes ? ["all anonymous volumes not used by at least one container"] : []),
    what.all ? "all images without at least one container associated to them" : "all dangling images",
    what.all ? "all build cache" : "unused build cache",
  ]
  const lines = (words: ReadonlyArray<string>) => words.map((word) => `  - ${word}\n`).join("")
  const chosen = given.map(([name, value]) => `${name}=${value}`).sort()
  const filtered = chosen.length === 0 ? "" : `\n  Items to be pruned will be filtered with:\n${lines(chosen)}`
  return `WARNING! This will remove:\n${lines(items)}${filtered}`
}

import { bool } from "../args/flag.ts"
import { command as define, noArgs } from "../command.ts"
import { confirmed } from "../confirm.ts"
import { filter, force, printPruned, printReclaimed, pruneImages } from "../prune.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    all: bool("Remove all unused images, not just dangling ones", { short: "a" }),
    filter: filter(),
    force,
  },
  examples: [["drydock image prune --all", "remove every image that no container is made of"]],
  async run(cli, { flags }) {
    const what = flags.all ? "all images without at least one container associated to them" : "all dangling images"
    if (!flags.force && !(await confirmed(cli, `WARNING! This will remove ${what}.`))) return
    const pruned = await pruneImages(cli, flags.filter, flags.all)
    printPruned(cli, pruned)
    printReclaimed(cli, pruned.bytes)
  },
})

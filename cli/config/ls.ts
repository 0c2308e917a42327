import { bool, filters, format } from "../args/flag.ts"
import type { Config } from "../client/types.ts"
import { command as define, noArgs } from "../command.ts"
import { datedRow } from "../format/dated.ts"
import { type Listing, renderList } from "../format/listing.ts"
import { byName } from "../format/natural.ts"

const listing: Listing = {
  type: "*config.configContext",
  headers: { ID: "ID", Name: "NAME", CreatedAt: "CREATED", UpdatedAt: "UPDATED", Labels: "LABELS" },
  columns: ["ID", "Name", "CreatedAt", "UpdatedAt"],
}

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: { filter: filters(), format: format(), quiet: bool("Only display IDs", { short: "q" }) },
  examples: [["drydock config ls --filter label=com.docker.stack.namespace=app", "the configs of a stack"]],
  async run(cli, { flags }) {
    const configs = await cli.engine.get<ReadonlyArray<Config>>("/configs", { filters: flags.filter })
    const rows = [...configs].sort(byName((config) => config.Spec.Name)).map((config) => datedRow(config, cli.now()))
    cli.out(await renderList(listing, rows, flags))
  },
})

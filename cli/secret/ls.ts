import { bool, filters, format } from "../args/flag.ts"
import type { Secret } from "../client/types.ts"
import { command as define, noArgs } from "../command.ts"
import { datedRow } from "../format/dated.ts"
import { type Listing, renderList } from "../format/listing.ts"
import { byName } from "../format/natural.ts"

const listing: Listing = {
  type: "*secret.secretContext",
  headers: { ID: "ID", Name: "NAME", Driver: "DRIVER", CreatedAt: "CREATED", UpdatedAt: "UPDATED", Labels: "LABELS" },
  columns: ["ID", "Name", "Driver", "CreatedAt", "UpdatedAt"],
}

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: { filter: filters(), format: format(), quiet: bool("Only display IDs", { short: "q" }) },
  examples: [["drydock secret ls --filter label=com.docker.stack.namespace=app", "the secrets of a stack"]],
  async run(cli, { flags }) {
    const secrets = await cli.engine.get<ReadonlyArray<Secret>>("/secrets", { filters: flags.filter })
    const rows = [...secrets]
      .sort(byName((secret) => secret.Spec.Name))
      .map((secret) => ({ ...datedRow(secret, cli.now()), Driver: secret.Spec.Driver?.Name ?? "" }))
    cli.out(await renderList(listing, rows, flags))
  },
})

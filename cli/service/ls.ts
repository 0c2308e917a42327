import { bool, filters, format } from "../args/flag.ts"
import type { Service } from "../client/types.ts"
import { command as define, noArgs } from "../command.ts"
import { renderList } from "../format/listing.ts"
import { serviceListing, serviceRows } from "./listing.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: { filter: filters(), format: format(), quiet: bool("Only display IDs", { short: "q" }) },
  examples: [
    ["drydock service ls", "what runs, and how many of each"],
    ["drydock service ls --filter mode=global -q", "the IDs of the global services"],
    ["drydock service ls --format '{{.Name}}: {{.Replicas}}'", "one line a service"],
  ],
  async run(cli, { flags }) {
    const query = flags.quiet ? {} : { status: true }
    const services = await cli.engine.get<ReadonlyArray<Service>>("/services", { query, filters: flags.filter })
    cli.out(await renderList(serviceListing, serviceRows(services), flags))
  },
})

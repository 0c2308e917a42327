import { format } from "../args/flag.ts"
import type { Service } from "../client/types.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"
import { type Listing, renderList } from "../format/listing.ts"
import { naturalCompare } from "../format/natural.ts"
import { namespaceLabel } from "./namespace.ts"

const listing: Listing = {
  type: "*formatter.stackContext",
  headers: { Name: "NAME", Services: "SERVICES" },
  columns: ["Name", "Services"],
}

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: { format: format() },
  examples: [["drydock stack ls", "the stacks, and how many services each has"]],
  async run(cli, { flags }) {
    const services = await cli.engine.get<ReadonlyArray<Service>>("/services", { filters: [["label", namespaceLabel]] })
    const counts = new Map<string, number>()
    for (const service of services) {
      const stack = service.Spec.Labels?.[namespaceLabel]
      if (stack === undefined) throw new CliError(`cannot get label ${namespaceLabel} for service ${service.ID}`)
      counts.set(stack, (counts.get(stack) ?? 0) + 1)
    }
    const rows = [...counts]
      .sort(([a], [b]) => naturalCompare(a, b))
      .map(([Name, count]) => ({ Name, Services: String(count) }))
    cli.out(await renderList(listing, rows, { ...flags, quiet: false }))
  },
})

import { bool, filters, format } from "../args/flag.ts"
import type { Service } from "../client/types.ts"
import { command as define, exactly } from "../command.ts"
import { renderList } from "../format/listing.ts"
import { serviceListing, serviceRows } from "../service/listing.ts"
import { checkStackName, stackFilter } from "./namespace.ts"

export const command = define({
  usage: "[OPTIONS] STACK",
  arity: exactly(1),
  flags: { filter: filters(), format: format(), quiet: bool("Only display IDs", { short: "q" }) },
  examples: [["drydock stack services app", "the services of a stack, and how many tasks of each run"]],
  async run(cli, { flags, args: [name = ""] }) {
    const stack = checkStackName(name)
    const query = flags.quiet ? {} : { status: true }
    const services = await cli.engine.get<ReadonlyArray<Service>>("/services", {
      query,
      filters: [...flags.filter, stackFilter(stack)],
    })
    if (services.length === 0) cli.err(`Nothing found in stack: ${stack}\n`)
    else cli.out(await renderList(serviceListing, serviceRows(services), flags))
  },
})

import { bool } from "../args/flag.ts"
import { at } from "../client/engine.ts"
import type { Service, UpdatedService } from "../client/types.ts"
import { command as define, exactly } from "../command.ts"
import { waitOnService } from "./wait.ts"

export const command = define({
  usage: "[OPTIONS] SERVICE",
  arity: exactly(1),
  flags: {
    detach: bool("Exit immediately instead of waiting for the service to converge", { short: "d" }),
    quiet: bool("Suppress progress output", { short: "q" }),
  },
  examples: [["drydock service rollback web", "go back to what ran before the last update"]],
  async run(cli, { flags, args: [name = ""] }) {
    const service = await cli.engine.get<Service>(at("services", name), { query: { insertDefaults: false } })
    const updated = await cli.engine.post<UpdatedService>(at("services", service.ID, "/update"), {
      query: { version: service.Version.Index, rollback: "previous" },
      body: service.Spec,
    })
    for (const warning of updated.Warnings ?? []) cli.err(`${warning}\n`)
    cli.out(`${name}\n`)
    if (!flags.detach) await waitOnService(cli, name, flags.quiet)
  },
})

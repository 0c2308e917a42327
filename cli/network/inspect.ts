import { bool, inspectFormat } from "../args/flag.ts"
import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { inspectAll } from "../format/inspect.ts"

export const command = define({
  usage: "[OPTIONS] NETWORK [NETWORK...]",
  arity: atLeast(1),
  flags: { format: inspectFormat(), verbose: bool("Verbose output for diagnostics", { short: "v" }) },
  examples: [["drydock network inspect --format '{{json .IPAM.Config}}' app_default", "its subnets"]],
  run: (cli, { flags, args }) => {
    const query = { verbose: flags.verbose ? true : undefined }
    const style = { format: flags.format, type: "network.Inspect", fields: ["Peers", "Services"], raw: true }
    return inspectAll(cli, args, style, (name) => cli.engine.get(at("networks", name), { query }))
  },
})

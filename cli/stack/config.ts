import { configYaml } from "../../compose/index.ts"
import { bool, commaList } from "../args/flag.ts"
import { command as define, noArgs } from "../command.ts"
import { loadFiles } from "./files.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    "compose-file": commaList('Path to a Compose file, or "-" to read from stdin', { short: "c" }),
    "skip-interpolation": bool("Skip interpolation and output only merged config"),
  },
  examples: [["drydock stack config -c base.yml -c production.yml", "what the two files are together"]],
  async run(cli, { flags }) {
    const options = {
      files: flags["compose-file"],
      command: "config",
      skipInterpolation: flags["skip-interpolation"],
    } as const
    cli.out(configYaml((await loadFiles(cli, options)).config))
  },
})

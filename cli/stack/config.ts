import { configJson, configYaml } from "../../compose/index.ts"
import { bool, commaList, list, text } from "../args/flag.ts"
import { command as define, noArgs } from "../command.ts"
import { checkFormat } from "../compose/report.ts"
import { checkCompat, loadFiles } from "./files.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    compat: text('Read the files as docker stack ("swarm") or by the Compose Specification ("spec")', {
      initial: "swarm",
    }),
    "compose-file": commaList('Path to a Compose file, or "-" to read from stdin', { short: "c" }),
    "env-file": list("Environment file to read with --compat spec, in the place of .env"),
    format: text('Format the output, and errors: "yaml" or "json"', { initial: "yaml" }),
    profile: list("Profile to enable with --compat spec"),
    "skip-interpolation": bool("Skip interpolation and output only merged config"),
  },
  examples: [
    ["drydock stack config -c base.yml -c production.yml", "what the two files are together"],
    ["drydock stack config -c stack.yml --format json", "the same as JSON; mistakes too, for an editor"],
  ],
  async run(cli, { flags }) {
    const format = checkFormat(flags.format)
    const { config } = await loadFiles(cli, {
      files: flags["compose-file"],
      command: "config",
      compat: checkCompat(flags.compat),
      profiles: flags.profile,
      envFiles: flags["env-file"],
      skipInterpolation: flags["skip-interpolation"],
      asJson: format === "json",
    })
    cli.out(format === "json" ? configJson(config) : configYaml(config))
  },
})

import { bool, inspectFormat } from "../args/flag.ts"
import { at } from "../client/engine.ts"
import type { Config } from "../client/types.ts"
import { atLeast, command as define } from "../command.ts"
import { capitalize, goTime } from "../format/human.ts"
import { inspectAll } from "../format/inspect.ts"
import { labelLines } from "../format/labels.ts"

export const command = define({
  usage: "[OPTIONS] CONFIG [CONFIG...]",
  arity: atLeast(1),
  flags: { format: inspectFormat(), pretty: bool("Print the information in a human friendly format") },
  examples: [["drydock config inspect --pretty nginx_conf", "a config and its content"]],
  async run(cli, { flags, args }) {
    const get = (name: string) => cli.engine.get<Config>(at("configs", name))
    if (!flags.pretty && flags.format !== "pretty")
      return inspectAll(cli, args, { format: flags.format, type: "swarm.Config", raw: true, templateStatus: 1 }, get)
    for (const name of args) cli.out(`${prettyConfig(await get(name))}\n`)
  },
})

const prettyConfig = (config: Config): string =>
  [
    `ID:\t\t\t${config.ID}`,
    `Name:\t\t\t${config.Spec.Name}`,
    ...labelLines(config.Spec.Labels),
    `Created at:            \t${capitalize(goTime(config.CreatedAt))}`,
    `Updated at:            \t${capitalize(goTime(config.UpdatedAt))}`,
    "Data:",
    Buffer.from(config.Spec.Data ?? "", "base64").toString("utf8"),
  ].join("\n")

import { bool, inspectFormat } from "../args/flag.ts"
import { at } from "../client/engine.ts"
import type { Secret } from "../client/types.ts"
import { atLeast, command as define } from "../command.ts"
import { capitalize, goTime } from "../format/human.ts"
import { inspectAll } from "../format/inspect.ts"
import { labelLines } from "../format/labels.ts"

export const command = define({
  usage: "[OPTIONS] SECRET [SECRET...]",
  arity: atLeast(1),
  flags: { format: inspectFormat(), pretty: bool("Print the information in a human friendly format") },
  examples: [["drydock secret inspect --pretty db_password", "everything but its content"]],
  async run(cli, { flags, args }) {
    const get = (name: string) => cli.engine.get<Secret>(at("secrets", name))
    if (!flags.pretty && flags.format !== "pretty")
      return inspectAll(cli, args, { format: flags.format, type: "swarm.Secret", raw: true, templateStatus: 1 }, get)
    for (const name of args) cli.out(`${prettySecret(await get(name))}\n`)
  },
})

const prettySecret = (secret: Secret): string =>
  [
    `ID:              ${secret.ID}`,
    `Name:              ${secret.Spec.Name}`,
    ...labelLines(secret.Spec.Labels),
    `Driver:            ${secret.Spec.Driver?.Name ?? ""}`,
    `Created at:        ${capitalize(goTime(secret.CreatedAt))}`,
    `Updated at:        ${capitalize(goTime(secret.UpdatedAt))}`,
  ].join("\n")

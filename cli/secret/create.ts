import { readContent } from "../args/content.ts"
import { labels, text } from "../args/flag.ts"
import { command as define } from "../command.ts"
import { CliError } from "../errors.ts"
import { toMap } from "../service/options/key-value.ts"

export const command = define({
  usage: "[OPTIONS] SECRET [file|-]",
  arity: { min: 1, max: 2 },
  flags: {
    driver: text("Secret driver", { short: "d" }),
    label: labels("Secret labels", { short: "l" }),
    "template-driver": text("Template driver"),
  },
  examples: [["printf swordfish | drydock secret create db_password -", "a secret that no file holds"]],
  async run(cli, { flags, args: [name = "", file = ""] }) {
    const hasDriver = flags.driver !== ""
    if (hasDriver && file !== "") throw new CliError("When using secret driver secret data must be empty")
    if (!hasDriver && file === "") throw new CliError("secret file is required")
    const body = {
      Name: name,
      Labels: toMap(flags.label),
      ...(hasDriver ? { Driver: { Name: flags.driver } } : { Data: (await readContent(cli, file)).toString("base64") }),
      ...(flags["template-driver"] !== "" && { Templating: { Name: flags["template-driver"] } }),
    }
    const created = await cli.engine.post<{ readonly ID: string }>("/secrets/create", { body })
    cli.out(`${created.ID}\n`)
  },
})

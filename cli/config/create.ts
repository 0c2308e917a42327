import { readContent } from "../args/content.ts"
import { labels, text } from "../args/flag.ts"
import { command as define, exactly } from "../command.ts"
import { CliError } from "../errors.ts"
import { toMap } from "../service/options/key-value.ts"

export const command = define({
  usage: "[OPTIONS] CONFIG file|-",
  arity: exactly(2),
  flags: { label: labels("Config labels", { short: "l" }), "template-driver": text("Template driver") },
  examples: [["drydock config create nginx_conf ./nginx.conf", "a file for the containers of services"]],
  async run(cli, { flags, args: [name = "", file = ""] }) {
    const content = await readContent(cli, file).catch((error: unknown) => {
      throw error instanceof CliError
        ? new CliError(`Error reading content from ${JSON.stringify(file)}: ${error.message}`)
        : error
    })
    const body = {
      Name: name,
      Labels: toMap(flags.label),
      Data: content.toString("base64"),
      ...(flags["template-driver"] !== "" && { Templating: { Name: flags["template-driver"] } }),
    }
    const created = await cli.engine.post<{ readonly ID: string }>("/configs/create", { body })
    cli.out(`${created.ID}\n`)
  },
})

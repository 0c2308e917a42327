import { goJson } from "../../core/template/go-json.ts"
import { inspectFormat } from "../args/flag.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"
import { drydockVersion } from "../version.ts"
import { type Info, serverInfo } from "./server-info.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: { format: inspectFormat() },
  examples: [["drydock info --format '{{.Swarm.Nodes}}'", "how many nodes the cluster has"]],
  async run(cli, { flags }) {
    const client = `Client: Drydock\n Version:    ${drydockVersion()}\n Host:       ${cli.host}\n\nServer:\n`
    if (flags.format === "") {
      const info = await cli.engine.get<Info>("/info").catch((error: unknown) => {
        cli.out(client)
        throw error
      })
      cli.out(`${client}${serverInfo(info)}\n`)
      for (const warning of info.Warnings ?? []) cli.err(`${warning}\n`)
      return
    }
    const info = await cli.engine.get<Info>("/info")
    const data = { ...info, ClientInfo: { Version: drydockVersion(), Host: cli.host } }
    cli.out(`${await render(flags.format, data)}\n`)
  },
})

async function render(format: string, data: object): Promise<string> {
  if (format === "json") return goJson(data)
  const { compile } = await import("../../core/template/template.ts")
  const template = compile(format)
  if (!template.ok) throw new CliError(`template parsing error: ${template.error}`, 64)
  const shown = template.value.run(data, { type: "system.dockerInfo", strict: true })
  if (!shown.ok) throw new CliError(shown.error)
  return shown.value
}

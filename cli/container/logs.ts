import { text } from "../args/flag.ts"
import { timestamp } from "../args/timestamp.ts"
import { at } from "../client/engine.ts"
import { command as define, exactly } from "../command.ts"
import { logFlags } from "../logs/flags.ts"
import { printLogs } from "../logs/print.ts"

interface Inspected {
  readonly Id: string
  readonly Config?: { readonly Tty?: boolean }
}

export const command = define({
  usage: "[OPTIONS] CONTAINER",
  arity: exactly(1),
  flags: {
    ...logFlags,
    until: text('Show logs before a timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)'),
  },
  examples: [["drydock logs --follow --tail 20 CONTAINER", "its last lines, and what it prints from now on"]],
  async run(cli, { flags, args: [name = ""] }) {
    const { Id, Config } = await cli.engine.get<Inspected>(at("containers", name, "/json"))
    const query = {
      stdout: 1,
      stderr: 1,
      since: timestamp(flags.since, cli.now(), "since"),
      until: timestamp(flags.until, cli.now(), "until"),
      timestamps: flags.timestamps ? 1 : undefined,
      details: flags.details ? 1 : undefined,
      follow: flags.follow ? 1 : undefined,
      tail: flags.tail,
    }
    await printLogs(cli, { path: at("containers", Id, "/logs"), query, tty: Config?.Tty === true })
  },
})

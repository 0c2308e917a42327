import { filters, inspectFormat, text } from "../args/flag.ts"
import { timestamp } from "../args/timestamp.ts"
import { encodeFilters } from "../client/engine.ts"
import { linesOf, streamBody } from "../client/stream.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError, interrupted } from "../errors.ts"
import { eventPrinter } from "./event-format.ts"

const { short: _, ...format } = inspectFormat()

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    filter: filters(),
    format,
    since: text("Show all events created since timestamp"),
    until: text("Stream events until this timestamp"),
  },
  examples: [
    ["drydock events", "what happens from now on, until ctrl-C"],
    ["drydock events --since 10m --filter type=service", "services, from ten minutes ago"],
    ["drydock events --format '{{.Type}} {{.Action}} {{.Actor.Attributes.name}}'", "of each event, what you ask for"],
    ["drydock events --since 1h --until 0m --format json", "the last hour, an object a line"],
  ],
  async run(cli, { flags }) {
    const print = await eventPrinter(flags.format)
    const ending = new AbortController()
    const forget = cli.onInterrupt(() => ending.abort())
    const query = {
      since: timestamp(flags.since, cli.now()),
      until: timestamp(flags.until, cli.now()),
      filters: encodeFilters(flags.filter),
    }
    try {
      for await (const line of linesOf(streamBody(cli.host, "/events", query, "Drydock-Client", ending.signal))) {
        if (line.trim() !== "") cli.out(print(line))
      }
    } finally {
      forget()
    }
    if (ending.signal.aborted) throw new CliError("", interrupted)
  },
})

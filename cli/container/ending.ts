import { int, text } from "../args/flag.ts"
import type { Cli } from "../cli.ts"
import type { Query } from "../client/engine.ts"
import { CliError } from "../errors.ts"

/** The options that `container stop` and `restart` share. */
export const endingFlags = {
  signal: text("Signal to send to the container", { short: "s" }),
  timeout: { ...int("Seconds to wait before killing the container"), short: "t" },
  time: { ...int("Seconds to wait before killing the container (deprecated: use --timeout)"), hidden: true },
}

interface Ending {
  readonly signal: string
  readonly timeout: number | undefined
  readonly time: number | undefined
}

/** What they ask of the engine. */
export function endingQuery(cli: Cli, { signal, timeout, time }: Ending): Query {
  if (time !== undefined) cli.err("Flag --time has been deprecated, use --timeout instead\n")
  if (timeout !== undefined && time !== undefined)
    throw new CliError("conflicting options: cannot specify both --timeout and --time")
  return { signal: signal === "" ? undefined : signal, t: timeout ?? time }
}

import type { Cli } from "../cli.ts"
import type { Query } from "../client/engine.ts"
import { frames, streamBody } from "../client/stream.ts"
import { CliError, interrupted } from "../errors.ts"

export interface LogSource {
  readonly path: string
  readonly query: Query
  /** The log of a terminal: bytes without frames. */
  readonly tty: boolean
  /** What is printed for a line; as it is without. */
  readonly format?: (line: Buffer) => Promise<Uint8Array>
}

/** Prints logs, each line where it was written to, until they end or the user has enough. */
export async function printLogs(cli: Cli, { path, query, tty, format }: LogSource): Promise<void> {
  const ending = new AbortController()
  const forget = cli.onInterrupt(() => ending.abort())
  try {
    const body = streamBody(cli.host, path, query, "Drydock-Client", ending.signal)
    if (tty) for await (const chunk of body) cli.out(chunk)
    else await printFrames(cli, body, format)
  } finally {
    forget()
  }
  if (ending.signal.aborted) throw new CliError("", interrupted)
}

async function printFrames(cli: Cli, body: AsyncIterable<Buffer>, format: LogSource["format"]): Promise<void> {
  for await (const { output, data } of frames(body)) {
    if (output === "error") throw new CliError(`error from daemon in stream: ${data.toString("utf8")}`)
    const shown = format === undefined ? data : await format(data)
    if (output === "stderr") cli.err(shown)
    else cli.out(shown)
  }
}

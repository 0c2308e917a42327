import { bad, good } from "../../core/parsed.ts"
import { bool, duration, one } from "../args/flag.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"

const parseFormat = (text: string) =>
  text === "text" || text === "svg" ? good<"text" | "svg">(text) : bad('must be "text" or "svg"')

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    format: one("string", 'What to draw ("text", "svg") (default "text")', parseFormat),
    interval: duration("Time between two looks at the cluster (default 500ms)"),
    once: bool("Draw one picture and exit"),
  },
  examples: [
    ["drydock watch", "the cluster as it changes, until q is pressed"],
    ["drydock watch --once", "the cluster as it is now"],
  ],
  async run(cli, { flags }) {
    const { defaultInterval_ms, run } = await import("../watch/command.ts")
    const exitCode = await run(
      {
        host: cli.host,
        once: flags.once,
        format: flags.format ?? "text",
        interval_ms: flags.interval === undefined ? defaultInterval_ms : flags.interval / 1e6,
      },
      {
        stdout: process.stdout,
        stderr: process.stderr,
        stdin: process.stdin,
        isTTY: cli.isTerminal,
        env: cli.env,
      },
    )
    if (exitCode !== 0) throw new CliError("", exitCode)
  },
})

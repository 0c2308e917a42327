import { bad, good } from "../../core/parsed.ts"
import { bool, duration, one } from "../args/flag.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"
import { views } from "../watch/app/views.ts"

const parseFormat = (text: string) =>
  text === "text" || text === "svg" ? good<"text" | "svg">(text) : bad('must be "text" or "svg"')

const parseView = (text: string) => {
  const view = views.find((name) => name === text)
  return view === undefined ? bad(`must be one of ${views.join(", ")}`) : good(view)
}

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    format: one("string", 'What to draw ("text", "svg") (default "text")', parseFormat),
    interval: duration("Time between two looks at the cluster (default 500ms)"),
    view: one("string", `Begin with a view, or draw it ("${views.join('", "')}")`, parseView),
    once: bool("Draw one picture and exit"),
  },
  examples: [
    ["drydock watch", "the cluster as it changes, until q is pressed"],
    ["drydock watch --once", "the cluster as it is now"],
    ["drydock watch --view raft", "begin with the managers and their logs"],
    ["drydock watch --once --view services --format svg", "the same screen as a picture, 100 by 30"],
  ],
  async run(cli, { flags }) {
    const { defaultInterval_ms, run } = await import("../watch/command.ts")
    const exitCode = await run(
      {
        host: cli.host,
        once: flags.once,
        view: flags.view,
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

import { bad, good } from "../../core/parsed.ts"
import { bool, duration, one, text } from "../args/flag.ts"
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
    at: duration("The cluster as it was so long after it began: a simulated one, or a recording"),
    format: one("string", 'What to draw ("text", "svg") (default "text")', parseFormat),
    interval: duration("Time between two looks at the cluster (default 500ms)"),
    view: one("string", `Begin with a view, or draw it ("${views.join('", "')}")`, parseView),
    once: bool("Draw one picture and exit"),
    replay: text("Show a session that drydock sim --record has written, in place of a cluster"),
  },
  examples: [
    ["drydock watch", "the cluster as it changes, until q is pressed"],
    ["drydock watch --once", "the cluster as it is now"],
    ["drydock watch --view raft", "begin with the managers and their logs"],
    [
      "drydock watch --replay monday.jsonl",
      "a recorded session from its beginning: space stops it, < goes back ten seconds",
    ],
    ["drydock watch --replay monday.jsonl --once --at 1m30s", "what there was to see after a minute and a half"],
    ["drydock watch --once --view services --format svg", "the same screen as a picture, 100 by 30"],
  ],
  async run(cli, { flags }) {
    if (flags.at !== undefined && flags.at < 0) throw new CliError("--at must not be negative", 125)
    if (flags.at !== undefined && !flags.once && flags.replay === "" && flags.format !== "svg") {
      throw new CliError("--at goes with --once or --replay; on the screen, t goes to a time", 125)
    }
    const { defaultInterval_ms, run } = await import("../watch/command.ts")
    const exitCode = await run(
      {
        host: cli.host,
        once: flags.once,
        view: flags.view,
        format: flags.format ?? "text",
        ...(flags.replay !== "" && { replay: flags.replay }),
        ...(flags.at !== undefined && { at_ms: flags.at / 1e6 }),
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

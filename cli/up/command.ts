import { text, uint } from "../args/flag.ts"
import { command as declare, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"

export const command = declare({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    managers: uint("Number of managers, 1 to 7 (default 3)"),
    workers: uint("Number of workers, up to 50 (default 2)"),
    engine: text("The engine that all share: unix:///path, or sim: for one each that only pretends", {
      initial: "unix:///var/run/docker.sock",
    }),
    "state-dir": text("Where the cluster lives (default ~/.local/state/drydock/up)"),
  },
  examples: [
    ["drydock up --engine sim:", "three managers and two workers, as real processes, without Docker"],
    ["drydock up --managers 1 --workers 1", "two nodes on this machine's Docker"],
    ["drydock down", "ends it"],
  ],
  async run(cli, { flags, changed }) {
    const managers = flags.managers ?? 3
    if (managers < 1 || managers > 7) throw new CliError("--managers must be from 1 to 7", 125)
    const workers = flags.workers ?? 2
    if (workers > 50) throw new CliError("--workers must be at most 50", 125)
    const { up } = await import("./up.ts")
    const { defaultStateFolder, StateFolder } = await import("./state.ts")
    await up(cli, {
      folder: new StateFolder(flags["state-dir"] || defaultStateFolder(cli.env)),
      managers,
      workers,
      engine: flags.engine,
      where: flags["state-dir"] === "" ? "" : ` --state-dir ${flags["state-dir"]}`,
      // Without a word of its size, what is there is what is wanted.
      sized: changed.has("managers") || changed.has("workers") || changed.has("engine"),
    })
  },
})

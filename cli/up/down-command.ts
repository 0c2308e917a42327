import { bool, text } from "../args/flag.ts"
import { command as declare, noArgs } from "../command.ts"

export const command = declare({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    volumes: bool("Remove the volumes of its containers, too"),
    "state-dir": text("Where the cluster lives (default ~/.local/state/drydock/up)"),
  },
  examples: [["drydock down", "ends the cluster that drydock up began, and removes its containers"]],
  async run(cli, { flags }) {
    const { down } = await import("./down.ts")
    const { defaultStateFolder, StateFolder } = await import("./state.ts")
    const folder = new StateFolder(flags["state-dir"] || defaultStateFolder(cli.env))
    await down(cli, folder, { volumes: flags.volumes })
  },
})

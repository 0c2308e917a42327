import { bool } from "../args/flag.ts"
import { command as define, noArgs } from "../command.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: { force: bool("Force this node to leave the swarm, ignoring warnings", { short: "f" }) },
  examples: [
    ["drydock --host tcp://127.0.0.1:2378 swarm leave", "have the machine that answers there leave its swarm"],
  ],
  async run(cli, { flags }) {
    await cli.engine.post("/swarm/leave", { query: { force: flags.force ? 1 : undefined } })
    cli.out("Node left the swarm.\n")
  },
})

import { bool } from "../args/flag.ts"
import { command as define, exactly } from "../command.ts"
import { CliError } from "../errors.ts"
import { getSwarm, printJoinCommand } from "./words.ts"

export const command = define({
  usage: "[OPTIONS] (worker|manager)",
  arity: exactly(1),
  flags: {
    quiet: bool("Only display token", { short: "q" }),
    rotate: bool("Rotate join token"),
  },
  examples: [
    ["drydock swarm join-token worker", "the line with which a machine joins as a worker"],
    [
      "drydock swarm join-token --rotate --quiet manager",
      "a new token for managers; the old one is worth nothing then",
    ],
  ],
  async run(cli, { flags, args: [role = ""] }) {
    if (role !== "worker" && role !== "manager") throw new CliError(`unknown role ${role}`)
    if (flags.rotate) {
      const { Version, Spec } = await getSwarm(cli)
      const query = {
        version: Version.Index,
        rotateWorkerToken: role === "worker",
        rotateManagerToken: role === "manager",
        rotateManagerUnlockKey: false,
      }
      await cli.engine.post("/swarm/update", { query, body: Spec })
      if (!flags.quiet) cli.out(`Successfully rotated ${role} join token.\n\n`)
    }
    // Once more: its tokens may have changed just now.
    const { JoinTokens } = await getSwarm(cli)
    if (flags.quiet) return cli.out(`${role === "worker" ? JoinTokens.Worker : JoinTokens.Manager}\n`)
    const info = await cli.engine.get<{ readonly Swarm?: { readonly NodeID?: string } }>("/info")
    await printJoinCommand(cli, info.Swarm?.NodeID ?? "", role)
  },
})

import { bool } from "../args/flag.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"
import { getSwarm, printUnlockCommand, unlockKey } from "./words.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    quiet: bool("Only display token", { short: "q" }),
    rotate: bool("Rotate unlock key"),
  },
  examples: [["drydock swarm unlock-key --quiet", "the key that a restarted manager asks for"]],
  async run(cli, { flags }) {
    if (flags.rotate) {
      const { Version, Spec } = await getSwarm(cli)
      if (Spec.EncryptionConfig.AutoLockManagers !== true)
        throw new CliError("cannot rotate because autolock is not turned on")
      const query = {
        version: Version.Index,
        rotateWorkerToken: false,
        rotateManagerToken: false,
        rotateManagerUnlockKey: true,
      }
      await cli.engine.post("/swarm/update", { query, body: Spec })
      if (!flags.quiet) cli.out("Successfully rotated manager unlock key.\n")
    }
    const key = await unlockKey(cli)
    if (key === "") throw new CliError("no unlock key is set")
    if (flags.quiet) cli.out(`${key}\n`)
    else printUnlockCommand(cli, key)
  },
})

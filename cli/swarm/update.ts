import { bool } from "../args/flag.ts"
import { command as define, noArgs } from "../command.ts"
import { HelpWanted } from "../errors.ts"
import { swarmFlags, withSwarmFlags } from "./flags.ts"
import { getSwarm, printUnlockCommand, unlockKey } from "./words.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: { ...swarmFlags, autolock: bool("Change manager autolocking setting (true|false)") },
  examples: [
    ["drydock swarm update --task-history-limit 2", "keep two ended tasks of each slot"],
    ["drydock swarm update --autolock=true", "have managers ask for a key when they restart; it is printed"],
  ],
  async run(cli, { flags, changed }) {
    if (changed.size === 0) throw new HelpWanted()
    const { Version, Spec, TLSInfo } = await getSwarm(cli)
    const before = Spec.EncryptionConfig.AutoLockManagers === true
    const locks = changed.has("autolock") ? flags.autolock : before
    const body = {
      ...withSwarmFlags(Spec, flags, TLSInfo?.TrustRoot),
      EncryptionConfig: { ...Spec.EncryptionConfig, AutoLockManagers: locks },
    }
    const query = {
      version: Version.Index,
      rotateWorkerToken: false,
      rotateManagerToken: false,
      rotateManagerUnlockKey: false,
    }
    await cli.engine.post("/swarm/update", { query, body })
    cli.out("Swarm updated.\n")
    if (locks && !before) printUnlockCommand(cli, await unlockKey(cli))
  },
})

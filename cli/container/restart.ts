import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { forEach } from "../errors.ts"
import { endingFlags, endingQuery } from "./ending.ts"

export const command = define({
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  arity: atLeast(1),
  flags: endingFlags,
  examples: [["drydock restart CONTAINER", "end a container and start it again"]],
  async run(cli, { flags, args }) {
    const query = endingQuery(cli, flags)
    // One after another, as docker does it; stop, kill and rm go to all at once.
    await forEach(args, async (name) => {
      await cli.engine.post(at("containers", name, "/restart"), { query })
      cli.out(`${name}\n`)
    })
  },
})

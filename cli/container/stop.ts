import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { actOnAll } from "./act.ts"
import { endingFlags, endingQuery } from "./ending.ts"

export const command = define({
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  arity: atLeast(1),
  flags: endingFlags,
  examples: [["drydock stop --timeout 2 CONTAINER", "let it end by itself for two seconds, then kill it"]],
  async run(cli, { flags, args }) {
    const query = endingQuery(cli, flags)
    await actOnAll(cli, args, (name) => cli.engine.post(at("containers", name, "/stop"), { query }))
  },
})

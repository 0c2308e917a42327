import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { forEach } from "../errors.ts"

export const command = define({
  usage: "SERVICE [SERVICE...]",
  arity: atLeast(1),
  flags: {},
  examples: [["drydock service rm web cache", "remove two services and their tasks"]],
  run: (cli, { args }) =>
    forEach(args, async (name) => {
      await cli.engine.delete(at("services", name))
      cli.out(`${name}\n`)
    }),
})

import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { forEach } from "../errors.ts"

export const command = define({
  usage: "CONFIG [CONFIG...]",
  arity: atLeast(1),
  flags: {},
  examples: [["drydock config rm nginx_conf", "remove a config that no service uses"]],
  run: (cli, { args }) =>
    forEach(args, async (name) => {
      await cli.engine.delete(at("configs", name))
      cli.out(`${name}\n`)
    }),
})

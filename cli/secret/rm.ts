import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { forEach } from "../errors.ts"

export const command = define({
  usage: "SECRET [SECRET...]",
  arity: atLeast(1),
  flags: {},
  examples: [["drydock secret rm db_password", "remove a secret that no service uses"]],
  run: (cli, { args }) =>
    forEach(args, async (name) => {
      await cli.engine.delete(at("secrets", name))
      cli.out(`${name}\n`)
    }),
})

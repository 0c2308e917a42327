import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { CliError } from "../errors.ts"

export const command = define({
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  arity: atLeast(1),
  flags: {},
  examples: [["drydock start CONTAINER", "start a container that ended"]],
  async run(cli, { args }) {
    const failed: string[] = []
    for (const name of args) {
      try {
        await cli.engine.post(at("containers", name, "/start"))
        cli.out(`${name}\n`)
      } catch (error) {
        if (!(error instanceof CliError)) throw error
        cli.err(`${error.message}\n`)
        failed.push(name)
      }
    }
    if (failed.length > 0) throw new CliError(`Error: failed to start containers: ${failed.join(", ")}`)
  },
})

import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { CliError, forEach } from "../errors.ts"

interface Ended {
  readonly StatusCode?: number
  readonly Error?: { readonly Message?: string } | null
}

export const command = define({
  usage: "CONTAINER [CONTAINER...]",
  arity: atLeast(1),
  flags: {},
  examples: [["drydock wait CONTAINER", "wait until a container ends, and print its exit code"]],
  run: (cli, { args }) =>
    forEach(args, async (name) => {
      const ended = await cli.engine.post<Ended>(at("containers", name, "/wait"))
      const why = ended.Error?.Message ?? ""
      if (why !== "") throw new CliError(why)
      cli.out(`${ended.StatusCode ?? 0}\n`)
    }),
})

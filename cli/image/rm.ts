import { bool } from "../args/flag.ts"
import { atLeast, command as define } from "../command.ts"
import { CliError, isNotFound } from "../errors.ts"
import { imagePath } from "./path.ts"

interface Removed {
  readonly Deleted?: string
  readonly Untagged?: string
}

export const command = define({
  usage: "[OPTIONS] IMAGE [IMAGE...]",
  arity: atLeast(1),
  flags: {
    force: bool("Force removal of the image", { short: "f" }),
    "no-prune": bool("Do not delete untagged parents"),
  },
  examples: [["drydock rmi nginx:alpine", "remove an image that no container uses"]],
  async run(cli, { flags, args }) {
    const query = { force: flags.force ? 1 : undefined, noprune: flags["no-prune"] ? 1 : undefined }
    const errors: CliError[] = []
    for (const name of args) {
      try {
        for (const { Deleted, Untagged } of await cli.engine.delete<ReadonlyArray<Removed>>(imagePath(name), { query }))
          cli.out(Deleted ? `Deleted: ${Deleted}\n` : `Untagged: ${Untagged}\n`)
      } catch (error) {
        if (!(error instanceof CliError)) throw error
        errors.push(error)
      }
    }
    if (errors.length === 0) return
    const text = errors.map(({ message }) => message).join("\n")
    if (!flags.force || errors.some((error) => !isNotFound(error))) throw new CliError(text)
    cli.err(`${text}\n`)
  },
})

import { bool } from "../args/flag.ts"
import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { CliError, isNotFound, messageOf } from "../errors.ts"

export const command = define({
  usage: "[OPTIONS] CONTAINER [CONTAINER...]",
  arity: atLeast(1),
  flags: {
    force: bool("Force the removal of a running container (uses SIGKILL)", { short: "f" }),
    link: bool("Remove the specified link", { short: "l" }),
    volumes: bool("Remove anonymous volumes associated with the container", { short: "v" }),
  },
  examples: [["drydock rm --force CONTAINER", "remove a container although it runs"]],
  async run(cli, { flags, args }) {
    const query = {
      v: flags.volumes ? 1 : undefined,
      link: flags.link ? 1 : undefined,
      force: flags.force ? 1 : undefined,
    }
    const errors: string[] = []
    const remove = async (name: string) => {
      const bare = name.replace(/^\/+|\/+$/g, "")
      if (bare === "") throw new CliError("container name cannot be empty")
      await cli.engine.delete(at("containers", bare), { query })
    }
    const results = await Promise.allSettled(args.map(remove))
    results.forEach((result, i) => {
      if (result.status === "fulfilled") {
        cli.out(`${args[i]}\n`)
        return
      }
      const error: unknown = result.reason
      if (!(error instanceof CliError)) throw error
      if (flags.force && isNotFound(error)) cli.err(`${error.message}\n`)
      else errors.push(messageOf(error))
    })
    if (errors.length > 0) throw new CliError(errors.join("\n"))
  },
})

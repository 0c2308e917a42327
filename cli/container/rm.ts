import { bool } from "../args/flag.ts"
import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { CliError, isNotFound } from "../errors.ts"
import { actOnAll } from "./act.ts"

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
    const remove = async (name: string) => {
      const bare = name.replace(/^\/+|\/+$/g, "")
      if (bare === "") throw new CliError("container name cannot be empty")
      await cli.engine.delete(at("containers", bare), { query })
    }
    await actOnAll(cli, args, remove, (error) => flags.force && isNotFound(error))
  },
})

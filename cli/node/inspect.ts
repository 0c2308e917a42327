import { bool, inspectFormat } from "../args/flag.ts"
import { at } from "../client/engine.ts"
import { nodeReference } from "../client/node-reference.ts"
import type { Node } from "../client/types.ts"
import { atLeast, command as define } from "../command.ts"
import { CliError } from "../errors.ts"
import { inspectAll } from "../format/inspect.ts"

export const command = define({
  usage: "[OPTIONS] self|NODE [NODE...]",
  arity: atLeast(1),
  flags: { format: inspectFormat(), pretty: bool("Print the information in a human friendly format") },
  examples: [
    ["drydock node inspect --pretty worker1", "the main points, to read"],
    ["drydock node inspect --format '{{.Spec.Availability}}' self", "one field of the node that answers"],
  ],
  async run(cli, { flags, args }) {
    const get = async (ref: string) => cli.engine.get<Node>(at("nodes", await nodeReference(cli.engine, ref)))
    const format = flags.pretty ? "pretty" : flags.format
    if (format.startsWith("pretty") && format !== "pretty") {
      throw new CliError("cannot supply extra formatting options to the pretty template")
    }
    if (format !== "pretty")
      return inspectAll(
        cli,
        args,
        { format, type: "swarm.Node", fields: ["ManagerStatus"], order: "Node", templateStatus: 1 },
        get,
      )
    const { prettyNode } = await import("./pretty.ts")
    for (const ref of args) cli.out(`${prettyNode(await get(ref))}\n`)
  },
})

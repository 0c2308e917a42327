import { atLeast, command as define } from "../command.ts"
import { changeNodes } from "./change.ts"

export const command = define({
  usage: "NODE [NODE...]",
  arity: atLeast(1),
  flags: {},
  examples: [["drydock node promote worker1", "make a manager of a worker"]],
  run: (cli, { args }) =>
    changeNodes(
      cli,
      args,
      (node) => {
        if (node.Spec.Role !== "manager") return { ...node.Spec, Role: "manager" }
        cli.out(`Node ${node.ID} is already a manager.\n`)
        return undefined
      },
      (name) => `Node ${name} promoted to a manager in the swarm.`,
    ),
})

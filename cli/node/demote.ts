import { atLeast, command as define } from "../command.ts"
import { changeNodes } from "./change.ts"

export const command = define({
  usage: "NODE [NODE...]",
  arity: atLeast(1),
  flags: {},
  examples: [["drydock node demote manager3", "make a worker of a manager"]],
  run: (cli, { args }) =>
    changeNodes(
      cli,
      args,
      (node) => {
        if (node.Spec.Role !== "worker") return { ...node.Spec, Role: "worker" }
        cli.out(`Node ${node.ID} is already a worker.\n`)
        return undefined
      },
      (name) => `Manager ${name} demoted in the swarm.`,
    ),
})

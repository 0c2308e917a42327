import type { NodeSpec } from "../../core/model/index.ts"
import { bool, list, text } from "../args/flag.ts"
import type { Node } from "../client/types.ts"
import { command as define, exactly } from "../command.ts"
import { CliError } from "../errors.ts"
import { recording } from "../planning/recording.ts"
import { showPlanOf } from "../planning/show.ts"
import { toMap } from "../service/options/key-value.ts"
import { changeNodes } from "./change.ts"

const flags = {
  availability: text('Availability of the node ("active", "pause", "drain")'),
  "label-add": list('Add or update a node label ("key=value")'),
  "label-rm": list("Remove a node label if exists"),
  "dry-run": bool("Only show what the change would lead to"),
  role: text('Role of the node ("worker", "manager")'),
}

export const command = define({
  usage: "[OPTIONS] NODE",
  arity: exactly(1),
  flags,
  examples: [
    ["drydock node update --availability drain worker1", "move its tasks elsewhere"],
    [
      "drydock node update --availability drain --dry-run worker1",
      "which tasks would move where, and what would not fit",
    ],
    ["drydock node update --label-add zone=a worker1", "a label for placement constraints"],
  ],
  async run(cli, { flags, changed, args }) {
    const edit = (node: Node): NodeSpec => {
      const labels = { ...node.Spec.Labels, ...toMap(flags["label-add"]) }
      for (const key of flags["label-rm"]) {
        if (labels[key] === undefined) throw new CliError(`key ${key} doesn't exist in node's labels`)
        delete labels[key]
      }
      return {
        ...node.Spec,
        Labels: labels,
        // The engine judges the words.
        ...(changed.has("role") && { Role: flags.role as NodeSpec["Role"] }),
        ...(changed.has("availability") && { Availability: flags.availability as NodeSpec["Availability"] }),
      }
    }
    if (!flags["dry-run"]) return changeNodes(cli, args, edit, (name) => name)
    const plan = recording(cli)
    await changeNodes(plan.cli, args, edit, (name) => name)
    return showPlanOf(cli, plan)
  },
})

import { bool, text } from "../args/flag.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"
import { type Plan, renderPlan } from "./show.ts"

interface Rebalanced {
  readonly Moves: ReadonlyArray<{
    readonly Service: string
    readonly Slot: number
    readonly From: string
    readonly To: string
  }>
  readonly Plan?: Plan
}

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    "dry-run": bool("Only show what would be moved"),
    moves: text("Move at most so many tasks", { initial: "10" }),
  },
  examples: [
    ["drydock rebalance --dry-run", "which tasks would move to emptier nodes, and in which order"],
    ["drydock rebalance --moves 3", "move at most three, as their services' update options say"],
  ],
  async run(cli, { flags }) {
    if (!/^[1-9]\d*$/.test(flags.moves)) throw new CliError(`invalid argument "${flags.moves}" for "--moves" flag`)
    const query = { moves: flags.moves, dryRun: flags["dry-run"] ? "1" : undefined }
    const { Moves, Plan } = await cli.engine.post<Rebalanced>("/drydock/rebalance", { query })
    const verb = flags["dry-run"] ? "would move" : "moves"
    for (const { Service, Slot, From, To } of Moves)
      cli.out(`${Service}.${Slot} ${verb} from ${From}, for now to ${To}\n`)
    if (Moves.length === 0) cli.out("no task would be better off elsewhere\n")
    if (Plan && Moves.length > 0) cli.out(renderPlan(Plan))
  },
})

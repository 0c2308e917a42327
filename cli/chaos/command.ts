import { bool, commaList, float, uint } from "../args/flag.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    seeds: uint("How many seeds to play (default 300; 1 when a seed is given)"),
    seed: uint("The first seed (default 1)"),
    minutes: float("Begin no new seed after so many minutes"),
    steps: commaList("Only these steps of the seed's schedule, as a failure prints them"),
    clients: commaList("Only these clients of the seed's plan, as a failure prints them"),
    log: bool("Print what happens even if nothing fails"),
  },
  examples: [
    ["drydock chaos --seeds 1000", "a thousand Raft groups under faults; the first violation is shrunk and explained"],
    ["drydock chaos --seed 42 --log", "one of them, event by event"],
  ],
  async run(cli, { flags, changed }) {
    // The same words as `npm run chaos` takes, so that a printed replay works with both.
    const { parseArguments } = await import("../../sim/chaos/arguments.ts")
    const { runChaos } = await import("../../sim/chaos/chaos.ts")
    const words = [...changed].map((name) => `--${name}${name === "log" ? "" : `=${textOf(flags, name)}`}`)
    const options = parseArguments(flags.log ? words : words.filter((word) => word !== "--log"))
    if (typeof options === "string") throw new CliError(options, 125)
    const ok = runChaos(options, { print: (line) => cli.out(`${line}\n`), now_ms: () => cli.now() })
    if (!ok) throw new CliError("")
  },
})

const textOf = (flags: Readonly<Record<string, unknown>>, name: string): string => String(flags[name])

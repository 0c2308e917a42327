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
    cluster: bool("Whole clusters, their services, nodes and engines, instead of Raft groups"),
    log: bool("Print what happens even if nothing fails"),
  },
  examples: [
    ["drydock chaos --seeds 1000", "a thousand Raft groups under faults; the first violation is shrunk and explained"],
    [
      "drydock chaos --cluster --seeds 500",
      "five hundred clusters: deploys, updates, drains, crashes; a dozen properties after every event",
    ],
    ["drydock chaos --seed 42 --log", "one of them, event by event"],
  ],
  async run(cli, { flags, changed }) {
    // The same words as `npm run chaos` takes, so that a printed replay works with both.
    const { parseArguments } = await import("../../sim/chaos/arguments.ts")
    const { runChaos } = await import("../../sim/chaos/chaos.ts")
    const words = [...changed].flatMap((name) =>
      name in { log: 0, cluster: 0 } ? [] : `--${name}=${textOf(flags, name)}`,
    )
    const options = parseArguments(flags.log ? [...words, "--log"] : words)
    if (typeof options === "string") throw new CliError(options, 125)
    const io = { print: (line: string) => cli.out(`${line}\n`), now_ms: () => cli.now() }
    const ok = flags.cluster
      ? (await import("../../sim/orchestration/chaos.ts")).runClusterChaos(options, io)
      : runChaos(options, io)
    if (!ok) throw new CliError("")
  },
})

const textOf = (flags: Readonly<Record<string, unknown>>, name: string): string => String(flags[name])

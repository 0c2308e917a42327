import { fileURLToPath } from "node:url"
import { bool, float, text, uint } from "../args/flag.ts"
import { command as declare, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"

/** The stack that `npm start` shows. */
const demoStack = { file: fileURLToPath(new URL("../../../examples/voting-app.yml", import.meta.url)), name: "shop" }

export const command = declare({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    managers: uint("Number of managers, 0 to 7; without any, there are machines but no swarm yet (default 3)"),
    workers: uint("Number of workers (default 3)"),
    port: uint("Port of the first manager's API; the others take the next ones, 0 takes any (default 2375)"),
    speed: float("How much faster than the wall clock time passes (default 1)"),
    seed: text("What is left to chance follows from it (default: a new one)"),
    stack: text("Deploy this compose file at the start"),
    name: text("Name of the stack that is deployed at the start", { initial: "shop" }),
    demo: bool("Deploy the voting app at the start"),
    record: text("Write down all that comes in, as it happens, in a new file: drydock watch --replay shows it again"),
    "no-screen": bool("Print lines instead of the live screen"),
  },
  examples: [
    ["drydock sim", "three managers, three workers, on port 2375 and up"],
    ["drydock sim --demo", "the same, with the voting app deployed"],
    ["drydock sim --managers 0 --workers 5", "five machines without a swarm: start with docker swarm init"],
    ["drydock sim --record monday.jsonl", "to be seen again with drydock watch --replay monday.jsonl"],
    ["drydock sim --managers 5 --workers 20 --speed 10 --seed monday", "a larger cluster, ten times as fast as life"],
  ],
  async run(cli, { flags }) {
    const managers = flags.managers ?? 3
    if (managers > 7) throw new CliError("--managers must be at most 7", 125)
    const workers = flags.workers ?? 3
    if (workers > 1000) throw new CliError("--workers must be at most 1000", 125)
    if (managers + workers === 0) throw new CliError("there must be at least one machine", 125)
    if (managers === 0 && (flags.demo || flags.stack !== "")) {
      throw new CliError("without managers there is no swarm to deploy a stack to", 125)
    }
    const speed = flags.speed ?? 1
    if (!(speed > 0 && speed <= 1000)) throw new CliError("--speed must be more than 0 and at most 1000", 125)
    const port = flags.port ?? 2375
    if (port > 65_535) throw new CliError("--port must be at most 65535", 125)
    const { runSimulation } = await import("./run.ts")
    await runSimulation(cli, {
      managers,
      workers,
      speed,
      port,
      seed: flags.seed === "" ? newSeed(cli.now()) : flags.seed,
      stack: flags.stack !== "" ? { file: flags.stack, name: flags.name } : flags.demo ? demoStack : undefined,
      record: flags.record === "" ? undefined : flags.record,
      screen: cli.isTerminal && !flags["no-screen"],
    })
  },
})

/** Short enough to be typed again. */
const newSeed = (now: number): string => (now % 36 ** 5).toString(36)

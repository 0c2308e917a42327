import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { seconds } from "../../core/instant.ts"
import { deploySpecs, readStack, StackRefused } from "../../sim/cluster/stack.ts"
import { PacedCluster } from "../../sim/interactive/paced.ts"
import { Servers } from "../../sim/interactive/servers.ts"
import { LiveSession } from "../../sim/session/live-session.ts"
import type { Cli } from "../cli.ts"
import { CliError } from "../errors.ts"
import { drydockVersion } from "../version.ts"
import { recordingFile } from "./recording-file.ts"
import { show } from "./show.ts"

export interface SimulationOptions {
  readonly managers: number
  readonly workers: number
  readonly port: number
  readonly speed: number
  readonly seed: string
  /** Deployed before anybody looks. */
  readonly stack: { readonly file: string; readonly name: string } | undefined
  /** The file that all that comes in is written to. */
  readonly record: string | undefined
  /** A live screen, rather than lines. */
  readonly screen: boolean
}

/** How long ago a cluster began that one sees for the first time: nobody waits for its leader and its nodes. */
const head_ms = seconds(5)

/** A recording whose session was killed is known up to the last mark or input. */
const mark_ms = 1_000

const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** Runs a simulated cluster at the wall clock's pace until it is interrupted or its screen is left. */
export async function runSimulation(cli: Cli, options: SimulationOptions): Promise<void> {
  const ending = new AbortController()
  const end = () => ending.abort()
  for (const signal of endings) process.on(signal, end)
  const exit = await Effect.runPromiseExit(Effect.scoped(simulation(cli, options)), { signal: ending.signal })
  for (const signal of endings) process.off(signal, end)
  if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return
  throw Cause.squash(exit.cause)
}

const simulation = Effect.fnUntraced(function* (cli: Cli, options: SimulationOptions) {
  const { managers, workers, seed, speed } = options
  const stack = options.stack && readStackFile(options.stack, cli)
  if (stack?.ignored) cli.err(`${stack.ignored}\n`)
  const opening = cli.now()
  const file = options.record === undefined ? undefined : yield* recordingFile(options.record)
  const session = new LiveSession({
    ...{ managers, workers, seed, start: opening - head_ms },
    ...(file && { record: file.write }),
    program: drydockVersion(),
  })
  const { cluster } = session
  if (managers > 0) cluster.converge()
  if (file) yield* Effect.addFinalizer(() => Effect.sync(() => session.mark()))
  const paced = new PacedCluster(session, speed)
  const servers = yield* Servers.start(paced, {
    port: options.port,
    onTaken: (port) => cli.err(`port ${port} is taken, trying the next one\n`),
  }).pipe(Effect.mapError((error) => new CliError(`cannot listen: ${String(error.cause)}`)))
  cluster.run(Math.max(0, opening - cluster.now))
  if (stack) {
    const deploying = Effect.sync(() => deploySpecs(stack.specs, (request) => session.ask(request)))
    yield* file
      ? Effect.catchDefect(deploying, (defect) => Effect.andThen(file.ifBroken, Effect.die(defect)))
      : deploying
  }
  const first = cluster.world.hosts[0]
  const host = (first && servers.hostOf(first)) ?? ""
  yield* Effect.forkScoped(paced.pump)
  if (file)
    yield* Effect.forkScoped(
      Effect.forever(
        Effect.andThen(
          Effect.sleep(mark_ms),
          Effect.sync(() => session.mark()),
        ),
      ),
    )
  const shown = show(cli, { screen: options.screen, host, seed, managers, workers, status: () => servers.status() })
  yield* file ? Effect.raceFirst(shown, file.broken) : shown
})

function readStackFile({ file, name }: { readonly file: string; readonly name: string }, cli: Cli) {
  const env: Record<string, string> = {}
  for (const [key, value] of Object.entries(cli.env)) if (value !== undefined) env[key] = value
  try {
    return readStack({ path: file }, name, { env })
  } catch (error) {
    if (error instanceof StackRefused) throw new CliError(error.message)
    if (error instanceof Error && "code" in error) {
      const why = error.code === "ENOENT" ? "no such file or directory" : error.message
      throw new CliError(`open ${file}: ${why}`)
    }
    throw error
  }
}

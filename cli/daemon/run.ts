import { inspect } from "node:util"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import { InvariantViolation } from "../../core/errors.ts"
import type { DaemonConfig } from "../../nodes/daemon/config.ts"
import { startDaemon } from "../../nodes/daemon/daemon.ts"
import { IdentityFileError } from "../../nodes/daemon/live/identity-file.ts"
import { effectLogger, type Log, makeLog } from "../../nodes/daemon/log.ts"
import { StorageError } from "../../raft/storage/sqlite.ts"
import type { Cli } from "../cli.ts"
import { CliError } from "../errors.ts"
import { drydockVersion } from "../version.ts"

/** What a supervisor sees when the daemon ended itself over something broken (EX_SOFTWARE): to be started again. */
const brokenExitCode = 70

/** How long another manager may take to lead before this one goes. */
const handOver_ms = 500

/** Runs the daemon until it is told to end, or cannot go on. */
export async function runDaemon(cli: Cli, config: DaemonConfig): Promise<void> {
  const log = makeLog({ level: config.logLevel, format: config.logFormat, write: cli.err, now: Date.now })
  const failed = (error: unknown): never => {
    if (error instanceof StorageError || error instanceof IdentityFileError) {
      log.error("cannot go on with what is on disk", { reason: error.message })
      process.exit(1)
    }
    log.error("broken: ending, so that a new process begins from what is on disk", describe(error))
    process.exit(brokenExitCode)
  }
  process.on("uncaughtException", failed)
  process.on("unhandledRejection", failed)
  const program = Effect.scoped(
    Effect.gen(function* () {
      const daemon = yield* startDaemon({ config, log, drydockVersion: drydockVersion(), failed })
      const signal = yield* toldToEnd
      const leads = daemon.node.leads
      log.info("ending", { signal, ...(leads && { leads: "handing over" }) })
      yield* daemon.handOver(handOver_ms)
    }),
  ).pipe(Effect.provide(Logger.layer([effectLogger(log)])))
  const exit = await Effect.runPromiseExit(program)
  process.off("uncaughtException", failed)
  process.off("unhandledRejection", failed)
  if (Exit.isSuccess(exit)) {
    log.info("ended")
    return
  }
  const error = Cause.squash(exit.cause)
  throw new CliError(`drydock daemon: ${error instanceof Error ? error.message : String(error)}`)
}

/** The first signal ends in good order, a second one at once. */
const toldToEnd: Effect.Effect<string> = Effect.callback((resume) => {
  let told = false
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (told) process.exit(1)
      told = true
      resume(Effect.succeed(signal))
    })
  }
  // The terminal that it was started from may go.
  process.on("SIGHUP", () => {})
})

function describe(error: unknown): Parameters<Log["error"]>[1] {
  const state = error instanceof InvariantViolation ? { state: inspect(error.state, { depth: 6 }) } : {}
  const stack = error instanceof Error ? error.stack : undefined
  return { reason: String(error), ...state, ...(stack !== undefined && { stack }) }
}

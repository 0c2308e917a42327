import type { Cli } from "../cli.ts"
import { CliError, messageOf } from "../errors.ts"
import { Cluster } from "./cluster.ts"
import { checkAddresses, checkEngine, checkFolder } from "./preconditions.ts"
import type { Machine, State, StateFolder } from "./state.ts"

export interface UpOptions {
  readonly folder: StateFolder
  readonly managers: number
  readonly workers: number
  readonly engine: string
  /** Somebody said how large the cluster is to be. */
  readonly sized: boolean
  /** What has to follow other commands that mean this cluster: " --state-dir X", or nothing. */
  readonly where: string
}

/** Starts a cluster of daemons on this machine, or what is missing of the one that is there. */
export async function up(cli: Cli, options: UpOptions): Promise<void> {
  const { folder } = options
  const before = folder.read()
  if (before && options.sized) checkSame(before, options)
  const state = before ?? { format: 1, engine: options.engine, machines: machinesOf(options) }
  await checkEngine(state.engine)
  if (!before) checkFolder(folder, state)
  const cluster = new Cluster(cli, folder, state)
  await checkAddresses(cluster.missing().map((name) => `${name} ${cluster.addressOf(name)}`))
  const made = before ? [] : folder.make()
  const started = await orInterrupted(cli, async () => {
    const names = await cluster.start()
    await cluster.join()
    return names
  }).catch((error: unknown) => giveUp(cli, options, { before, cluster, made, error }))
  const first = folder.socketPath(state.machines[0]?.name ?? "")
  if (before && started.length === 0) cli.out("The cluster is up already.\n")
  else if (before) cli.out(`Started again: ${started.join(", ")}.\n`)
  const { managers, workers } = countOf(state)
  cli.out(
    `\n${managers} ${managers === 1 ? "manager" : "managers"} and ${workers} ${workers === 1 ? "worker" : "workers"} under ${folder.path}\n\n`,
  )
  cli.out(`  export DOCKER_HOST=unix://${first}\n  docker node ls\n  drydock down${options.where}\n\n`)
}

/** Fails with the shell's code for it when somebody ends the command; ending it otherwise would leave the daemons running. */
async function orInterrupted<A>(cli: Cli, act: () => Promise<A>): Promise<A> {
  let forget = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    forget = onEnd(cli, (code) => reject(new CliError("interrupted", code)))
  })
  try {
    return await Promise.race([act(), interrupted])
  } finally {
    forget()
  }
}

/** Calls back with the exit code of whom a signal ends, until the returned function is called. */
function onEnd(cli: Cli, act: (code: number) => void): () => void {
  const forget = cli.onInterrupt(() => act(130))
  const term = () => act(143)
  const hangUp = () => act(129)
  process.on("SIGTERM", term).on("SIGHUP", hangUp)
  return () => {
    forget()
    process.off("SIGTERM", term).off("SIGHUP", hangUp)
  }
}

interface Failure {
  readonly before: State | undefined
  readonly cluster: Cluster
  /** Folders that were made, the outermost first. */
  readonly made: ReadonlyArray<string>
  readonly error: unknown
}

/** What began and did not become a cluster is ended again; one that was there before is left for its owner to look at. */
async function giveUp(cli: Cli, options: UpOptions, { before, cluster, made, error }: Failure): Promise<never> {
  cluster.abandon()
  if (before) {
    const hint = `The cluster is left as it is: drydock up${options.where} tries again, drydock down${options.where} ends it.`
    throw error instanceof CliError ? new CliError(`${error.message}\n\n${hint}`, error.exitCode) : error
  }
  // A second ctrl-C must not leave half of it.
  const forget = onEnd(cli, () => {})
  try {
    const { down } = await import("./down.ts")
    await down({ ...cli, out: () => {} }, options.folder, { volumes: false })
    options.folder.unmake(made)
  } catch (failed) {
    cli.err(`what was started could not be ended (drydock down${options.where} tries again): ${messageOf(failed)}\n`)
  } finally {
    forget()
  }
  throw error
}

const machinesOf = ({ managers, workers }: UpOptions): ReadonlyArray<Machine> => [
  ...Array.from({ length: managers }, (_, i): Machine => ({ name: `manager${i + 1}`, role: "manager" })),
  ...Array.from({ length: workers }, (_, i): Machine => ({ name: `worker${i + 1}`, role: "worker" })),
]

const countOf = ({ machines }: State) => {
  const managers = machines.filter(({ role }) => role === "manager").length
  return { managers, workers: machines.length - managers }
}

function checkSame(state: State, options: UpOptions): void {
  const { managers, workers } = countOf(state)
  if (managers === options.managers && workers === options.workers && state.engine === options.engine) return
  throw new CliError(
    `a cluster of ${managers} managers and ${workers} workers on ${state.engine} is there already (${options.folder.path}): end it with drydock down${options.where}, or choose another --state-dir`,
  )
}

import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { Node, Service, Task } from "../client/types.ts"
import { isNotFound } from "../errors.ts"
import { Convergence, type Step } from "../service/progress/convergence.ts"
import { type Display, terminalDisplay } from "../service/progress/display.ts"
import type { Line } from "../service/progress/line.ts"
import type { Verdict } from "./verdict.ts"

export interface Followed {
  readonly id: string
  readonly name: string
  readonly verdict: Verdict
  /** why, where the cluster said so */
  readonly reason?: string
}

const pollMs = 200
/** A job without tasks at work for this long, and not complete, will not go on by itself. */
const jobIdleMaxMs = 2000

interface Watched {
  readonly id: string
  readonly name: string
  readonly convergence: Convergence
  /** the last overall progress that was shown */
  shown: string
  idleSince: number | undefined
}

type Outcome = Pick<Followed, "verdict" | "reason">

const reasonOf = (text: string | undefined): { readonly reason?: string } =>
  text === undefined ? {} : { reason: text }

/** What an ended wait means; the service itself says whether it was rolled back. */
const outcomeOf = (service: Service, error: string | undefined): Outcome => {
  const message = service.UpdateStatus?.Message
  switch (service.UpdateStatus?.State) {
    case "rollback_completed":
      return { verdict: "rolled back", ...reasonOf(message) }
    case "paused":
    case "rollback_paused":
      return { verdict: "paused", ...reasonOf(error ?? message) }
    default:
      if (error !== undefined) return { verdict: "failed", reason: error }
      return { verdict: service.JobStatus === undefined ? "converged" : "completed" }
  }
}

const isActive = (task: Task): boolean =>
  !["complete", "failed", "rejected", "shutdown", "orphaned", "remove"].includes(task.Status.State)

/** A job whose tasks failed and that starts no more has failed. */
const failedJob = (
  service: Service,
  tasks: ReadonlyArray<Task>,
  watched: Watched,
  now: number,
): Outcome | undefined => {
  const stuck = service.JobStatus !== undefined && tasks.length > 0 && !tasks.some(isActive)
  if (!stuck || tasks.every((task) => task.Status.State === "complete")) {
    watched.idleSince = undefined
    return undefined
  }
  watched.idleSince ??= now
  if (now - watched.idleSince < jobIdleMaxMs) return undefined
  return { verdict: "failed", reason: "its tasks failed, and none is started again" }
}

/** On a terminal every line has its place; elsewhere only changes of the overall progress are worth a line. */
class Screen {
  readonly #cli: Cli
  readonly #display: Display | undefined
  readonly #quiet: boolean

  constructor(cli: Cli, quiet: boolean) {
    this.#cli = cli
    this.#quiet = quiet
    this.#display = cli.isTerminal ? terminalDisplay(cli.columns) : undefined
  }

  show(watched: Watched, lines: ReadonlyArray<Line>): void {
    if (this.#quiet) return
    for (const line of lines) {
      const isOverall = line.id === "overall progress" || line.id === "job progress" || line.id === "rollback"
      if (!isOverall || line.text === watched.shown) continue
      watched.shown = line.text
      const { final: _final, ...named } = { ...line, id: watched.name }
      this.#cli.out(this.#display === undefined ? `${watched.name}: ${line.text}\n` : this.#display.show(named))
    }
  }

  say(watched: Watched, text: string): void {
    if (this.#quiet || text === watched.shown) return
    watched.shown = text
    this.#cli.out(this.#display?.show({ id: watched.name, text }) ?? `${watched.name}: ${text}\n`)
  }
}

/** Looks at one service once. An outcome ends it. */
async function look(
  cli: Cli,
  watched: Watched,
  nodes: ReadonlyArray<Node>,
  screen: Screen,
): Promise<Outcome | undefined> {
  const service = await cli.engine.get<Service>(at("services", watched.id), { query: { insertDefaults: false } })
  const over = (step: Step): Outcome | undefined => {
    screen.show(watched, step.lines)
    return step.outcome === undefined ? undefined : outcomeOf(service, step.outcome.error)
  }
  const first = over(watched.convergence.seeService(service, cli.now()))
  if (first !== undefined) return first
  const filters = [
    ["_up-to-date", "true"],
    ["service", watched.id],
  ] as const
  const tasks = await cli.engine.get<ReadonlyArray<Task>>("/tasks", { filters })
  return (
    over(watched.convergence.seeTasks(service, tasks, nodes, cli.now())) ??
    failedJob(service, tasks, watched, cli.now())
  )
}

export interface FollowOptions {
  readonly quiet: boolean
  /** milliseconds; 0: as long as it takes */
  readonly timeoutMs: number
}

/** Follows services, all at once, until each has its verdict. SIGINT ends the wait; the cluster goes on. */
export async function follow(
  cli: Cli,
  services: ReadonlyArray<{ readonly id: string; readonly name: string }>,
  { quiet, timeoutMs }: FollowOptions,
): Promise<ReadonlyArray<Followed>> {
  const screen = new Screen(cli, quiet)
  const open = new Map<string, Watched>(
    services.map(({ id, name }) => [
      id,
      { id, name, convergence: new Convergence(name), shown: "", idleSince: undefined },
    ]),
  )
  const done = new Map<string, Followed>()
  const settle = ({ id, name }: Watched, outcome: Outcome): void => {
    open.delete(id)
    done.set(id, { id, name, ...outcome })
  }
  const started = cli.now()
  const interrupt = interruption(cli)
  try {
    while (open.size > 0) {
      const nodes = await cli.engine.get<ReadonlyArray<Node>>("/nodes")
      for (const watched of [...open.values()]) {
        const outcome = await lookOrGone(cli, watched, nodes, screen)
        if (outcome === undefined) continue
        settle(watched, outcome)
        screen.say(watched, outcome.verdict)
      }
      const late = timeoutMs > 0 && cli.now() - started >= timeoutMs
      for (const watched of late ? [...open.values()] : []) settle(watched, { verdict: "timed out" })
      if (open.size === 0) break
      const next = await Promise.race([interrupt.happened, cli.sleep(pollMs)])
      if (next !== "interrupted") continue
      for (const watched of [...open.values()]) settle(watched, { verdict: "interrupted" })
    }
  } finally {
    interrupt.stop()
  }
  return services.flatMap(({ id }) => done.get(id) ?? [])
}

async function lookOrGone(cli: Cli, watched: Watched, nodes: ReadonlyArray<Node>, screen: Screen) {
  try {
    return await look(cli, watched, nodes, screen)
  } catch (error) {
    if (isNotFound(error)) return { verdict: "failed", reason: "it was removed" } as const
    throw error
  }
}

function interruption(cli: Cli): { readonly happened: Promise<"interrupted">; readonly stop: () => void } {
  let stop = () => {}
  const happened = new Promise<"interrupted">((resolve) => {
    stop = cli.onInterrupt(() => resolve("interrupted"))
  })
  return { happened, stop }
}

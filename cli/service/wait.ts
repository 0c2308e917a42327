import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { Node, Service, Task } from "../client/types.ts"
import { CliError } from "../errors.ts"
import { Convergence, type Step } from "./progress/convergence.ts"
import { plainDisplay, terminalDisplay } from "./progress/display.ts"

const pollMs = 200

/** Follows a service until it has converged, showing how far it is. On SIGINT it leaves; the cluster goes on. */
export async function waitOnService(cli: Cli, name: string, quiet = false): Promise<void> {
  const convergence = new Convergence(name)
  const display = cli.isTerminal ? terminalDisplay(cli.columns) : plainDisplay
  const isOver = (step: Step): boolean => {
    if (!quiet) for (const line of step.lines) cli.out(display.show(line))
    if (step.outcome?.error !== undefined) throw new CliError(step.outcome.error)
    return step.outcome !== undefined
  }
  const interrupt = interruption(cli)
  try {
    for (;;) {
      const service = await cli.engine.get<Service>(at("services", name), { query: { insertDefaults: false } })
      if (isOver(convergence.seeService(service, cli.now()))) return
      const tasks = await cli.engine.get<ReadonlyArray<Task>>("/tasks", {
        filters: [
          ["_up-to-date", "true"],
          ["service", service.ID],
        ],
      })
      const nodes = await cli.engine.get<ReadonlyArray<Node>>("/nodes")
      if (isOver(convergence.seeTasks(service, tasks, nodes, cli.now()))) return
      const next = await Promise.race([interrupt.happened, cli.sleep(pollMs)])
      if (next === "interrupted") {
        if (!convergence.converged && !quiet) cli.out(farewell(name))
        return
      }
    }
  } finally {
    interrupt.stop()
  }
}

const farewell = (name: string): string =>
  `Operation continuing in background.\nUse \`drydock service ps ${name}\` to check progress.\n`

function interruption(cli: Cli): { readonly happened: Promise<"interrupted">; readonly stop: () => void } {
  let stop = () => {}
  const happened = new Promise<"interrupted">((resolve) => {
    stop = cli.onInterrupt(() => resolve("interrupted"))
  })
  return { happened, stop }
}

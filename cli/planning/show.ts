import type { Cli } from "../cli.ts"
import type { Recording } from "./recording.ts"

/** What POST /drydock/plan answers. */
export interface Plan {
  readonly Steps: ReadonlyArray<{
    readonly At_ms: number
    readonly Action: "start" | "stop"
    readonly Service: string
    readonly Slot?: number
    readonly Node: string
  }>
  readonly Unplaced: ReadonlyArray<{ readonly Service: string; readonly Slot?: number; readonly Reason: string }>
  readonly Services: ReadonlyArray<{ readonly Name: string; readonly Change: string }>
  readonly Duration_ms?: number
}

/** Asks what the remembered writes would lead to, and tells it. */
export async function showPlanOf(cli: Cli, { changes }: Recording): Promise<void> {
  cli.out(renderPlan(await cli.engine.post<Plan>("/drydock/plan", { body: { Changes: changes } })))
}

export function renderPlan({ Steps, Unplaced, Services, Duration_ms }: Plan): string {
  const lines = Services.map(({ Name, Change }) => `service ${Name}: ${Change}`)
  const width = Math.max(0, ...Steps.map((step) => taskName(step).length))
  for (const step of Steps) {
    const at = `+${(step.At_ms / 1_000).toFixed(1)}s`.padStart(8)
    lines.push(
      `${at}  ${step.Action.padEnd(5)}  ${taskName(step).padEnd(width)}  ${step.Action === "start" ? "on" : "from"} ${step.Node}`,
    )
  }
  for (const one of Unplaced) lines.push(`does not fit: ${taskName(one)}: ${one.Reason}`)
  const starts = Steps.filter(({ Action }) => Action === "start").length
  lines.push(
    Steps.length === 0 && Unplaced.length === 0
      ? "no task would start or stop"
      : `${starts} ${starts === 1 ? "task" : "tasks"} would start, ${Steps.length - starts} stop, ${Unplaced.length} would find no node`,
  )
  if (Duration_ms === undefined) lines.push("it would not come to rest within a day")
  return `${lines.join("\n")}\nNothing was changed. Times are those that the specs ask for; pulling, starting and stopping come on top.\n`
}

const taskName = ({ Service, Slot }: { readonly Service: string; readonly Slot?: number }): string =>
  Slot === undefined ? Service : `${Service}.${Slot}`

import { bool } from "../args/flag.ts"
import { command as define, exactly } from "../command.ts"

interface Explained {
  readonly Tasks: ReadonlyArray<{
    readonly TaskID: string
    readonly ServiceName: string
    readonly Slot?: number
    readonly State: string
    readonly Summary: string
    readonly NearestChange?: ReadonlyArray<string>
    readonly Nodes: ReadonlyArray<{
      readonly ID: string
      readonly Hostname: string
      readonly Fits: boolean
      readonly Filters: ReadonlyArray<{ readonly Name: string; readonly Passes: boolean; readonly Detail?: string }>
      readonly RecentFailures: number
      readonly TasksOfService: number
      readonly Tasks: number
    }>
  }>
}

interface Capacity {
  readonly Service?: { readonly Name: string; readonly Fit: number; readonly Unlimited: boolean }
}

export const command = define({
  usage: "SERVICE|TASK",
  arity: exactly(1),
  flags: { json: bool("Print the explanation as JSON") },
  examples: [["drydock explain web", "why a task of web is pending, or where it is, and how many more would fit"]],
  async run(cli, { flags, args: [name = ""] }) {
    const explained = await cli.engine.get<Explained>(`/drydock/explain/${encodeURIComponent(name)}`)
    if (flags.json) {
      cli.out(`${JSON.stringify(explained, null, 2)}\n`)
      return
    }
    if (explained.Tasks.length === 0) cli.out(`${name} has no tasks\n`)
    for (const task of explained.Tasks) cli.out(renderTask(task))
    const room = await cli.engine
      .get<Capacity>("/drydock/capacity", { query: { service: explained.Tasks[0]?.ServiceName ?? name } })
      .catch(() => undefined)
    if (room?.Service) cli.out(renderRoom(room.Service))
  },
})

function renderTask({ ServiceName, Slot, TaskID, State, Summary, NearestChange, Nodes }: Explained["Tasks"][number]) {
  const lines = [`${ServiceName}${Slot === undefined ? "" : `.${Slot}`} (${TaskID}) is ${State}: ${Summary}`]
  const width = Math.max(0, ...Nodes.map(({ Hostname }) => Hostname.length))
  for (const node of Nodes) {
    const failures = node.RecentFailures > 0 ? `, failed ${node.RecentFailures} times lately` : ""
    const verdict = node.Fits
      ? `fits: ${node.TasksOfService} other tasks of the service, ${node.Tasks} in all${failures}`
      : node.Filters.map(({ Name, Passes, Detail }) => (Passes ? `${Name} ok` : `${Name} NO (${Detail})`)).join(", ")
    lines.push(`  ${node.Hostname.padEnd(width)}  ${verdict}`)
  }
  if (NearestChange) lines.push(`Nearest change that would make it fit: ${NearestChange.join(", and ")}`)
  else if (Nodes.length > 0 && !Nodes.some(({ Fits }) => Fits))
    lines.push("No change of a node that is here would make it fit")
  return `${lines.join("\n")}\n`
}

const renderRoom = ({ Name, Fit, Unlimited }: NonNullable<Capacity["Service"]>): string =>
  Unlimited ? `Nothing limits how many more tasks of ${Name} would fit\n` : `${Fit} more tasks of ${Name} would fit\n`

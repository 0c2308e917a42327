import { serviceColumns } from "../sections.ts"
import type { ServiceRow } from "../services.ts"
import { groupedListing } from "../table.ts"
import { type Line, type Picture, type Style, span } from "../text.ts"
import { chosenIndex, type Item, placeOf } from "./items.ts"
import { bodyRows } from "./layout.ts"
import { type Model, modelOf } from "./model.ts"
import type { State } from "./state.ts"

const faint: Style = { fg: "faint" }

/** Services with how far they are, stack by stack, one of them chosen. */
export function servicesView(state: State, items: ReadonlyArray<Item>): Picture {
  const model = modelOf(state.status, state.unicode)
  const rows = items.flatMap((item) => (item.type === "service" ? [item.service] : []))
  if (rows.length === 0) return [[span(" no services: drydock stack deploy, or docker service create", faint)]]
  const columns = serviceColumns(model.glyphs).map((column) =>
    column.title === "UPDATE"
      ? { ...column, cell: (row: ServiceRow) => updateCell(row, column.cell(row), model) }
      : column,
  )
  const chosen = chosenIndex(items, placeOf(state))
  const groups = rows.some(({ stack }) => stack !== "") ? stacksOf(rows) : new Map<string, Stack>()
  return groupedListing(state.size.columns, bodyRows(state), model.glyphs, columns, rows, chosen, ({ stack }) => {
    const group = groups.get(stack)
    return group && { key: stack, heading: heading(group) }
  })
}

interface Stack {
  readonly name: string
  services: number
  done: number
  wanted: number
  busy: number
  unhealthy: number
}

function stacksOf(rows: ReadonlyArray<ServiceRow>): ReadonlyMap<string, Stack> {
  const stacks = new Map<string, Stack>()
  for (const { stack, done, wanted, update, health } of rows) {
    const sums = stacks.get(stack) ?? { name: stack, services: 0, done: 0, wanted: 0, busy: 0, unhealthy: 0 }
    stacks.set(stack, sums)
    sums.services++
    sums.done += done
    sums.wanted += wanted
    if (update !== "") sums.busy++
    sums.unhealthy += health?.unhealthy ?? 0
  }
  return stacks
}

function heading({ name, services, done, wanted, busy, unhealthy }: Stack): Line {
  const whole = done === wanted
  return [
    span(name === "" ? "no stack" : name, { bold: true }),
    span(`  ${services} ${services === 1 ? "service" : "services"}`, faint),
    span(`  ${done}/${wanted}`, { fg: whole ? "good" : "warn" }),
    ...(busy > 0 ? [span(`  ${busy} updating`, { fg: "warn" as const })] : []),
    ...(unhealthy > 0 ? [span(`  ${unhealthy} unhealthy`, { fg: "bad" as const, bold: true })] : []),
  ]
}

/** "updating 3/5": so many tasks of the new version run. */
function updateCell(row: ServiceRow, cell: Line, model: Model): Line {
  const service = model.services.get(row.id)
  if (row.update === "" || service === undefined) return cell
  const fresh = (model.tasksOfService.get(row.id) ?? []).filter(
    ({ Status, SpecVersion }) => Status.State === "running" && SpecVersion.Index === service.SpecVersion.Index,
  )
  return [...cell, span(` ${fresh.length}/${row.wanted}`, faint)]
}

import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { Node, Service, Task } from "../client/types.ts"
import { CliError } from "../errors.ts"
import { ago, capitalize, ellipsis, shortId } from "../format/human.ts"
import { familiarImage } from "../format/image.ts"
import { isTable, type Listing, type ListStyle, type Row, renderList } from "../format/listing.ts"
import { naturalCompare } from "../format/natural.ts"

const listing: Listing = {
  type: "*task.taskContext",
  headers: {
    ID: "ID",
    Name: "NAME",
    Image: "IMAGE",
    Node: "NODE",
    DesiredState: "DESIRED STATE",
    CurrentState: "CURRENT STATE",
    Error: "ERROR",
    Ports: "PORTS",
  },
  columns: ["ID", "Name", "Image", "Node", "DesiredState", "CurrentState", "Error", "Ports"],
  raw: [
    ["id", "ID"],
    ["name", "Name"],
    ["image", "Image"],
    ["node", "Node"],
    ["desired_state", "DesiredState"],
    ["current_state", "CurrentState"],
    ["error", "Error"],
    ["ports", "Ports"],
  ],
}

export interface TaskStyle extends ListStyle {
  readonly "no-trunc": boolean
  readonly "no-resolve": boolean
}

/** Prints tasks as `service ps`, `node ps` and `stack ps` do: by name, the newest of a slot first, older ones indented under it. */
export async function printTasks(cli: Cli, tasks: ReadonlyArray<Task>, style: TaskStyle): Promise<void> {
  const name = style["no-resolve"] ? async (_kind: string, id: string) => id : resolver(cli)
  const named: { task: Task; name: string; node: string }[] = []
  for (const task of tasks) {
    const place = task.Slot === undefined || task.Slot === 0 ? (task.NodeID ?? "") : String(task.Slot)
    const service = await name("services", task.ServiceID)
    named.push({ task, name: `${service}.${place}`, node: await name("nodes", task.NodeID ?? "") })
  }
  named.sort((a, b) => naturalCompare(a.name, b.name) || Date.parse(b.task.CreatedAt) - Date.parse(a.task.CreatedAt))
  const indent = isTable(style.format) ? " \\_ " : ""
  const truncate = !style["no-trunc"]
  const rows = named.map(({ task, name, node }, i) => {
    const shown = named[i - 1]?.name === name ? indent + name : name
    return taskRow(task, shown, node, truncate, cli.now())
  })
  cli.out(await renderList(listing, rows, style))
}

const taskRow = (task: Task, name: string, node: string, truncate: boolean, now: number): Row => ({
  ID: truncate ? shortId(task.ID) : task.ID,
  Name: name,
  Image: truncate ? familiarImage(image(task)) : image(task),
  Node: node,
  DesiredState: capitalize(task.DesiredState),
  CurrentState: `${capitalize(task.Status.State)} ${ago(task.Status.Timestamp, now).toLowerCase()}`,
  Error: quoted(truncate ? ellipsis(task.Status.Err ?? "", 30) : (task.Status.Err ?? "")),
  Ports: (task.Status.PortStatus?.Ports ?? [])
    .map((port) => `*:${port.PublishedPort ?? 0}->${port.TargetPort ?? 0}/${port.Protocol ?? ""}`)
    .join(","),
})

const image = (task: Task): string => task.Spec.ContainerSpec?.Image ?? ""
const quoted = (error: string): string => (error === "" ? "" : `"${error}"`)

/** Looks names up, each ID once; what cannot be found keeps its ID. */
export function resolver(cli: Cli): (kind: "services" | "nodes", id: string) => Promise<string> {
  const names = new Map<string, string>()
  const ask = async (kind: "services" | "nodes", id: string): Promise<string> => {
    if (kind === "services") return (await cli.engine.get<Service>(at(kind, id))).Spec.Name
    const node = await cli.engine.get<Node>(at(kind, id))
    return node.Spec.Name || node.Description.Hostname || id
  }
  return async (kind, id) => {
    const known = names.get(id)
    if (known !== undefined) return known
    const name = id === "" ? "" : await ask(kind, id).catch(orId(id))
    names.set(id, name)
    return name
  }
}

const orId =
  (id: string) =>
  (error: unknown): string => {
    if (error instanceof CliError) return id
    throw error
  }

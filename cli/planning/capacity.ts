import { format } from "../args/flag.ts"
import type { Cli } from "../cli.ts"
import { command as define } from "../command.ts"
import { type Listing, renderList } from "../format/listing.ts"
import { byName } from "../format/natural.ts"

interface Capacity {
  readonly Nodes: ReadonlyArray<{
    readonly ID: string
    readonly Hostname: string
    readonly NanoCPUs: number
    readonly ReservedNanoCPUs: number
    readonly MemoryBytes: number
    readonly ReservedMemoryBytes: number
    readonly Tasks: number
  }>
  readonly Service?: { readonly Name: string; readonly Fit: number; readonly Unlimited: boolean }
}

const listing: Listing = {
  type: "*node.capacityContext",
  headers: { ID: "ID", Hostname: "HOSTNAME", Tasks: "TASKS", CPUs: "CPUS RESERVED", Memory: "MEMORY RESERVED" },
  columns: ["ID", "Hostname", "Tasks", "CPUs", "Memory"],
  raw: [
    ["node_id", "ID"],
    ["hostname", "Hostname"],
    ["tasks", "Tasks"],
    ["cpus", "CPUs"],
    ["memory", "Memory"],
  ],
}

export const command = define({
  usage: "[OPTIONS] [SERVICE]",
  arity: { min: 0, max: 1 },
  flags: { format: format() },
  examples: [
    ["drydock capacity", "what each node has and has reserved"],
    ["drydock capacity web", "and how many more tasks of web would fit"],
  ],
  run: (cli, { flags, args: [service] }) => showCapacity(cli, flags.format, service),
})

export async function showCapacity(cli: Cli, format: string, service: string | undefined): Promise<void> {
  const { Nodes, Service } = await cli.engine.get<Capacity>("/drydock/capacity", { query: { service } })
  const rows = [...Nodes].sort(byName((node) => node.Hostname)).map((node) => ({
    ID: node.ID,
    Hostname: node.Hostname,
    Tasks: String(node.Tasks),
    CPUs: `${cpus(node.ReservedNanoCPUs)} / ${cpus(node.NanoCPUs)}`,
    Memory: `${gib(node.ReservedMemoryBytes)} / ${gib(node.MemoryBytes)} GiB`,
  }))
  cli.out(await renderList(listing, rows, { format, quiet: false }))
  if (Service)
    cli.out(
      Service.Unlimited ? `Nothing limits ${Service.Name}\n` : `${Service.Fit} more of ${Service.Name} would fit\n`,
    )
}

const cpus = (nano: number): string => String(Number((nano / 1e9).toFixed(3)))
const gib = (bytes: number): string => String(Number((bytes / 1024 ** 3).toFixed(2)))

import { bool, filters, format } from "../args/flag.ts"
import type { Node } from "../client/types.ts"
import { command as define, noArgs } from "../command.ts"
import { capitalize } from "../format/human.ts"
import { type Listing, type Row, renderList } from "../format/listing.ts"
import { byName } from "../format/natural.ts"
import { showCapacity } from "../planning/capacity.ts"

const listing: Listing = {
  type: "*node.nodeContext",
  headers: {
    ID: "ID",
    Self: "",
    Hostname: "HOSTNAME",
    Status: "STATUS",
    Availability: "AVAILABILITY",
    ManagerStatus: "MANAGER STATUS",
    EngineVersion: "ENGINE VERSION",
    TLSStatus: "TLS STATUS",
  },
  columns: [
    { header: "ID  ", cell: (row) => `${row.ID} ${row.Self === true ? "*" : " "}` },
    "Hostname",
    "Status",
    "Availability",
    "ManagerStatus",
    "EngineVersion",
  ],
  raw: [
    ["node_id", "ID"],
    ["hostname", "Hostname"],
    ["status", "Status"],
    ["availability", "Availability"],
    ["manager_status", "ManagerStatus"],
  ],
}

/** What is wanted of GET /info: which node answers, and the certificates that nodes should have. */
interface Info {
  readonly Swarm?: { readonly NodeID?: string; readonly Cluster?: { readonly TLSInfo?: object } | null }
}

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    capacity: bool("Show what nodes have reserved and have in all, in place of how they are"),
    filter: filters(),
    format: format(),
    quiet: bool("Only display IDs", { short: "q" }),
  },
  examples: [
    ["drydock node ls --capacity", "CPUs, memory and tasks of each machine"],
    ["drydock node ls", "the machines, which of them are managers, and who leads"],
    ["drydock node ls --filter role=worker --format '{{.Hostname}} {{.Status}}'", "the workers and how they are"],
  ],
  async run(cli, { flags }) {
    if (flags.capacity) return showCapacity(cli, flags.format, undefined)
    const nodes = await cli.engine.get<ReadonlyArray<Node>>("/nodes", { filters: flags.filter })
    const info = nodes.length > 0 && !flags.quiet ? await cli.engine.get<Info>("/info") : {}
    const rows = [...nodes].sort(byName((node) => node.Description.Hostname)).map((node) => nodeRow(node, info))
    cli.out(await renderList(listing, rows, flags))
  },
})

const nodeRow = (node: Node, info: Info): Row => ({
  ID: node.ID,
  Self: node.ID === info.Swarm?.NodeID,
  Hostname: node.Description.Hostname,
  Status: capitalize(node.Status.State),
  Availability: capitalize(node.Spec.Availability),
  ManagerStatus: capitalize(node.ManagerStatus?.Leader === true ? "Leader" : (node.ManagerStatus?.Reachability ?? "")),
  EngineVersion: node.Description.Engine.EngineVersion,
  TLSStatus: tlsStatus(node, info),
})

function tlsStatus(node: Node, info: Info): string {
  const wanted = info.Swarm?.Cluster?.TLSInfo
  const has = node.Description.TLSInfo
  if (wanted === undefined || has === undefined) return "Unknown"
  return JSON.stringify(sortedEntries(wanted)) === JSON.stringify(sortedEntries(has)) ? "Ready" : "Needs Rotation"
}

const sortedEntries = (value: object) => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))

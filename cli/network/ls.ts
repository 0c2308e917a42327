import { bool, filters, format } from "../args/flag.ts"
import type { NetworkSummary } from "../client/types.ts"
import { command as define, noArgs } from "../command.ts"
import { goTime, shortId } from "../format/human.ts"
import { labelFields } from "../format/labels.ts"
import { type Listing, type Row, renderList } from "../format/listing.ts"
import { byName } from "../format/natural.ts"

const listing: Listing = {
  type: "*network.networkContext",
  headers: {
    ID: "NETWORK ID",
    Name: "NAME",
    Driver: "DRIVER",
    Scope: "SCOPE",
    IPv4: "IPV4",
    IPv6: "IPV6",
    Internal: "INTERNAL",
    Labels: "LABELS",
    CreatedAt: "CREATED AT",
  },
  columns: ["ID", "Name", "Driver", "Scope"],
  raw: [
    ["network_id", "ID"],
    ["name", "Name"],
    ["driver", "Driver"],
    ["scope", "Scope"],
  ],
}

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    filter: filters('Provide filter values (e.g. "driver=bridge")'),
    format: format(),
    "no-trunc": bool("Do not truncate the output"),
    quiet: bool("Only display network IDs", { short: "q" }),
  },
  examples: [["drydock network ls --filter driver=overlay", "the networks that reach over all nodes"]],
  async run(cli, { flags }) {
    const networks = await cli.engine.get<ReadonlyArray<NetworkSummary>>("/networks", { filters: flags.filter })
    const rows = [...networks]
      .sort(byName((network) => network.Name))
      .map((network) => networkRow(network, !flags["no-trunc"]))
    cli.out(await renderList(listing, rows, flags))
  },
})

const networkRow = (network: NetworkSummary, truncate: boolean): Row => ({
  ID: truncate ? shortId(network.Id) : network.Id,
  Name: network.Name,
  Driver: network.Driver,
  Scope: network.Scope,
  IPv4: String(network.EnableIPv4 ?? false),
  IPv6: String(network.EnableIPv6 ?? false),
  Internal: String(network.Internal ?? false),
  ...labelFields(network.Labels),
  CreatedAt: goTime(network.Created),
})

import { bool, filters, format } from "../args/flag.ts"
import type { Volume } from "../client/types.ts"
import { command as define, noArgs } from "../command.ts"
import { humanSize } from "../format/human.ts"
import { labelFields } from "../format/labels.ts"
import { type Listing, type Row, renderList } from "../format/listing.ts"
import { byName } from "../format/natural.ts"

const listing: Listing = {
  type: "*formatter.volumeContext",
  headers: {
    ID: "ID",
    Name: "VOLUME NAME",
    Group: "GROUP",
    Driver: "DRIVER",
    Scope: "SCOPE",
    Availability: "AVAILABILITY",
    Mountpoint: "MOUNTPOINT",
    Labels: "LABELS",
    Links: "LINKS",
    Size: "SIZE",
    Status: "STATUS",
  },
  columns: ["Driver", "Name"],
  quiet: "Name",
  raw: [
    ["name", "Name"],
    ["driver", "Driver"],
  ],
}

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    filter: filters('Provide filter values (e.g. "dangling=true")'),
    format: format(),
    quiet: bool("Only display volume names", { short: "q" }),
  },
  examples: [["drydock volume ls --filter dangling=true", "the volumes that no container uses"]],
  async run(cli, { flags }) {
    const { Volumes } = await cli.engine.get<{ readonly Volumes?: ReadonlyArray<Volume> | null }>("/volumes", {
      filters: flags.filter,
    })
    const rows = (Volumes ?? []).toSorted(byName((volume) => volume.Name)).map(volumeRow)
    cli.out(await renderList(listing, rows, flags))
  },
})

/** What only volumes of a cluster have is "N/A". */
const volumeRow = ({ Name, Driver, Scope, Mountpoint, Labels, UsageData }: Volume): Row => ({
  Name,
  Driver,
  Scope,
  Mountpoint,
  ...labelFields(Labels),
  Links: UsageData ? String(UsageData.RefCount) : "N/A",
  Size: UsageData ? humanSize(UsageData.Size) : "N/A",
  Group: "N/A",
  Availability: "N/A",
  Status: "N/A",
})

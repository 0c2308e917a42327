import { quote } from "../args/numbers.ts"
import type { ContainerSummary } from "../client/types.ts"
import { ago, ellipsis, humanSize, localGoTime, shortId } from "../format/human.ts"
import { familiarName } from "../format/image.ts"
import { labelFields } from "../format/labels.ts"
import type { Listing, Row } from "../format/listing.ts"
import { shownPorts } from "./ports.ts"

/** The table of `container ls`. */
export const containerListing: Listing = {
  type: "*formatter.ContainerContext",
  headers: {
    ID: "CONTAINER ID",
    Names: "NAMES",
    Image: "IMAGE",
    Command: "COMMAND",
    CreatedAt: "CREATED AT",
    RunningFor: "CREATED",
    Ports: "PORTS",
    State: "STATE",
    Status: "STATUS",
    Size: "SIZE",
    Labels: "LABELS",
    Mounts: "MOUNTS",
    LocalVolumes: "LOCAL VOLUMES",
    Networks: "NETWORKS",
    Platform: "PLATFORM",
  },
  columns: ["ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names"],
}

export const withSize: Listing = { ...containerListing, columns: [...containerListing.columns, "Size"] }

/** What `--format raw` stands for. */
export const rawTemplate = (size: boolean): string =>
  `container_id: {{.ID}}
image: {{.Image}}
command: {{.Command}}
created_at: {{.CreatedAt}}
state:{{pad .State 1 0}}
status:{{pad .Status 1 0}}
names: {{.Names}}
labels:{{pad .Labels 1 0}}
ports:{{pad .Ports 1 0}}
${size ? "size: {{.Size}}\n" : ""}`

export function containerRow(container: ContainerSummary, truncate: boolean, now: number): Row {
  const { Created, Labels, Mounts, NetworkSettings, SizeRw = 0, SizeRootFs = 0 } = container
  const written = humanSize(SizeRw, 3)
  return {
    ID: truncate ? shortId(container.Id) : container.Id,
    Names: names(container, truncate),
    Image: image(container, truncate),
    Command: quote(truncate ? ellipsis(container.Command, 20) : container.Command),
    CreatedAt: localGoTime(Created),
    RunningFor: ago(new Date(Created * 1000).toISOString(), now),
    Ports: shownPorts(container.Ports ?? []),
    State: container.State,
    Status: container.Status,
    Size: SizeRootFs > 0 ? `${written} (virtual ${humanSize(SizeRootFs, 3)})` : written,
    ...labelFields(Labels),
    Labels: Object.entries(Labels ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .sort()
      .join(","),
    Mounts: (Mounts ?? [])
      .map(({ Name = "", Source = "" }) => Name || Source)
      .map((name) => (truncate ? ellipsis(name, 15) : name))
      .join(","),
    LocalVolumes: String((Mounts ?? []).filter(({ Driver }) => Driver === "local").length),
    Networks: Object.keys(NetworkSettings?.Networks ?? {}).join(","),
    Platform: null,
  }
}

/** A name with a slash in it is another container's link. */
function names({ Names }: ContainerSummary, truncate: boolean): string {
  const bare = Names.map((name) => name.slice(1))
  const own = truncate ? bare.find((name) => !name.includes("/")) : undefined
  return own ?? bare.join(",")
}

function image({ Image, ImageID }: ContainerSummary, truncate: boolean): string {
  if (Image === "") return "<no image>"
  if (!truncate) return Image
  return shortId(Image) === shortId(ImageID) ? shortId(Image) : familiarName(Image)
}

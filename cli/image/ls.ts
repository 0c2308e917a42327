import { bool, filters, format } from "../args/flag.ts"
import type { ImageSummary } from "../client/types.ts"
import { command as define } from "../command.ts"
import { isTable, renderList } from "../format/listing.ts"
import { imageListing, imageRows, rawTemplate, withDigests } from "./listing.ts"

export const command = define({
  usage: "[OPTIONS] [REPOSITORY[:TAG]]",
  arity: { min: 0, max: 1 },
  flags: {
    all: bool("Show all images (default hides intermediate images)", { short: "a" }),
    digests: bool("Show digests"),
    filter: filters(),
    format: format(),
    "no-trunc": bool("Don't truncate output"),
    quiet: bool("Only show image IDs", { short: "q" }),
  },
  examples: [
    ["drydock image ls", "the images of the machine that answers"],
    ["drydock images --digests nginx", "those of one repository, with their digests"],
  ],
  async run(cli, { flags, args: [name] }) {
    const { digests, quiet } = flags
    const images = await cli.engine.get<ReadonlyArray<ImageSummary>>("/images/json", {
      query: { all: flags.all ? 1 : undefined },
      filters: name === undefined ? flags.filter : [...flags.filter, ["reference", name]],
    })
    const custom = isTable(flags.format) && flags.format !== "" && flags.format !== "table"
    const wanted =
      digests && custom && !flags.format.includes("{{.Digest}}") ? `${flags.format}\t{{.Digest}}` : flags.format
    const rows = imageRows(images, {
      truncate: !flags["no-trunc"],
      needsDigest: digests || wanted.includes("{{.Digest}}"),
      showsDigest: digests,
      now: cli.now(),
    })
    if (wanted === "raw" && quiet) return cli.out(rows.map((row) => `image_id: ${row.ID}\n`).join(""))
    const format = wanted === "raw" ? rawTemplate(digests) : wanted
    cli.out(await renderList(digests ? withDigests : imageListing, rows, { format, quiet }))
  },
})

import { bool, filters, format, int } from "../args/flag.ts"
import type { ContainerSummary } from "../client/types.ts"
import { command as define, noArgs } from "../command.ts"
import { isTable, renderList } from "../format/listing.ts"
import { containerListing, containerRow, rawTemplate, withSize } from "./listing.ts"

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    all: bool("Show all containers (default shows just running)", { short: "a" }),
    filter: filters(),
    format: format(),
    last: { ...int("Show n last created containers (includes all states) (default -1)"), short: "n" },
    latest: bool("Show the latest created container (includes all states)", { short: "l" }),
    "no-trunc": bool("Don't truncate output"),
    quiet: bool("Only display container IDs", { short: "q" }),
    size: bool("Display total file sizes", { short: "s" }),
  },
  examples: [
    ["drydock container ls", "what runs on the machine that answers"],
    [
      "drydock ps --all --filter label=com.docker.swarm.service.name=web",
      "the containers of a service, those that ended too",
    ],
    ["drydock ps --format '{{.Names}}: {{.Status}}'", "one line a container"],
  ],
  async run(cli, { flags, changed }) {
    if (flags.format !== "" && flags.quiet)
      cli.err("WARNING: Ignoring custom format, because both --format and --quiet are set.\n")
    const last = flags.last ?? -1
    const size =
      flags.size ||
      (!flags.quiet && !changed.has("size") && /{{[^}]*(\.Size\b|\bjson \.(?![A-Za-z]))/.test(flags.format))
    const containers = await cli.engine.get<ReadonlyArray<ContainerSummary>>("/containers/json", {
      query: {
        all: flags.all ? 1 : undefined,
        limit: last !== -1 ? last : flags.latest ? 1 : undefined,
        size: size ? 1 : undefined,
      },
      filters: flags.filter,
    })
    const rows = containers.map((container) => containerRow(container, !flags["no-trunc"], cli.now()))
    const { quiet } = flags
    const isRaw = flags.format === "raw"
    if (isRaw && quiet) return cli.out(rows.map((row) => `container_id: ${row.ID}\n`).join(""))
    const custom = isRaw ? rawTemplate(size) : flags.format
    const format = quiet && !isTable(custom) ? "" : custom
    cli.out(
      await renderList(size ? withSize : containerListing, rows, { format: quiet ? "" : format, quiet, complaints }),
    )
  },
})

const complaints = { parse: "failed to parse template", run: "failed to execute template" }

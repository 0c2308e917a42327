import type { TemplateFunction } from "../../core/template/functions.ts"
import { goJson } from "../../core/template/go-json.ts"
import { inspectFormat } from "../args/flag.ts"
import type { Cli } from "../cli.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"
import { alignColumns } from "../format/tabwriter.ts"
import { drydockVersion } from "../version.ts"

interface Component {
  readonly Name: string
  readonly Version: string
  readonly Details?: Readonly<Record<string, string>> | null
}

/** GET /version. */
interface ServerVersion {
  readonly Platform?: { readonly Name?: string }
  readonly Components?: ReadonlyArray<Component> | null
  readonly Version?: string
  readonly ApiVersion?: string
  readonly MinAPIVersion?: string
  readonly GoVersion?: string
  readonly GitCommit?: string
  readonly BuildTime?: string
  readonly Os?: string
  readonly Arch?: string
  readonly Experimental?: boolean
}

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: { format: inspectFormat() },
  examples: [["drydock version --format '{{.Server.Version}}'", "the version of the engine that answers"]],
  async run(cli, { flags }) {
    const render = await renderer(flags.format)
    const client = clientVersion(cli)
    try {
      const server = withEngine(await cli.engine.get<ServerVersion>("/version"))
      cli.out(render({ Client: client, Server: server }))
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      cli.out(render({ Client: client, Server: undefined }))
      throw error
    }
  },
})

interface Versions {
  readonly Client: ReturnType<typeof clientVersion>
  readonly Server: ServerVersion | undefined
}

const clientVersion = (cli: Cli) => ({
  Version: drydockVersion(),
  NodeVersion: process.version,
  Os: process.platform,
  Arch: process.arch === "x64" ? "amd64" : process.arch,
  Host: cli.host,
})

async function renderer(format: string): Promise<(versions: Versions) => string> {
  if (format === "") return (versions) => alignColumns(`${text(versions)}\n`, { minWidth: 20, padding: 1 })
  if (format === "json") return (versions) => `${goJson({ ...versions, Server: versions.Server ?? null })}\n`
  const { compile, functions } = await import("../../core/template/template.ts")
  const template = compile(format, { name: "version" })
  if (!template.ok) throw new CliError(`template parsing error: ${template.error}`, 64)
  return (versions) => {
    // A template has Go's name of the field, JSON that of the wire.
    const Server = versions.Server && { ...versions.Server, APIVersion: versions.Server.ApiVersion }
    const data = { ...versions, Server }
    const onWire = new Map<unknown, unknown>([
      [data, versions],
      [Server, versions.Server],
    ])
    const json: TemplateFunction = (value) => functions.get("json")?.(onWire.get(value) ?? value)
    const shown = template.value.run(data, {
      type: "system.versionInfo",
      strict: true,
      functions: new Map([["json", json]]),
    })
    if (!shown.ok) throw new CliError(shown.error)
    return `${shown.value}\n`
  }
}

/** An engine of old tells of itself at the top only. */
function withEngine(server: ServerVersion): ServerVersion {
  const components = server.Components ?? []
  if (components.some((component) => component.Name === "Engine"))
    return { ...server, Components: components.map(withReadableTime) }
  const Details = {
    ApiVersion: server.ApiVersion ?? "",
    MinAPIVersion: server.MinAPIVersion ?? "",
    GoVersion: server.GoVersion ?? "",
    GitCommit: server.GitCommit ?? "",
    BuildTime: server.BuildTime ?? "",
    Os: server.Os ?? "",
    Arch: server.Arch ?? "",
    Experimental: String(server.Experimental ?? false),
  }
  return { ...server, Components: [...components, { Name: "Engine", Version: server.Version ?? "", Details }] }
}

function withReadableTime(component: Component): Component {
  const { BuildTime } = component.Details ?? {}
  if (component.Name !== "Engine" || BuildTime === undefined) return component
  return { ...component, Details: { ...component.Details, BuildTime: buildTime(BuildTime) } }
}

function text({ Client: client, Server: server }: Versions): string {
  const lines = [
    "Client: Drydock",
    ` Version:\t${client.Version}`,
    ` Node version:\t${client.NodeVersion}`,
    ` OS/Arch:\t${client.Os}/${client.Arch}`,
    ` Host:\t${client.Host}`,
  ]
  if (server === undefined) return lines.join("\n")
  const platform = server.Platform?.Name ?? ""
  return [
    ...lines,
    "",
    `Server:${platform === "" ? "" : ` ${platform}`}`,
    ...(server.Components ?? []).flatMap(componentLines),
  ].join("\n")
}

function componentLines({ Name: name, Version: version, Details }: Component): ReadonlyArray<string> {
  const details = Details ?? {}
  if (name !== "Engine") {
    const rest = Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1))
    return [` ${name}:`, `  Version:\t${version}`, ...rest.map(([key, value]) => `  ${key}:\t${value}`)]
  }
  return [
    " Engine:",
    `  Version:\t${version}`,
    `  API version:\t${details.ApiVersion ?? ""} (minimum version ${details.MinAPIVersion ?? ""})`,
    `  Go version:\t${details.GoVersion ?? ""}`,
    `  Git commit:\t${details.GitCommit ?? ""}`,
    `  Built:\t${buildTime(details.BuildTime ?? "")}`,
    `  OS/Arch:\t${details.Os ?? ""}/${details.Arch ?? ""}`,
    `  Experimental:\t${details.Experimental ?? ""}`,
  ]
}

/** "Thu May  4 09:31:00 2023" (Go's time.ANSIC) for an RFC 3339 time; what is none stays as it is. */
function buildTime(time: string): string {
  if (!/^\d{4}-\d\d-\d\dT/.test(time) || Number.isNaN(Date.parse(time))) return time
  const [, date = "", clock = ""] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(time) ?? []
  const [weekday = "", , month = "", year = ""] = new Date(`${date}T00:00:00Z`)
    .toUTCString()
    .replace(",", "")
    .split(" ")
  return `${weekday} ${month} ${String(Number(date.slice(8))).padStart(2)} ${clock} ${year}`
}

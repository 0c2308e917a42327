import { createHash } from "node:crypto"
import * as Result from "effect/Result"
import { type LoadedProject, projectJson, projectYaml, serviceJson } from "../../compose/index.ts"
import { bool, text } from "../args/flag.ts"
import { command as define, noArgs } from "../command.ts"
import { CliError } from "../errors.ts"
import { projectFlags, readProject } from "./project.ts"
import { checkFormat, failWith } from "./report.ts"

type Listing = (loaded: LoadedProject) => ReadonlyArray<string>

const images: Listing = ({ project }) =>
  [...project.services]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { image }]) => image ?? `${project.name}-${name}`)

const sortedKeys = (map: ReadonlyMap<string, unknown>): ReadonlyArray<string> => [...map.keys()].sort()

/** What may be asked for in the place of the whole. */
const listings: Readonly<Record<string, Listing>> = {
  services: ({ project }) => dependencyOrder(project.services),
  volumes: ({ project }) => sortedKeys(project.volumes),
  networks: ({ project }) => sortedKeys(project.networks),
  models: ({ project }) => sortedKeys(project.models),
  images,
  profiles: ({ profiles }) => profiles,
  environment: ({ env }) =>
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}`)
      .sort(),
}

/** Each service after those it depends on. */
const dependencyOrder = (services: LoadedProject["project"]["services"]): ReadonlyArray<string> => {
  const ordered: Array<string> = []
  const visit = (name: string): void => {
    if (ordered.includes(name) || !services.has(name)) return
    for (const other of [...(services.get(name)?.depends_on?.keys() ?? [])].sort()) visit(other)
    ordered.push(name)
  }
  for (const name of sortedKeys(services)) visit(name)
  return ordered
}

/** A digest of each service, that changes when what would run changes. */
const hashes = ({ project }: LoadedProject, wanted: string): string => {
  const names = wanted === "*" ? sortedKeys(project.services) : wanted.split(",")
  return names
    .map((name) => {
      const service = project.services.get(name)
      if (service === undefined) throw new CliError(`no such service: ${name}`)
      return `${name} ${createHash("sha256").update(serviceJson(service)).digest("hex")}\n`
    })
    .join("")
}

export const command = define({
  usage: "[OPTIONS]",
  arity: noArgs,
  flags: {
    ...projectFlags,
    "all-resources": bool("Include all resources, even those not used by services"),
    environment: bool("Print environment used for interpolation."),
    format: text('Format the output: "yaml" or "json"', { initial: "yaml" }),
    hash: text("Print the service config hash, one per line"),
    images: bool("Print the image names, one per line"),
    models: bool("Print the model names, one per line"),
    networks: bool("Print the network names, one per line"),
    "no-env-resolution": bool("Don't resolve service env files"),
    "no-interpolate": bool("Don't interpolate environment variables"),
    profiles: bool("Print the profile names, one per line"),
    quiet: bool("Only validate the configuration, don't print anything", { short: "q" }),
    services: bool("Print the service names, one per line"),
    volumes: bool("Print the volume names, one per line"),
  },
  examples: [
    ["drydock compose config", "the project of this folder, as docker compose would run it"],
    ["drydock compose -f base.yaml -f more.yaml config --format json", "two files together, as JSON"],
  ],
  async run(cli, { flags }) {
    const format = checkFormat(flags.format)
    const listing = Object.entries(listings).find(([name]) => Reflect.get(flags, name) === true)?.[1]
    const choice = {
      envFiles: flags["env-file"],
      files: flags.file,
      profiles: flags.profiles ? ["*"] : flags.profile,
      directory: flags["project-directory"],
      name: flags["project-name"],
    }
    const loaded = await readProject(cli, choice, {
      interpolate: !flags["no-interpolate"],
      allResources: flags["all-resources"],
      resolveEnvironment: !flags["no-env-resolution"],
    })
    if (Result.isFailure(loaded)) return failWith(cli, loaded.failure, "config", format === "json")
    if (flags.quiet) return
    if (flags.hash !== "") return cli.out(hashes(loaded.success, flags.hash))
    if (listing !== undefined)
      return cli.out(
        listing(loaded.success)
          .map((line) => `${line}\n`)
          .join(""),
      )
    const { project } = loaded.success
    cli.out(format === "json" ? projectJson(project) : projectYaml(project, !flags["no-interpolate"]))
  },
})

import * as Result from "effect/Result"
import { convertStack, descope, renderErrors, type StackSpecs } from "../../compose/index.ts"
import { bool, commaList, list, text } from "../args/flag.ts"
import type { Cli } from "../cli.ts"
import type { Config, NetworkSummary, Node, Secret, Service, Task } from "../client/types.ts"
import { command as define, exactly } from "../command.ts"
import { CliError } from "../errors.ts"
import { checkCompat, loadFiles, readFile } from "./files.ts"
import { checkStackName, stackFilter } from "./namespace.ts"
import { type Change, specChanges } from "./spec-diff.ts"

export const command = define({
  usage: "[OPTIONS] STACK",
  arity: exactly(1),
  flags: {
    compat: text('Read the files as docker stack ("swarm") or by the Compose Specification ("spec")', {
      initial: "swarm",
    }),
    "compose-file": commaList('Path to a Compose file, or "-" to read from stdin', { short: "c" }),
    "env-file": list("Environment file to read with --compat spec, in the place of .env"),
    profile: list("Profile to enable with --compat spec"),
    prune: bool("Count services that are no longer referenced as to be removed"),
  },
  examples: [["drydock stack diff -c docker-stack.yml app", "what a deploy would change; exit status 1 if anything"]],
  async run(cli, { flags, args: [name = ""] }) {
    const namespace = checkStackName(name)
    const loaded = await loadFiles(cli, {
      files: flags["compose-file"],
      command: "deploy",
      compat: checkCompat(flags.compat),
      profiles: flags.profile,
      envFiles: flags["env-file"],
    })
    const converted = convertStack(loaded, { namespace, readFile })
    if (Result.isFailure(converted)) throw new CliError(renderErrors(converted.failure, "deploy"))
    const lines = [
      ...(await objectLines(cli, converted.success)),
      ...(await serviceLines(cli, converted.success, flags.prune)),
    ]
    if (lines.length === 0) return cli.out(`stack ${namespace}: a deploy would change nothing\n`)
    cli.out(lines.map((line) => `${line}\n`).join(""))
    throw new CliError("")
  },
})

async function objectLines(cli: Cli, specs: StackSpecs): Promise<ReadonlyArray<string>> {
  const filters = [stackFilter(specs.namespace)]
  const networks = await cli.engine.get<ReadonlyArray<NetworkSummary>>("/networks", { filters })
  const known = new Set(networks.map((network) => network.Name))
  return [
    ...specs.networks.filter(({ name }) => !known.has(name)).map(({ name }) => `+ network ${name} is created`),
    ...(await fileLines(cli, "secret", specs.secrets, filters)),
    ...(await fileLines(cli, "config", specs.configs, filters)),
  ]
}

type FileSpec = StackSpecs["secrets"][number]

async function fileLines(
  cli: Cli,
  kind: "secret" | "config",
  specs: ReadonlyArray<FileSpec>,
  filters: ReadonlyArray<readonly [string, string]>,
): Promise<ReadonlyArray<string>> {
  if (specs.length === 0) return []
  const present = await cli.engine.get<ReadonlyArray<Secret | Config>>(`/${kind}s`, { filters })
  const byName = new Map(present.map((object) => [object.Spec.Name, object.Spec] as const))
  return specs.flatMap((spec) => {
    const old = byName.get(spec.Name)
    if (old === undefined) return [`+ ${kind} ${spec.Name} is created`]
    // What a secret holds cannot be read back.
    if (kind === "secret" || old.Data === spec.Data) return []
    return [
      `! config ${spec.Name} holds something else than the file: a deploy is refused, or with --rotate makes a new version`,
    ]
  })
}

async function serviceLines(cli: Cli, specs: StackSpecs, prune: boolean): Promise<ReadonlyArray<string>> {
  const services = await cli.engine.get<ReadonlyArray<Service>>("/services", {
    filters: [stackFilter(specs.namespace)],
  })
  const networks = await cli.engine.get<ReadonlyArray<NetworkSummary>>("/networks")
  const names = new Map(networks.map((network) => [network.Id, network.Name] as const))
  const networkName = (id: string): string => names.get(id) ?? id
  const lines: string[] = []
  for (const wanted of specs.services) {
    const present = services.find((service) => service.Spec.Name === wanted.Name)
    if (present === undefined) lines.push(`+ service ${wanted.Name} is created`)
    else {
      const changes = specChanges(present.Spec, wanted, networkName)
      if (changes.length > 0) lines.push(...(await changedLines(cli, present, changes)))
    }
  }
  const kept = new Set(specs.services.map((spec) => spec.Name))
  const gone = services.filter((service) => !kept.has(service.Spec.Name)).map((service) => service.Spec.Name)
  for (const name of gone.sort()) {
    if (prune) lines.push(`- service ${name} is removed`)
    else cli.err(`service ${descope(specs.namespace, name)} is not in the files; it stays without --prune\n`)
  }
  return lines
}

const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value))

async function changedLines(
  cli: Cli,
  service: Service,
  changes: ReadonlyArray<Change>,
): Promise<ReadonlyArray<string>> {
  const lines = changes.map(({ path, before, after }) => `    ${path}: ${shown(before)} -> ${shown(after)}`)
  return [`~ service ${service.Spec.Name} is updated`, ...lines, ...(await restartLines(cli, service, changes))]
}

/** Which tasks are replaced, and because of what. */
async function restartLines(
  cli: Cli,
  service: Service,
  changes: ReadonlyArray<Change>,
): Promise<ReadonlyArray<string>> {
  const causes = changes.filter((change) => change.restarts).map((change) => change.path)
  if (causes.length === 0) return ["    no task is restarted"]
  const filters = [
    ["service", service.ID],
    ["desired-state", "running"],
  ] as const
  const tasks = await cli.engine.get<ReadonlyArray<Task>>("/tasks", { filters })
  const nodes = await cli.engine.get<ReadonlyArray<Node>>("/nodes")
  const host = (id: string | undefined) =>
    nodes.find((node) => node.ID === id)?.Description?.Hostname ?? id ?? "no node"
  const running = [...tasks]
    .sort((a, b) => (a.Slot ?? 0) - (b.Slot ?? 0))
    .map((task) => `${service.Spec.Name}.${task.Slot ?? host(task.NodeID)} on ${host(task.NodeID)}`)
  const which = running.length === 0 ? "no task runs" : `restarts ${running.join(", ")}`
  return [`    ${which}, because of ${causes.join(", ")}`]
}

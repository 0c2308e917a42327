import { bool, inspectFormat } from "../args/flag.ts"
import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { NetworkSummary, Service } from "../client/types.ts"
import { atLeast, command as define } from "../command.ts"
import { CliError, isNotFound } from "../errors.ts"
import { inspectAll } from "../format/inspect.ts"

export const command = define({
  usage: "[OPTIONS] SERVICE [SERVICE...]",
  arity: atLeast(1),
  flags: { format: inspectFormat(), pretty: bool("Print the information in a human friendly format") },
  examples: [
    ["drydock service inspect --pretty web", "the main points, to read"],
    ["drydock service inspect --format '{{json .Spec.UpdateConfig}}' web", "one part of it"],
  ],
  async run(cli, { flags, args }) {
    if (flags.pretty && flags.format !== "") throw new CliError("--format is incompatible with human friendly format")
    if (flags.format.startsWith("pretty") && flags.format !== "pretty") {
      throw new CliError("Cannot supply extra formatting options to the pretty template")
    }
    if (flags.pretty || flags.format === "pretty") return inspectPretty(cli, args)
    await inspectAll(
      cli,
      args,
      { format: flags.format, type: "swarm.Service", fields, order: "Service", templateStatus: 1 },
      (ref) => inspectService(cli, ref),
    )
  },
})

const fields = ["PreviousSpec", "UpdateStatus", "ServiceStatus", "JobStatus"]

async function inspectService(cli: Cli, ref: string): Promise<Service> {
  try {
    return await cli.engine.get<Service>(at("services", ref), { query: { insertDefaults: true } })
  } catch (error) {
    throw isNotFound(error) ? new CliError(`Error: no such service: ${ref}`) : error
  }
}

async function inspectPretty(cli: Cli, refs: ReadonlyArray<string>): Promise<void> {
  const { prettyService } = await import("./pretty.ts")
  for (const ref of refs) {
    const service = await inspectService(cli, ref)
    cli.out(`${prettyService(service, await networkNames(cli, service), cli.now())}\n`)
  }
}

/** The names of the networks that a service asks for, by ID. */
async function networkNames(cli: Cli, service: Service): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const { Target: target = "" } of service.Spec.TaskTemplate.Networks ?? []) {
    try {
      const network = await cli.engine.get<NetworkSummary>(at("networks", target), { query: { scope: "swarm" } })
      names.set(network.Id, network.Name)
    } catch (error) {
      if (!(error instanceof CliError)) throw error
    }
  }
  return names
}

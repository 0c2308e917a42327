import { bool } from "../args/flag.ts"
import { parseUint } from "../args/numbers.ts"
import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { Service, UpdatedService } from "../client/types.ts"
import { atLeast, command as define } from "../command.ts"
import { CliError } from "../errors.ts"
import { waitOnService } from "./wait.ts"

const usage = "SERVICE=REPLICAS [SERVICE=REPLICAS...]"
const summary = "Scale one or multiple replicated services"

export const command = define({
  usage,
  arity: atLeast(1),
  flags: { detach: bool("Exit immediately instead of waiting for the service to converge", { short: "d" }) },
  examples: [["drydock service scale web=5 worker=2", "five tasks of one service, two of another"]],
  async run(cli, { flags, args }) {
    const wanted = args.map(readSpecifier)
    const errors: string[] = []
    const scaled: string[] = []
    for (const { name, replicas } of wanted) {
      const outcome = await attempt(() => scale(cli, name, replicas))
      if (outcome === undefined) scaled.push(name)
      else errors.push(`${name}: ${outcome}`)
    }
    for (const name of flags.detach ? [] : scaled) {
      const outcome = await attempt(() => waitOnService(cli, name))
      if (outcome !== undefined) errors.push(`${name}: ${outcome}`)
    }
    if (errors.length > 0) throw new CliError(errors.join("\n"))
  },
})

function readSpecifier(specifier: string): { readonly name: string; readonly replicas: string } {
  const at = specifier.indexOf("=")
  const name = specifier.slice(0, Math.max(at, 0))
  const replicas = specifier.slice(at + 1)
  if (name !== "" && replicas !== "") return { name, replicas }
  throw new CliError(
    `invalid scale specifier '${specifier}'.\nSee 'drydock service scale --help'.\n\nUsage:  drydock service scale ${usage}\n\n${summary}`,
  )
}

async function scale(cli: Cli, name: string, text: string): Promise<void> {
  const count = parseUint(text)
  if (!count.ok) throw new CliError(`invalid replicas value ${text}: ${count.error}`)
  const service = await cli.engine.get<Service>(at("services", name), { query: { insertDefaults: false } })
  const updated = await cli.engine.post<UpdatedService>(at("services", service.ID, "/update"), {
    query: { version: service.Version.Index },
    body: { ...service.Spec, Mode: scaledMode(service, count.value) },
  })
  for (const warning of updated.Warnings ?? []) cli.err(`${warning}\n`)
  cli.out(`${name} scaled to ${count.value}\n`)
}

function scaledMode(service: Service, count: number) {
  const mode = service.Spec.Mode
  if (mode?.Replicated) return { Replicated: { ...mode.Replicated, Replicas: count } }
  if (mode?.ReplicatedJob) return { ReplicatedJob: { ...mode.ReplicatedJob, TotalCompletions: count } }
  throw new CliError("scale can only be used with replicated or replicated-job mode")
}

/** The message of what went wrong, if anything did. */
async function attempt(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    if (error instanceof CliError) return error.message
    throw error
  }
}

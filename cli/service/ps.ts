import type { Cli } from "../cli.ts"
import { withNodeIds } from "../client/node-reference.ts"
import type { Service, Task } from "../client/types.ts"
import { atLeast, command as define } from "../command.ts"
import { CliError } from "../errors.ts"
import { psFlags } from "./ps-flags.ts"
import { printTasks } from "./tasks.ts"

export const command = define({
  usage: "[OPTIONS] SERVICE [SERVICE...]",
  arity: atLeast(1),
  flags: psFlags,
  examples: [
    ["drydock service ps web", "the tasks of a service, with the ones they replaced"],
    ["drydock service ps --no-trunc --filter desired-state=running web", "why a task does not start, in full"],
  ],
  async run(cli, { flags, args }) {
    const { ids, missing } = await findServices(cli, args)
    if (ids.length === 0) throw new CliError(missing.join("\n"))
    const filters = await withNodeIds(cli.engine, flags.filter)
    const tasks = await cli.engine.get<ReadonlyArray<Task>>("/tasks", {
      filters: [...filters, ...ids.map((id) => ["service", id] as const)],
    })
    await printTasks(cli, tasks, { ...flags, "no-trunc": flags["no-trunc"] || flags.quiet })
    if (missing.length > 0) throw new CliError(missing.join("\n"))
  },
})

/** The IDs of services named by full ID, by name, or by the only ID that begins so. */
async function findServices(cli: Cli, refs: ReadonlyArray<string>) {
  const list = (key: string) =>
    cli.engine.get<ReadonlyArray<Service>>("/services", { filters: refs.map((ref) => [key, ref] as const) })
  const byId = await list("id")
  const byName = await list("name")
  const ids: string[] = []
  const missing: string[] = []
  for (const ref of refs) {
    const exact = byId.find((service) => service.ID === ref) ?? byName.find((service) => service.Spec.Name === ref)
    const prefixed = exact === undefined ? byId.filter((service) => service.ID.startsWith(ref)) : [exact]
    if (prefixed.length > 1) throw new CliError(`multiple services found with provided prefix: ${ref}`)
    const found = prefixed[0]
    if (found === undefined) missing.push(`no such service: ${ref}`)
    else ids.push(found.ID)
  }
  return { ids, missing }
}

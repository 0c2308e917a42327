import { bool } from "../args/flag.ts"
import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import type { Config, NetworkSummary, Secret, Service, Task } from "../client/types.ts"
import { atLeast, command as define } from "../command.ts"
import { CliError, forEach, isNotFound } from "../errors.ts"
import { isOver } from "../service/progress/line.ts"
import { checkStackName, stackFilter } from "./namespace.ts"

export const command = define({
  usage: "[OPTIONS] STACK [STACK...]",
  arity: atLeast(1),
  flags: { detach: bool("Do not wait for stack removal", { short: "d" }) },
  examples: [["drydock stack rm app", "remove a stack: services, then, once their tasks are gone, what they used"]],
  run: (cli, { flags, args }) => {
    args.forEach(checkStackName)
    return forEach(args, (stack) => removeStack(cli, stack, flags.detach))
  },
})

async function removeStack(cli: Cli, stack: string, detach: boolean): Promise<void> {
  const objects = await stackObjects(cli, stack)
  if (objects.length === 0) {
    cli.err(`Nothing found in stack: ${stack}\n`)
    return
  }
  let failed = false
  const removeAll = async (some: ReadonlyArray<StackObject>, patient: boolean) => {
    for (const object of some) failed = !(await remove(cli, object, patient)) || failed
  }
  await removeAll(objects.filter(isService), false)
  if (!detach) await waitOnTasks(cli, stack)
  await removeAll(
    detach ? objects.filter((object) => !isService(object)) : [...objects.filter(isNetwork), ...objects.filter(isFile)],
    !detach,
  )
  if (failed) throw new CliError(`failed to remove some resources from stack: ${stack}`)
}

const isService = ({ kind }: StackObject): boolean => kind === "service"
const isNetwork = ({ kind }: StackObject): boolean => kind === "network"
const isFile = ({ kind }: StackObject): boolean => kind === "secret" || kind === "config"

export interface StackObject {
  readonly kind: "service" | "secret" | "config" | "network"
  readonly id: string
  readonly name: string
}

/** Everything with the stack's label, in the order in which it is removed. */
async function stackObjects(cli: Cli, stack: string): Promise<ReadonlyArray<StackObject>> {
  const filters = [stackFilter(stack)]
  const services = await cli.engine.get<ReadonlyArray<Service>>("/services", { filters })
  const networks = await cli.engine.get<ReadonlyArray<NetworkSummary>>("/networks", { filters })
  const secrets = await cli.engine.get<ReadonlyArray<Secret>>("/secrets", { filters })
  const configs = await cli.engine.get<ReadonlyArray<Config>>("/configs", { filters })
  const object =
    (kind: StackObject["kind"]) =>
    (one: Service | Secret | Config): StackObject => ({ kind, id: one.ID, name: one.Spec.Name })
  return [
    ...services.map(object("service")).sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...secrets.map(object("secret")),
    ...configs.map(object("config")),
    ...networks.map((network): StackObject => ({ kind: "network", id: network.Id, name: network.Name })),
  ]
}

const pollMs = 200
/** Engines let go of a network a little after the last task on it has ended. */
const inUseMaxMs = 10_000

/**
 * Removes one object and says so; false, and why on stderr, when that fails. `patient`: what is still in use is tried again for a while.
 */
export async function remove(cli: Cli, { kind, id, name }: StackObject, patient = false): Promise<boolean> {
  cli.out(`Removing ${kind} ${name}\n`)
  const started = cli.now()
  for (;;) {
    try {
      await cli.engine.delete(at(`${kind}s`, id))
      return true
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      if (patient && isNotFound(error)) return true
      const inUse = /in use|active endpoints/.test(error.message)
      if (!patient || !inUse || cli.now() - started >= inUseMaxMs) {
        cli.err(`Failed to remove ${kind} ${id}: ${error.message}\n`)
        return false
      }
      await cli.sleep(pollMs)
    }
  }
}

async function waitOnTasks(cli: Cli, stack: string): Promise<void> {
  for (;;) {
    const tasks = await cli.engine.get<ReadonlyArray<Task>>("/tasks", { filters: [stackFilter(stack)] })
    if (tasks.every((task) => isOver(task.Status.State))) return
    await cli.sleep(pollMs)
  }
}

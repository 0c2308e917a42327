import { bool, inspectFormat, text } from "../args/flag.ts"
import type { Cli } from "../cli.ts"
import { at } from "../client/engine.ts"
import { atLeast, command as define } from "../command.ts"
import { CliError, isNotFound, messageOf } from "../errors.ts"
import { inspectAll } from "../format/inspect.ts"
import { imagePath } from "../image/path.ts"

/** Kinds of objects in the order in which a name is looked for; those of the swarm only where a manager answers. */
const kinds: ReadonlyArray<{ readonly name: string; readonly swarm?: true; readonly path: (ref: string) => string }> = [
  { name: "container", path: (ref) => at("containers", ref, "/json") },
  { name: "image", path: (ref) => imagePath(ref, "/json") },
  { name: "network", path: (ref) => at("networks", ref) },
  { name: "volume", path: (ref) => at("volumes", ref) },
  { name: "service", swarm: true, path: (ref) => at("services", ref) },
  { name: "task", swarm: true, path: (ref) => at("tasks", ref) },
  { name: "node", swarm: true, path: (ref) => at("nodes", ref) },
  { name: "plugin", path: (ref) => at("plugins", ref, "/json") },
  { name: "secret", swarm: true, path: (ref) => at("secrets", ref) },
  { name: "config", swarm: true, path: (ref) => at("configs", ref) },
]

const words = kinds
  .map(({ name }) => name)
  .sort()
  .join('", "')

export const command = define({
  usage: "[OPTIONS] NAME|ID [NAME|ID...]",
  arity: atLeast(1),
  flags: {
    format: inspectFormat(),
    size: bool("Display total file sizes if the type is container", { short: "s" }),
    type: text("Only inspect objects of the given type"),
  },
  examples: [
    [
      "drydock inspect web",
      "whatever has that name: a container, an image, a network, a volume, a service, a task, a node ...",
    ],
    ["drydock inspect --type task --format '{{.Status.State}}' TASK", "one thing about a task"],
  ],
  run(cli, { flags, changed, args }) {
    const { type, size } = flags
    if (changed.has("type") && type === "") throw new CliError(`type is empty: must be one of "${words}"`)
    if (type !== "" && !kinds.some(({ name }) => name === type))
      throw new CliError(`unknown type: "${type}": must be one of "${words}"`)
    const isManager = once(() => answersManager(cli))
    return inspectAll(cli, args, { format: flags.format, type: "", raw: true }, async (ref) => {
      for (const kind of kinds) {
        if (type !== "" && kind.name !== type) continue
        if (type === "" && kind.swarm && !(await isManager())) continue
        const found = await look(cli, kind, ref, { size, strict: type !== "" })
        if (found !== undefined) return found
      }
      throw new CliError(`Error: No such object: ${ref}`)
    })
  },
})

/** The object; undefined where there is none of this kind, unless that is to be an error. */
async function look(
  cli: Cli,
  kind: (typeof kinds)[number],
  ref: string,
  { size, strict }: { readonly size: boolean; readonly strict: boolean },
): Promise<unknown> {
  const query = {
    size: size && kind.name === "container" ? 1 : undefined,
    insertDefaults: kind.name === "service" ? true : undefined,
  }
  try {
    const found = await cli.engine.get(kind.path(ref), { query })
    if (size && kind.name !== "container") cli.err(`WARNING: --size ignored for ${kind.name}\n`)
    return found
  } catch (error) {
    if (strict || !(isNotFound(error) || /not supported|invalid reference format/.test(messageOf(error)))) throw error
    return undefined
  }
}

async function answersManager(cli: Cli): Promise<boolean> {
  try {
    const info = await cli.engine.get<{ readonly Swarm?: { readonly ControlAvailable?: boolean } }>("/info")
    return info.Swarm?.ControlAvailable === true
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    cli.err(`${error.message}\n`)
    return false
  }
}

function once<A>(make: () => Promise<A>): () => Promise<A> {
  let made: Promise<A> | undefined
  return () => {
    made ??= make()
    return made
  }
}

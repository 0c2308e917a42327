import * as Result from "effect/Result"
import { convertStack, ignoredText, renderErrors } from "../../compose/index.ts"
import { bool, commaList, text } from "../args/flag.ts"
import type { Cli } from "../cli.ts"
import { command as define, exactly } from "../command.ts"
import { CliError, forEach } from "../errors.ts"
import { recording } from "../planning/recording.ts"
import { showPlanOf } from "../planning/show.ts"
import { waitOnService } from "../service/wait.ts"
import { applyStack, type ResolveImage, resolutions } from "./apply.ts"
import { loadFiles, readFile } from "./files.ts"
import { checkStackName } from "./namespace.ts"

export const command = define({
  usage: "[OPTIONS] STACK",
  arity: exactly(1),
  flags: {
    "compose-file": commaList('Path to a Compose file, or "-" to read from stdin', { short: "c" }),
    detach: bool("Exit immediately instead of waiting for the stack services to converge", {
      short: "d",
      initial: true,
    }),
    prune: bool("Prune services that are no longer referenced"),
    quiet: bool("Suppress progress output", { short: "q" }),
    "dry-run": bool("Only show what the deployment would lead to"),
    "resolve-image": text(
      'Query the registry to resolve image digest and supported platforms ("always", "changed", "never")',
      { initial: "always" },
    ),
    "with-registry-auth": bool("Send registry authentication details to Swarm agents"),
  },
  examples: [
    ["drydock stack deploy -c docker-stack.yml app", "create the stack, or bring it up to date"],
    [
      "drydock stack deploy -c docker-stack.yml --prune --detach=false app",
      "remove what is no longer in the file, wait until all runs",
    ],
  ],
  async run(cli, { flags, changed, args: [name = ""] }) {
    const namespace = checkStackName(name)
    const loaded = await loadFiles(cli, { files: flags["compose-file"], command: "deploy" })
    cli.err(ignoredText(loaded.ignored))
    const specs = convertStack(loaded, { namespace, readFile })
    if (Result.isFailure(specs)) throw new CliError(renderErrors(specs.failure, "deploy"))
    const resolveImage = checkResolution(flags["resolve-image"])
    if (flags["dry-run"]) {
      const plan = recording(cli)
      await applyStack(plan.cli, specs.success, { prune: flags.prune, resolveImage })
      return showPlanOf(cli, plan)
    }
    if (flags.detach && !changed.has("detach")) cli.err(detachNote)
    const ids = await applyStack(cli, specs.success, { prune: flags.prune, resolveImage })
    if (!flags.detach) await waitOnServices(cli, ids, flags.quiet)
  },
})

const detachNote =
  "Since --detach=false was not specified, tasks will be created in the background.\n" +
  "In a future release, --detach=false will become the default.\n"

function checkResolution(word: string): ResolveImage {
  const found = resolutions.find((resolution) => resolution === word)
  if (found === undefined) throw new CliError(`Invalid option ${word} for flag --resolve-image`)
  return found
}

/** One service after the other; what went wrong with one does not keep the others from being followed. */
const waitOnServices = (cli: Cli, ids: ReadonlyArray<string>, quiet: boolean): Promise<void> =>
  forEach(ids, (id) =>
    waitOnService(cli, id, quiet).catch((error: unknown) => {
      throw error instanceof CliError ? new CliError(`${id}: ${error.message}`) : error
    }),
  )

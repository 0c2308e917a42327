import * as Result from "effect/Result"
import { convertStack, ignoredText, renderErrors, startOrder } from "../../compose/index.ts"
import { bool, commaList, list, one, text } from "../args/flag.ts"
import { parseDuration } from "../args/numbers.ts"
import type { Cli } from "../cli.ts"
import { command as define, exactly } from "../command.ts"
import { CliError } from "../errors.ts"
import { recording } from "../planning/recording.ts"
import { showPlanOf } from "../planning/show.ts"
import { applyStack, type ResolveImage, resolutions } from "./apply.ts"
import { explain } from "./failure.ts"
import { checkCompat, loadFiles, readFile } from "./files.ts"
import { type Followed, follow } from "./follow.ts"
import { checkStackName } from "./namespace.ts"
import { removeReplaced, rotate } from "./rotate.ts"
import { exitStatus, type Verdict, worst } from "./verdict.ts"

const timeoutMs = 10 * 60 * 1000

export const command = define({
  usage: "[OPTIONS] STACK",
  arity: exactly(1),
  flags: {
    compat: text('Read the files as docker stack ("swarm") or by the Compose Specification ("spec")', {
      initial: "swarm",
    }),
    "compose-file": commaList('Path to a Compose file, or "-" to read from stdin', { short: "c" }),
    detach: bool("Exit immediately instead of waiting for the stack services to converge", { short: "d" }),
    "env-file": list("Environment file to read with --compat spec, in the place of .env"),
    profile: list("Profile to enable with --compat spec"),
    prune: bool("Prune services that are no longer referenced"),
    quiet: bool("Suppress progress output", { short: "q" }),
    "dry-run": bool("Only show what the deployment would lead to"),
    "resolve-image": text(
      'Query the registry to resolve image digest and supported platforms ("always", "changed", "never")',
      { initial: "always" },
    ),
    rotate: bool("Deploy secrets and configs whose files changed as new versions, and remove the old ones"),
    timeout: one("duration", "How long to wait at most (default 10m0s; 0s: as long as it takes)", parseDuration),
    "with-registry-auth": bool("Send registry authentication details to Swarm agents"),
  },
  examples: [
    [
      "drydock stack deploy -c docker-stack.yml app",
      "create the stack, or bring it up to date, and wait until it runs",
    ],
    ["drydock stack deploy -c docker-stack.yml --prune --timeout 2m app", "remove what is no longer in the file"],
    ["drydock stack deploy -c docker-stack.yml --rotate app", "with secrets whose files have changed"],
  ],
  async run(cli, { flags, args: [name = ""] }) {
    const namespace = checkStackName(name)
    const resolveImage = checkResolution(flags["resolve-image"])
    const loaded = await loadFiles(cli, {
      files: flags["compose-file"],
      command: "deploy",
      compat: checkCompat(flags.compat),
      profiles: flags.profile,
      envFiles: flags["env-file"],
    })
    cli.err(ignoredText(loaded.ignored))
    const converted = convertStack(loaded, { namespace, readFile })
    if (Result.isFailure(converted)) throw new CliError(renderErrors(converted.failure, "deploy"))
    const how = {
      prune: flags.prune,
      resolveImage,
      registryAuth: flags["with-registry-auth"],
      order: flags.compat === "spec" ? startOrder(loaded.config) : undefined,
    }
    if (flags["dry-run"]) {
      const plan = recording(cli)
      await applyStack(plan.cli, converted.success, how)
      return showPlanOf(cli, plan)
    }
    const rotation = flags.rotate ? await rotate(cli, converted.success) : { specs: converted.success, replaced: [] }
    const applied = await applyStack(cli, rotation.specs, how)
    if (flags.detach) return
    const timeout = flags.timeout === undefined ? timeoutMs : flags.timeout / 1e6
    const followed = await follow(cli, applied, { quiet: flags.quiet, timeoutMs: timeout })
    const verdict = await report(cli, namespace, followed)
    if (exitStatus(verdict) !== 0) throw new CliError("", exitStatus(verdict))
    await removeReplaced(cli, rotation.replaced)
  },
})

function checkResolution(word: string): ResolveImage {
  const found = resolutions.find((resolution) => resolution === word)
  if (found === undefined) throw new CliError(`Invalid option ${word} for flag --resolve-image`)
  return found
}

/** Says how it ended: what went wrong on stderr, the verdict on stdout. */
async function report(cli: Cli, stack: string, followed: ReadonlyArray<Followed>): Promise<Verdict> {
  const verdict = worst(followed.map((service) => service.verdict))
  for (const service of followed) {
    if (exitStatus(service.verdict) !== 0) cli.err(await explain(cli, service))
  }
  const well = followed.filter((service) => exitStatus(service.verdict) === 0).length
  cli.out(`stack ${stack}: ${verdict} (${well} of ${followed.length} services as wanted)\n`)
  if (verdict === "interrupted" || verdict === "timed out") {
    cli.out(`The cluster goes on. To see how far it is: drydock stack ps ${stack}\n`)
  }
  return verdict
}

import * as Effect from "effect/Effect"
import { checkHost } from "../../nodes/daemon/check.ts"
import type { DaemonConfig } from "../../nodes/daemon/config.ts"
import type { Cli } from "../cli.ts"

const marks = { ok: "ok      ", warning: "warning ", missing: "MISSING " } as const

/** Prints what was found, and how to mend it. False when something is missing. */
export async function runChecks(cli: Cli, config: DaemonConfig): Promise<boolean> {
  const findings = await Effect.runPromise(checkHost(config))
  for (const { verdict, what, mend } of findings) {
    cli.out(`${marks[verdict]} ${what}\n`)
    if (mend !== undefined) cli.out(`          ${mend}\n`)
  }
  const count = findings.filter(({ verdict }) => verdict === "missing").length
  cli.out(count === 0 ? "\nThis host is ready: drydock daemon\n" : `\n${count} missing: see above\n`)
  return count === 0
}

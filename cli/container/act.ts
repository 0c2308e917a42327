import type { Cli } from "../cli.ts"
import { CliError, messageOf } from "../errors.ts"

/**
 * Does the same to all at once; then tells, in the order given, which it was done to, and at the end what went wrong with the others.
 * What is forgiven is told, and no failure.
 */
export async function actOnAll(
  cli: Cli,
  names: ReadonlyArray<string>,
  act: (name: string) => Promise<unknown>,
  isForgiven: (error: CliError) => boolean = () => false,
): Promise<void> {
  const results = await Promise.allSettled(names.map(act))
  const errors: string[] = []
  results.forEach((result, i) => {
    if (result.status === "fulfilled") cli.out(`${names[i]}\n`)
    else if (!(result.reason instanceof CliError)) throw result.reason
    else if (isForgiven(result.reason)) cli.err(`${result.reason.message}\n`)
    else errors.push(messageOf(result.reason))
  })
  if (errors.length > 0) throw new CliError(errors.join("\n"))
}

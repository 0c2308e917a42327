import type { Cli } from "../cli.ts"
import { CliError, messageOf } from "../errors.ts"

/** Does the same to all at once; then tells, in the order given, which it was done to, and at the end what went wrong with the others. */
export async function actOnAll(
  cli: Cli,
  names: ReadonlyArray<string>,
  act: (name: string) => Promise<unknown>,
): Promise<void> {
  const results = await Promise.allSettled(names.map(act))
  const errors: string[] = []
  results.forEach((result, i) => {
    if (result.status === "fulfilled") cli.out(`${names[i]}\n`)
    else if (result.reason instanceof CliError) errors.push(messageOf(result.reason))
    else throw result.reason
  })
  if (errors.length > 0) throw new CliError(errors.join("\n"))
}

import type { Cli } from "./cli.ts"

/** Asks, and reads one line: only "y" is a yes. Where nobody answers (stdin is empty) that is a no, as in docker. */
export async function confirmed(cli: Cli, warning: string): Promise<boolean> {
  cli.out(`${warning}\nAre you sure you want to continue? [y/N] `)
  // What a terminal gives at once is a line: it is not waited for its end.
  const answer = (await cli.stdin(0)).toString("utf8").split("\n")[0] ?? ""
  return answer.trim().toLowerCase() === "y"
}

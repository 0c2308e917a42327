import { readFileSync } from "node:fs"
import type { Cli } from "../cli.ts"
import { CliError, messageOf } from "../errors.ts"

/** The content of a file, or of stdin for "-". */
export async function readContent(cli: Cli, file: string): Promise<Buffer> {
  if (file === "-") return notEmpty(await cli.stdin(), "STDIN")
  try {
    return notEmpty(readFileSync(file), file)
  } catch (error) {
    if (error instanceof CliError) throw error
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT"
    throw new CliError(
      `error reading from ${file}: open ${file}: ${missing ? "no such file or directory" : messageOf(error)}`,
    )
  }
}

function notEmpty(content: Buffer, from: string): Buffer {
  if (content.length === 0) throw new CliError(`error reading from ${from}: data is empty`)
  return content
}

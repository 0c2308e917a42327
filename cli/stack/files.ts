import { readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import * as Result from "effect/Result"
import {
  type LoadedStack,
  loadStack,
  type ReadFile,
  renderErrors,
  type SourceFile,
  type StackCommand,
} from "../../compose/index.ts"
import type { Cli } from "../cli.ts"
import { CliError, messageOf } from "../errors.ts"

interface LoadOptions {
  readonly files: ReadonlyArray<string>
  readonly command: StackCommand
  readonly skipInterpolation?: boolean
}

/** Reads compose files ("-" is stdin) into one stack. The directory of the first is where relative paths begin. */
export async function loadFiles(
  cli: Cli,
  { files, command, skipInterpolation = false }: LoadOptions,
): Promise<LoadedStack> {
  const [first] = files
  if (first === undefined) throw new CliError("Specify a Compose file (with --compose-file)")
  const sources: SourceFile[] = []
  for (const path of files) sources.push({ path, text: await readSource(cli, path) })
  const loaded = loadStack({
    files: sources,
    workingDir: first === "-" && files.length === 1 ? cli.cwd : dirname(resolve(cli.cwd, first)),
    env: Object.fromEntries(
      Object.entries(cli.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    readFile,
    skipInterpolation,
  })
  if (Result.isFailure(loaded)) throw new CliError(renderErrors(loaded.failure, command))
  const time = `${new Date(cli.now()).toISOString().slice(0, 19)}Z`
  for (const warning of loaded.success.warnings)
    cli.err(`time="${time}" level=warning msg=${JSON.stringify(warning)}\n`)
  return loaded.success
}

async function readSource(cli: Cli, path: string): Promise<string> {
  if (path === "-") return (await cli.stdin()).toString("utf8")
  const content = readFile(resolve(cli.cwd, path), path)
  if (Result.isFailure(content)) throw new CliError(content.failure)
  return Buffer.from(content.success).toString("utf8")
}

const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file or directory"],
  ["EACCES", "permission denied"],
  ["ENOTDIR", "not a directory"],
])

/** A file, or why not in Go's words; `shown` is the path as the user gave it. */
export const readFile: ReadFile & ((path: string, shown: string) => ReturnType<ReadFile>) = (
  path: string,
  shown = path,
) => {
  try {
    return Result.succeed(readFileSync(path))
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : ""
    if (code === "EISDIR") return Result.fail(`read ${shown}: is a directory`)
    return Result.fail(`open ${shown}: ${reasons.get(code) ?? messageOf(error)}`)
  }
}

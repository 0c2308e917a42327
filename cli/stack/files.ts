import { dirname, resolve } from "node:path"
import * as Result from "effect/Result"
import {
  type ComposeError,
  decodeText,
  type LoadedStack,
  loadStack,
  type SourceFile,
  type StackCommand,
  stackOf,
} from "../../compose/index.ts"
import type { Cli } from "../cli.ts"
import { readFile } from "../compose/read.ts"
import { failWith, sayRead, warn } from "../compose/report.ts"
import { CliError } from "../errors.ts"

export { readFile } from "../compose/read.ts"

/** Whose reading of the files: `docker stack`'s, or that of the Compose Specification. */
export const compats = ["swarm", "spec"] as const
export type Compat = (typeof compats)[number]

export const checkCompat = (word: string): Compat => {
  const found = compats.find((compat) => compat === word)
  if (found === undefined) throw new CliError(`Invalid option ${word} for flag --compat: swarm or spec`)
  return found
}

export interface LoadOptions {
  readonly files: ReadonlyArray<string>
  readonly command: StackCommand
  readonly compat: Compat
  readonly profiles?: ReadonlyArray<string>
  readonly envFiles?: ReadonlyArray<string>
  readonly skipInterpolation?: boolean
  /** errors as JSON on stdout */
  readonly asJson?: boolean
}

/** Reads compose files ("-" is stdin) into one stack. The directory of the first is where relative paths begin. */
export async function loadFiles(cli: Cli, options: LoadOptions): Promise<LoadedStack> {
  const { files, command, asJson = false } = options
  const [first] = files
  if (options.compat === "spec") return loadBySpec(cli, options)
  if (first === undefined) throw new CliError("Specify a Compose file (with --compose-file)")
  const sources: SourceFile[] = []
  const broken: ComposeError[] = []
  for (const path of files) {
    const source = await readSource(cli, path)
    if ("kind" in source) broken.push(source)
    else sources.push(source)
  }
  if (broken.length > 0) return failWith(cli, broken, command, asJson)
  const read: Array<string> = []
  const loaded = loadStack({
    files: sources,
    workingDir: first === "-" && files.length === 1 ? cli.cwd : dirname(resolve(cli.cwd, first)),
    env: Object.fromEntries(
      Object.entries(cli.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    readFile: (path) => {
      read.push(path)
      return readFile(path)
    },
    skipInterpolation: options.skipInterpolation ?? false,
  })
  if (Result.isFailure(loaded)) return failWith(cli, loaded.failure, command, asJson)
  warn(cli, loaded.success.warnings)
  sayRead(cli, files, [...new Set(read)])
  return loaded.success
}

/** `.env`, profiles, include and the rest: as `docker compose` reads files, then as a stack. */
async function loadBySpec(cli: Cli, options: LoadOptions): Promise<LoadedStack> {
  const { readProject } = await import("../compose/project.ts")
  const choice = {
    envFiles: options.envFiles ?? [],
    files: options.files,
    profiles: options.profiles ?? [],
    directory: "",
    name: "",
  }
  const loaded = await readProject(cli, choice, { interpolate: options.skipInterpolation !== true, allResources: true })
  if (Result.isFailure(loaded)) return failWith(cli, loaded.failure, options.command, options.asJson ?? false)
  return stackOf(loaded.success)
}

async function readSource(cli: Cli, path: string): Promise<SourceFile | ComposeError> {
  const content = path === "-" ? Result.succeed(await cli.stdin(stdinMax)) : readFile(resolve(cli.cwd, path), path)
  if (Result.isFailure(content)) throw new CliError(content.failure)
  const decoded = decodeText(content.success)
  if ("text" in decoded) return { path, text: decoded.text }
  const { at, line, message } = decoded
  return { kind: "yaml", message, place: { file: path, line: at.line, column: at.column, source: line } }
}

/** A little more than any compose file may have, so that more is noticed. */
const stdinMax = 17 * 1024 * 1024

import { existsSync, statSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import * as Result from "effect/Result"
import {
  type ComposeError,
  decodeText,
  dotEnvOver,
  type LoadedProject,
  loadProject,
  type ProjectInput,
  type SourceFile,
} from "../../compose/index.ts"
import { list, text } from "../args/flag.ts"
import type { Cli } from "../cli.ts"
import { CliError } from "../errors.ts"
import { discover } from "./discover.ts"
import { readFile } from "./read.ts"
import { sayRead, warn } from "./report.ts"

/** Options that say which project is meant; docker takes them before the subcommand, and so do we. */
export const projectFlags = {
  "env-file": list("Specify an alternate environment file"),
  file: list("Compose configuration files", { short: "f" }),
  profile: list("Specify a profile to enable"),
  "project-directory": text(
    "Specify an alternate working directory\n(default: the path of the, first specified, Compose file)",
  ),
  "project-name": text("Project name", { short: "p" }),
} as const

export interface ProjectChoice {
  readonly envFiles: ReadonlyArray<string>
  readonly files: ReadonlyArray<string>
  readonly profiles: ReadonlyArray<string>
  readonly directory: string
  readonly name: string
}

export type LoadChoices = Pick<ProjectInput, "interpolate" | "allResources" | "resolveEnvironment">

type Environment = Readonly<Record<string, string>>

const processEnvironment = (cli: Cli): Environment =>
  Object.fromEntries(Object.entries(cli.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

const fail = (message: string): never => {
  throw new CliError(message)
}

const readText = (path: string, shown: string): string => {
  const read = readFile(path, shown)
  if (Result.isFailure(read)) return fail(read.failure)
  const decoded = decodeText(read.success)
  return "text" in decoded ? decoded.text : fail(`${shown}:${decoded.at.line}:${decoded.at.column}: ${decoded.message}`)
}

/** The environment files in use: those that were named, or the project's own `.env`. */
const envFilesOf = (
  cli: Cli,
  given: ReadonlyArray<string>,
  directory: string,
  env: Environment,
): ReadonlyArray<string> => {
  const named = given.length > 0 ? given : (env.COMPOSE_ENV_FILES ?? "").split(",").filter((path) => path !== "")
  if (named.length > 0) {
    return named.map((path) => {
      const absolute = resolve(cli.cwd, path)
      if (!existsSync(absolute)) fail(`couldn't find env file: ${absolute}`)
      if (statSync(absolute).isDirectory()) fail(`${absolute} is a directory`)
      return absolute
    })
  }
  if (/^(1|t|true)$/i.test(env.COMPOSE_DISABLE_ENV_FILE ?? "")) return []
  const own = join(directory, ".env")
  return existsSync(own) && !statSync(own).isDirectory() ? [own] : []
}

const environmentOf = (env: Environment, files: ReadonlyArray<string>): Environment =>
  dotEnvOver(
    env,
    files.map((path) => ({ path, text: readText(path, path) })),
    fail,
  )

const sourceOf = async (cli: Cli, path: string): Promise<SourceFile> => {
  const shown = path === "-" ? path : relative(cli.cwd, path).startsWith("..") ? path : relative(cli.cwd, path)
  if (path !== "-") return { path: shown, text: readText(path, path) }
  const decoded = decodeText(await cli.stdin(stdinMax))
  return "text" in decoded ? { path, text: decoded.text } : fail(`-:${decoded.at.line}: ${decoded.message}`)
}

/** A little more than any compose file may have, so that more is noticed. */
export const stdinMax = 17 * 1024 * 1024

const profilesOf = (given: ReadonlyArray<string>, env: Environment): ReadonlyArray<string> =>
  given.length > 0 ? given : (env.COMPOSE_PROFILES ?? "").split(",").map((name) => name.trim())

/** Finds, reads and loads a project, and says on stderr what was read. */
export async function readProject(
  cli: Cli,
  choice: ProjectChoice,
  choices: LoadChoices,
): Promise<Result.Result<LoadedProject, ReadonlyArray<ComposeError>>> {
  const outer = processEnvironment(cli)
  // .env may itself say which files the project has, but only the one of the folder that is looked at first.
  const early = choice.directory === "" ? cli.cwd : resolve(cli.cwd, choice.directory)
  const first = environmentOf(outer, envFilesOf(cli, choice.envFiles, early, outer))
  const { paths, warnings } = discover(cli, choice.files, choice.directory, first)
  if (paths.length === 0) fail("no configuration file provided: not found")
  const named = paths.find((path) => path !== "-")
  const directory = choice.directory !== "" ? early : named === undefined ? cli.cwd : dirname(named)
  const envFiles = envFilesOf(cli, choice.envFiles, directory, outer)
  const env = environmentOf(outer, envFiles)
  const files: Array<SourceFile> = []
  for (const path of paths) files.push(await sourceOf(cli, path))
  warn(cli, warnings)
  const loaded = loadProject({
    files,
    paths,
    directory,
    env,
    readFile,
    name: choice.name !== "" ? choice.name : (env.COMPOSE_PROJECT_NAME ?? ""),
    profiles: profilesOf(choice.profiles, env),
    ...choices,
  })
  if (Result.isSuccess(loaded)) {
    warn(cli, loaded.success.warnings)
    sayRead(
      cli,
      [...files.map((file) => file.path), ...loaded.success.read.filter((path) => !isEnvFile(path))],
      [...envFiles, ...loaded.success.read.filter(isEnvFile)].map((path) => shorter(cli, path)),
    )
  }
  return loaded
}

const isEnvFile = (path: string): boolean => !/\.ya?ml$/.test(path)
const shorter = (cli: Cli, path: string): string => {
  const short = relative(cli.cwd, path)
  return short.startsWith("..") ? path : short
}

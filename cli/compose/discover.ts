import { existsSync, statSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import type { Cli } from "../cli.ts"

/** In the order of preference. */
const names = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"]
const overrides = [
  "compose.override.yml",
  "compose.override.yaml",
  "docker-compose.override.yml",
  "docker-compose.override.yaml",
]

const isFile = (path: string): boolean => existsSync(path) && !statSync(path).isDirectory()

const found = (candidates: ReadonlyArray<string>, directory: string): ReadonlyArray<string> =>
  candidates.map((name) => join(directory, name)).filter(isFile)

export interface Discovered {
  /** absolute, or "-" */
  readonly paths: ReadonlyArray<string>
  readonly warnings: ReadonlyArray<string>
}

const several = (kind: string, paths: ReadonlyArray<string>): ReadonlyArray<string> =>
  paths.length < 2
    ? []
    : [`Found multiple ${kind} files with supported names: ${paths.join(", ")}`, `Using ${paths[0]}`]

/** The first folder from here upwards that has a compose file, and its override file. */
const searchUpwards = (start: string): Discovered => {
  for (let directory = start; ; directory = dirname(directory)) {
    const candidates = found(names, directory)
    const [winner] = candidates
    if (winner !== undefined) {
      const over = found(overrides, directory)
      return {
        paths: [winner, ...over.slice(0, 1)],
        warnings: [...several("config", candidates), ...several("override", over)],
      }
    }
    if (dirname(directory) === directory) return { paths: [], warnings: [] }
  }
}

/** The files of a project: those that were named, those of COMPOSE_FILE, or those that are found. */
export const discover = (
  cli: Cli,
  given: ReadonlyArray<string>,
  projectDirectory: string,
  env: Readonly<Record<string, string>>,
): Discovered => {
  const absolute = (path: string): string => (path === "-" ? path : resolve(cli.cwd, path))
  if (given.length > 0) return { paths: given.map(absolute), warnings: [] }
  const listed = env.COMPOSE_FILE
  if (listed !== undefined && listed !== "") {
    return { paths: listed.split(env.COMPOSE_PATH_SEPARATOR || ":").map(absolute), warnings: [] }
  }
  return searchUpwards(projectDirectory === "" ? cli.cwd : resolve(cli.cwd, projectDirectory))
}

import { readFileSync } from "node:fs"
import { CliError, messageOf } from "../../errors.ts"
import { cut } from "./key-value.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** The variables of --env-file and --env in order; a name alone takes its value from the environment, the last of a name counts. */
export function gatherEnv(
  files: ReadonlyArray<string>,
  given: ReadonlyArray<string>,
  environment: Environment,
): ReadonlyArray<string> {
  const variables = new Map<string, string>()
  const add = (text: string) => {
    const [name] = cut(text)
    variables.delete(name)
    variables.set(name, text)
  }
  for (const file of files) for (const line of readEnvFile(file, environment)) add(line)
  for (const text of given) add(withValue(text, environment))
  return [...variables.values()]
}

/** `NAME` as `NAME=value` when the environment has it. */
export function withValue(text: string, environment: Environment): string {
  if (text.includes("=")) return text
  const value = environment[text]
  return value === undefined ? text : `${text}=${value}`
}

function readEnvFile(file: string, environment: Environment): ReadonlyArray<string> {
  return readLines(file)
    .map((line) => line.trimStart())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => {
      const [name] = cut(line)
      if (/\s/.test(name)) throw new CliError(`invalid env file (${file}): variable '${name}' contains whitespaces`)
      if (name === "") throw new CliError(`invalid env file (${file}): no variable name on line '${line}'`)
      return line.includes("=") ? [line] : environment[line] === undefined ? [] : [withValue(line, environment)]
    })
}

function readLines(file: string): ReadonlyArray<string> {
  try {
    return readFileSync(file, "utf8")
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/)
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new CliError(`open ${file}: no such file or directory`)
    }
    throw new CliError(`open ${file}: ${messageOf(error)}`)
  }
}

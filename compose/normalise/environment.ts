import * as Result from "effect/Result"
import type { OptionalTexts } from "../config.ts"
import { absolutePath } from "../go/path.ts"
import type { Lookup } from "../interpolate/lookup.ts"
import { type Cursor, fail } from "./decoder.ts"

type Variable = readonly [name: string, value: string | null]

/** One line of an env_file: raw to its end; quotes, blanks at the end, # and $ mean nothing. */
const variableOf = (line: string, lookup: Lookup): ReadonlyArray<Variable> | { readonly error: string } => {
  const trimmed = line.replace(/^[\s\u0085]+/u, "")
  if (trimmed === "" || trimmed.startsWith("#")) return []
  const cut = trimmed.indexOf("=")
  const name = cut < 0 ? trimmed : trimmed.slice(0, cut)
  if (/\s/.test(name)) return { error: `variable '${name}' contains whitespaces` }
  if (name === "") return { error: `no variable name on line '${trimmed}'` }
  if (cut >= 0) return [[name, trimmed.slice(cut + 1)]]
  const own = lookup(name)
  return own === undefined ? [] : [[name, own]]
}

const parseEnvFile = (text: string, lookup: Lookup): ReadonlyArray<Variable> | { readonly error: string } => {
  const variables: Array<Variable> = []
  for (const line of text.replace(/^\ufeff/, "").split("\n")) {
    const found = variableOf(line.replace(/\r$/, ""), lookup)
    if ("error" in found) return found
    variables.push(...found)
  }
  return variables
}

const readEnvFile = (cursor: Cursor, file: string): ReadonlyArray<Variable> => {
  const path = absolutePath(cursor.load.workingDir, file)
  const read = cursor.load.readFile(path)
  if (Result.isFailure(read)) {
    fail(
      cursor,
      "file",
      read.failure.startsWith("read ") ? `invalid env file (${path}): ${read.failure}` : read.failure,
    )
    return []
  }
  let text: string
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(read.success)
  } catch {
    fail(cursor, "file", `invalid env file (${path}): env file ${path} contains invalid utf8 bytes`)
    return []
  }
  const parsed = parseEnvFile(text, cursor.load.lookup)
  if (!("error" in parsed)) return parsed
  fail(cursor, "file", `invalid env file (${path}): ${parsed.error}`)
  return []
}

/**
 * The variables of a service: env_files in order, then `environment` over them. Wherever the value is empty or missing
 * and the command's own environment has the name, that value is taken, even over an explicit `A=`.
 */
export const resolveEnvironment = (
  cursor: Cursor,
  given: OptionalTexts | undefined,
  envFiles: ReadonlyArray<string> | undefined,
): OptionalTexts | undefined => {
  const { lookup } = cursor.load
  const resolved = new Map<string, string | null>()
  const take = ([name, value]: Variable): void => {
    const own = value === null || value === "" ? lookup(name) : undefined
    resolved.set(name, own ?? value)
  }
  for (const file of envFiles ?? []) for (const variable of readEnvFile(cursor, file)) take(variable)
  for (const variable of given ?? []) take(variable)
  return resolved.size === 0 ? undefined : resolved
}

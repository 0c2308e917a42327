import * as Result from "effect/Result"
import type { StackConfig } from "./config.ts"
import type { Document } from "./document.ts"
import type { ComposeError } from "./errors.ts"
import { type Environment, lookupIn } from "./interpolate/lookup.ts"
import { interpolate } from "./interpolate.ts"
import { merge } from "./merge.ts"
import type { LoadContext } from "./normalise/decoder.ts"
import { normalise } from "./normalise.ts"
import { parse, type SourceFile } from "./parse.ts"
import { forbiddenProperties, type Ignored, ignoredProperties } from "./properties.ts"
import { validate } from "./validate.ts"
import { minorOf, versionMismatch } from "./version.ts"

/**
 * Contents of the file at an absolute path, or why not, in Go's words: `open /x: no such file or directory`,
 * `read /x: is a directory`, `open /x: permission denied`.
 */
export type ReadFile = (path: string) => Result.Result<Uint8Array, string>

export interface LoadInput {
  /** in the order of the command line, named as the user named them */
  readonly files: ReadonlyArray<SourceFile>
  /** absolute: the directory of the first file, or the current one when the only file is "-" */
  readonly workingDir: string
  readonly env: Environment
  readonly readFile: ReadFile
  /** `stack config --skip-interpolation` */
  readonly skipInterpolation?: boolean
}

export interface LoadedStack {
  readonly config: StackConfig
  /** the files as written, for telling where something stands */
  readonly documents: ReadonlyArray<Document>
  /** what Docker logs while loading (`level=warning`), in the order of the files */
  readonly warnings: ReadonlyArray<string>
  /** what deploy leaves out; `ignoredText` words it */
  readonly ignored: Ignored
}

type Errors = ReadonlyArray<ComposeError>

const nothingGiven: ComposeError = {
  kind: "file",
  message: "Specify a Compose file (with --compose-file)",
  place: { file: "-", line: 1, column: 1, source: "" },
}

const parseAll = (files: ReadonlyArray<SourceFile>): Result.Result<ReadonlyArray<Document>, Errors> => {
  const documents: Array<Document> = []
  const errors: Array<ComposeError> = []
  for (const file of files) {
    const parsed = parse(file)
    if (Result.isFailure(parsed)) errors.push(...parsed.failure)
    else documents.push(parsed.success)
  }
  return errors.length > 0 ? Result.fail(errors) : Result.succeed(documents)
}

/** Later checks go on where earlier ones failed, but what they say of a place that is known to be wrong is left out. */
const withNew = (known: Errors, found: Errors): Errors => {
  const places = new Set(known.map(({ place }) => `${place.line}:${place.column}`))
  const lines = new Set(known.map(({ place }) => place.line))
  const fresh = found.filter(({ place, kind }) =>
    kind === "schema" ? !lines.has(place.line) : !places.has(`${place.line}:${place.column}`),
  )
  return [...known, ...fresh]
}

/** One file on its own; the order of the checks decides which error comes first, and that is the one Docker shows. */
const loadDocument = (
  document: Document,
  first: Document,
  input: LoadInput,
  warnings: Array<string>,
): Result.Result<StackConfig, Errors> => {
  const mismatch = versionMismatch(first, document)
  if (mismatch !== undefined) return Result.fail([mismatch])
  const forbidden = forbiddenProperties(document)
  const lookup = lookupIn(input.env)
  const interpolated =
    input.skipInterpolation === true ? { document, errors: [] } : interpolate(document, lookup, "swarm")
  const minor = minorOf(document)
  if (Result.isFailure(minor)) return Result.fail([...withNew(forbidden, interpolated.errors), minor.failure])
  const invalid = withNew(
    withNew(forbidden, interpolated.errors),
    validate(interpolated.document, minor.success).filter((error) => !isForbidden(error, forbidden)),
  )
  if (invalid.length > 0) return Result.fail(invalid)
  const { workingDir, readFile } = input
  const errors: Array<ComposeError> = []
  const load: LoadContext = { document: interpolated.document, workingDir, lookup, readFile, errors, warnings }
  const config = normalise(interpolated.document, minor.success, load)
  return errors.length > 0 ? Result.fail(errors) : Result.succeed(config)
}

/** A forbidden key is an unknown one, too: that need not be said again. */
const isForbidden = (error: ComposeError, forbidden: Errors): boolean =>
  forbidden.some(({ place }) => place.line === error.place.line && place.column === error.place.column)

/**
 * Compose files to one normalised stack. All files are parsed before any is looked at; then each must be valid alone.
 * The first of several errors is the one that `docker stack` would show.
 */
export const loadStack = (input: LoadInput): Result.Result<LoadedStack, Errors> => {
  const parsed = parseAll(input.files)
  if (Result.isFailure(parsed)) return Result.fail(parsed.failure)
  const documents = parsed.success
  const [first] = documents
  if (first === undefined) return Result.fail([nothingGiven])
  const warnings: Array<string> = []
  const errors: Array<ComposeError> = []
  let config: StackConfig | undefined
  for (const document of documents) {
    const loaded = loadDocument(document, first, input, warnings)
    if (Result.isFailure(loaded)) errors.push(...loaded.failure)
    else config = config === undefined ? loaded.success : merge(config, loaded.success)
  }
  if (errors.length > 0) return Result.fail(errors)
  if (config === undefined) return Result.fail([nothingGiven])
  return Result.succeed({ config, documents, warnings, ignored: ignoredProperties(documents) })
}

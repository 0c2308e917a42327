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
  for (const file of files) {
    const parsed = parse(file)
    if (Result.isFailure(parsed)) return Result.fail(parsed.failure)
    documents.push(parsed.success)
  }
  return Result.succeed(documents)
}

/** One file on its own; the order of the checks decides which error is seen. */
const loadDocument = (
  document: Document,
  first: Document,
  input: LoadInput,
  warnings: Array<string>,
): Result.Result<StackConfig, Errors> => {
  const mismatch = versionMismatch(first, document)
  if (mismatch !== undefined) return Result.fail([mismatch])
  const forbidden = forbiddenProperties(document)
  if (forbidden.length > 0) return Result.fail(forbidden)
  const interpolated =
    input.skipInterpolation === true ? { document, errors: [] } : interpolate(document, lookupIn(input.env), "swarm")
  if (interpolated.errors.length > 0) return Result.fail(interpolated.errors)
  const minor = minorOf(document)
  if (Result.isFailure(minor)) return Result.fail([minor.failure])
  const invalid = validate(interpolated.document, minor.success)
  if (invalid.length > 0) return Result.fail(invalid)
  const { workingDir, readFile } = input
  const errors: Array<ComposeError> = []
  const load: LoadContext = {
    document: interpolated.document,
    workingDir,
    lookup: lookupIn(input.env),
    readFile,
    errors,
    warnings,
  }
  const config = normalise(interpolated.document, minor.success, load)
  return errors.length > 0 ? Result.fail(errors) : Result.succeed(config)
}

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
  let config: StackConfig | undefined
  for (const document of documents) {
    const loaded = loadDocument(document, first, input, warnings)
    if (Result.isFailure(loaded)) return Result.fail(loaded.failure)
    config = config === undefined ? loaded.success : merge(config, loaded.success)
  }
  if (config === undefined) return Result.fail([nothingGiven])
  return Result.succeed({ config, documents, warnings, ignored: ignoredProperties(documents) })
}

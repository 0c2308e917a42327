import * as Result from "effect/Result"
import { Composer, LineCounter, Parser } from "yaml"
import type { Document, Node } from "./document.ts"
import { placeAt } from "./document.ts"
import type { ComposeError, Position } from "./errors.ts"
import { syntaxText } from "./parse/syntax.ts"
import { buildTree } from "./parse/tree.ts"

/** One file as the user named it ("-" for stdin). */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** More than this is no compose file; refusing it early bounds every later step. */
const textLengthMax = 16 * 1024 * 1024

const options = {
  schema: "failsafe",
  resolveKnownTags: false,
  uniqueKeys: false,
  merge: false,
  logLevel: "silent",
} as const

const firstDocument = (text: string, lines: LineCounter) => {
  // Only the first document counts: what follows is not even read.
  for (const document of new Composer(options).compose(new Parser(lines.addNewLine).parse(text), true, text.length))
    return document
  return undefined
}

const asError = (file: SourceFile, lines: ReadonlyArray<string>, message: string, at: Position): ComposeError => ({
  kind: "yaml",
  message,
  place: placeAt({ file: file.path, lines }, at),
})

/** Text to tree, reading scalars as Docker's YAML library does. Every error has Docker's words where they are known. */
export const parse = (file: SourceFile): Result.Result<Document, ReadonlyArray<ComposeError>> => {
  const text = file.text.startsWith("\ufeff") ? file.text.slice(1) : file.text
  const lines = text.split(/\r\n|\n|\r/)
  const fail = (message: string, at: Position) => Result.fail([asError(file, lines, message, at)])
  if (text.length > textLengthMax) return fail("yaml: document is too long", { line: 1, column: 1 })
  const counter = new LineCounter()
  const positionOf = (offset: number): Position => {
    const { line, col } = counter.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const document = firstDocument(text, counter)
  const syntax = document?.errors[0]
  if (syntax !== undefined) {
    const at = positionOf(syntax.pos[0])
    return fail(`yaml: line ${at.line}: ${syntaxText(syntax.code, syntax.message)}`, at)
  }
  const built = buildTree(document?.contents ?? null, positionOf)
  if (Result.isFailure(built)) {
    const first = built.failure[0]
    return fail(first.message, first.at)
  }
  return rootOf(built.success, file, lines)
}

const rootOf = (
  node: Node,
  file: SourceFile,
  lines: ReadonlyArray<string>,
): Result.Result<Document, ReadonlyArray<ComposeError>> =>
  node.kind === "mapping"
    ? Result.succeed({ file: file.path, lines, root: node })
    : Result.fail([asError(file, lines, "top-level object must be a mapping", node.at)])

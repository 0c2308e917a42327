import * as Result from "effect/Result"
import type { Document, Node } from "./document.ts"
import { placeAt } from "./document.ts"
import type { ComposeError, Position } from "./errors.ts"
import { YamlFailure } from "./parse/failure.ts"
import { documentsOf, type YamlNode } from "./parse/grammar.ts"
import { buildTree } from "./parse/tree.ts"

/** One file as the user named it ("-" for stdin). */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** More than this is no compose file; refusing it early bounds every later step. */
export const textLengthMax = 16 * 1024 * 1024

/** What Docker's YAML library refuses to read at all, wherever it stands. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones it is about
const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/

/** What is missing at the end of the text is missing at the end of its last line. */
const withinText = (lines: ReadonlyArray<string>, at: Position): Position =>
  at.line <= lines.length ? at : { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }

const asError = (file: SourceFile, lines: ReadonlyArray<string>, message: string, at: Position): ComposeError => ({
  kind: "yaml",
  message,
  place: placeAt({ file: file.path, lines }, withinText(lines, at)),
})

const positionAt = (text: string, index: number): Position => {
  const before = text.slice(0, index).split(/\r\n|\n|\r/)
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

const emptyDocument: YamlNode = { kind: "scalar", at: { line: 1, column: 1 }, value: "", plain: true }

const treesOf = (
  text: string,
  first: boolean,
): ReadonlyArray<Result.Result<Node, readonly [{ message: string; at: Position }]>> => {
  const trees = []
  for (const node of documentsOf(text)) {
    trees.push(buildTree(node))
    if (first) break
  }
  return trees.length === 0 ? [buildTree(emptyDocument)] : trees
}

/**
 * Text to trees, one for each document, reading scalars as Docker's YAML library does. Every error has Docker's words. With `first` only
 * the first document counts, and what follows is not even read: that is how stack files are taken.
 */
export const parseDocuments = (
  file: SourceFile,
  first: boolean,
): Result.Result<ReadonlyArray<Document>, ReadonlyArray<ComposeError>> => {
  const text = file.text.startsWith("\ufeff") ? file.text.slice(1) : file.text
  if (text.length > textLengthMax) {
    const place = { file: file.path, line: 1, column: 1, source: "" }
    return Result.fail([
      { kind: "yaml", message: `yaml: document is longer than ${textLengthMax / 1024 / 1024} MiB`, place },
    ])
  }
  const lines = text.split(/\r\n|\n|\r/)
  const fail = (message: string, at: Position) => Result.fail([asError(file, lines, message, at)])
  const refused = control.exec(text)
  if (refused !== null) {
    return fail("yaml: control characters are not allowed", positionAt(text, refused.index))
  }
  try {
    const documents: Array<Document> = []
    for (const tree of treesOf(text, first)) {
      if (Result.isFailure(tree)) return fail(tree.failure[0].message, tree.failure[0].at)
      const root = rootOf(tree.success, file, lines)
      if (Result.isFailure(root)) return Result.fail(root.failure)
      documents.push(root.success)
    }
    return Result.succeed(documents)
  } catch (error) {
    if (error instanceof YamlFailure) return fail(error.message, error.at)
    throw error
  }
}

/** The first document of a file. */
export const parse = (file: SourceFile): Result.Result<Document, ReadonlyArray<ComposeError>> =>
  Result.map(parseDocuments(file, true), ([document]) => {
    if (document === undefined) throw new Error("a text has at least one document")
    return document
  })

const rootOf = (
  node: Node,
  file: SourceFile,
  lines: ReadonlyArray<string>,
): Result.Result<Document, ReadonlyArray<ComposeError>> =>
  node.kind === "mapping"
    ? Result.succeed({ file: file.path, lines, root: node })
    : Result.fail([asError(file, lines, "top-level object must be a mapping", node.at)])

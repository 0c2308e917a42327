import { dirname } from "node:path"
import * as Result from "effect/Result"
import type { Document, MappingNode, Node } from "../document.ts"
import { isNull } from "../document.ts"
import { absolutePath } from "../go/path.ts"
import type { Environment } from "../interpolate/lookup.ts"
import { lookupIn } from "../interpolate/lookup.ts"
import { interpolate } from "../interpolate.ts"
import type { ReadFile } from "../load.ts"
import { parseDocuments, type SourceFile } from "../parse.ts"
import { goText } from "../scalar-text.ts"
import { validate } from "../validate.ts"
import { canonical, type Notes } from "./canonical.ts"
import { checkValues } from "./check.ts"
import { withDefaults } from "./defaults.ts"
import { parseDotEnv } from "./dotenv.ts"
import { applyExtends, servicesIn } from "./extends.ts"
import { type MergeError, mergeMappings, mergeNodes } from "./merge.ts"
import { child, fieldsOf, has, itemsOf, located, mappingNode, textOf, withField, withoutField } from "./nodes.ts"
import { resolvePaths } from "./paths.ts"
import { takeTags, withoutReplaced } from "./reset.ts"
import { errorAt, Stop, stopAt } from "./stop.ts"
import { unique } from "./unique.ts"

/** What reading needs of the world, and what it tells of what it did. */
export interface Reading {
  readonly readFile: ReadFile
  readonly home: string | undefined
  readonly interpolate: boolean
  readonly warnings: Array<string>
  /** every further file that was read, in order: included and extended ones, environment files */
  readonly read: Array<string>
}

interface Scope {
  /** absolute: where relative paths of these files begin */
  readonly directory: string
  readonly env: Environment
  /** absolute paths of the files that are being read, the outermost first */
  readonly open: ReadonlyArray<string>
}

const emptyAt = (file: string): MappingNode => mappingNode({ line: 1, column: 1, source: { file, lines: [] } })

const fileDepthMax = 50

const readText = (path: string, reading: Reading, at: Node): SourceFile => {
  const read = reading.readFile(path)
  if (Result.isFailure(read)) throw stopAt("file", read.failure, at)
  reading.read.push(path)
  return { path, text: new TextDecoder().decode(read.success) }
}

const documentsOf = (file: SourceFile, scope: Scope, reading: Reading): ReadonlyArray<Document> => {
  const parsed = parseDocuments(file, false)
  if (Result.isFailure(parsed)) throw new Stop(parsed.failure)
  return parsed.success.map((document) => {
    const here = located(document)
    if (!reading.interpolate) return here
    const interpolated = interpolate(here, lookupIn(scope.env), "spec")
    if (interpolated.errors.length > 0) throw new Stop(interpolated.errors)
    for (const warning of interpolated.warnings) if (!reading.warnings.includes(warning)) reading.warnings.push(warning)
    return interpolated.document
  })
}

const stopOnNotes = (notes: Notes): void => {
  if (notes.errors.length > 0) {
    throw new Stop(notes.errors.map(({ message, node }) => errorAt("decode", message, node.at)))
  }
}

const stopOnMerge = (errors: ReadonlyArray<MergeError>): void => {
  if (errors.length > 0) throw new Stop(errors.map(({ message, node }) => errorAt("merge", message, node.at)))
}

const asMapping = (node: Node, before: MappingNode): MappingNode => (node.kind === "mapping" ? node : before)

const canonicalised = (root: MappingNode, reading: Reading): MappingNode => {
  const notes: Notes = { errors: [], warnings: reading.warnings }
  const changed = canonical(root, notes)
  stopOnNotes(notes)
  // Written out, entries may turn out to be the same: a range of ports and one of them.
  return asMapping(unique(changed), changed)
}

/** The services of a file that is only extended: paths absolute, but neither checked nor completed. */
const openForeign = (path: string, name: string, at: Node, scope: Scope, reading: Reading) => {
  const absolute = absolutePath(scope.directory, path)
  if (scope.open.length > fileDepthMax)
    throw stopAt("extends", `more than ${fileDepthMax} files extend one another`, at)
  const file = readText(absolute, reading, at)
  let root = emptyAt(absolute)
  const errors: Array<MergeError> = []
  for (const document of documentsOf(file, scope, reading)) {
    const tagged = takeTags(document.root)
    const before = asMapping(withoutReplaced(root, tagged.replaced), root)
    root = canonicalised(mergeMappings(before, tagged.root, "", errors), reading)
  }
  stopOnMerge(errors)
  const notes: Notes = { errors: [], warnings: reading.warnings }
  const directory = dirname(absolute)
  const resolved = resolvePaths(root, { directory, home: reading.home }, notes)
  stopOnNotes(notes)
  return { file: path, services: servicesIn(resolved, absolute, name, at) }
}

interface Include {
  readonly paths: ReadonlyArray<string>
  readonly directory: string | undefined
  readonly envFiles: ReadonlyArray<string>
}

const textsOf = (node: Node | undefined): ReadonlyArray<string> =>
  node === undefined ? [] : node.kind === "sequence" ? node.items.map(goText) : [goText(node)]

const includeOf = (node: Node): Include => {
  const path = textOf(node)
  if (path !== undefined) return { paths: [path], directory: undefined, envFiles: [] }
  return {
    paths: textsOf(child(node, "path")),
    directory: textOf(child(node, "project_directory")),
    envFiles: textsOf(child(node, "env_file")),
  }
}

/** Variables of files, under those of the environment: the environment wins, then the later file. */
export const withEnvFiles = (
  env: Environment,
  files: ReadonlyArray<SourceFile>,
  fail: (message: string) => Error,
): Environment => {
  let found: ReadonlyMap<string, string> = new Map()
  for (const file of files) {
    const parsed = parseDotEnv(file.text, lookupIn(env), found)
    if ("error" in parsed) throw fail(`failed to read ${file.path}: ${parsed.error}`)
    found = parsed.variables
  }
  return { ...Object.fromEntries(found), ...env }
}

const includedEnvironment = (
  given: Include,
  directory: string,
  at: Node,
  scope: Scope,
  reading: Reading,
): Environment => {
  const files =
    given.envFiles.length > 0
      ? given.envFiles.filter((path) => path !== "/dev/null").map((path) => absolutePath(scope.directory, path))
      : [absolutePath(directory, ".env")]
  const texts = files.flatMap((path) => {
    const read = reading.readFile(path)
    if (Result.isFailure(read)) {
      if (given.envFiles.length === 0) return []
      throw stopAt("include", read.failure, at)
    }
    reading.read.push(path)
    return [{ path, text: new TextDecoder().decode(read.success) }]
  })
  return withEnvFiles(scope.env, texts, (message) => stopAt("include", message, at))
}

const sections = ["services", "volumes", "networks", "secrets", "configs", "models"]

/** Joins what another project has; where both name a thing, what the including file says comes on top. */
const importInto = (root: MappingNode, included: MappingNode, replaced: ReadonlySet<string>): MappingNode => {
  const errors: Array<MergeError> = []
  let joined = root
  for (const section of sections) {
    const from = child(included, section)
    if (from?.kind !== "mapping") continue
    const to = child(joined, section)
    let all = to?.kind === "mapping" ? to : mappingNode(from.at)
    for (const [name, { node }] of from.fields) {
      const own = child(all, name)
      const path = `${section}.${name}`
      const theirs = withoutReplaced(
        mappingNode(node.at, new Map([[name, { keyAt: node.at, node }]])),
        new Set(
          [...replaced].filter((one) => one.startsWith(`${section}.`)).map((one) => one.slice(section.length + 1)),
        ),
      )
      const base = child(theirs, name) ?? node
      all = withField(all, name, own === undefined ? node : mergeNodes(base, own, path, errors))
    }
    joined = withField(joined, section, all)
  }
  stopOnMerge(errors)
  return joined
}

const applyIncludes = (
  root: MappingNode,
  replaced: ReadonlySet<string>,
  scope: Scope,
  reading: Reading,
): MappingNode => {
  const list = child(root, "include")
  if (list === undefined) return root
  if (list.kind !== "sequence" && !isNull(list)) {
    throw stopAt("include", `\`include\` must be a list, got ${goText(list)}`, list)
  }
  let joined = withoutField(root, "include")
  for (const node of itemsOf(list)) {
    const given = includeOf(node)
    const paths = given.paths.map((path) => absolutePath(scope.directory, path))
    const [main] = paths
    if (main === undefined) continue
    if (scope.open.includes(main)) {
      const [outermost, ...others] = [...scope.open, main]
      throw stopAt("include", `include cycle detected:\n${outermost}\n include ${others.join("\n include ")}`, node)
    }
    const directory = given.directory === undefined ? dirname(main) : absolutePath(scope.directory, given.directory)
    const env = includedEnvironment(given, directory, node, scope, reading)
    const files = paths.map((path) => readText(path, reading, node))
    const included = readModel(files, { directory, env, open: [...scope.open, main] }, reading)
    joined = importInto(joined, included, replaced)
  }
  return joined
}

const validated = (root: MappingNode, document: Document, reading: Reading): MappingNode => {
  const invalid = validate({ ...document, root }, "spec")
  if (invalid.length > 0) {
    throw new Stop(invalid.map((error) => ({ ...error, message: `validating ${document.file}: ${error.message}` })))
  }
  if (!has(root, "version")) return root
  reading.warnings.push(
    `${document.file}: the attribute \`version\` is obsolete, it will be ignored, please remove it to avoid potential confusion`,
  )
  return withoutField(root, "version")
}

/**
 * Files to one canonical tree with absolute paths: each is interpolated, joined with what it includes and extends, put on top of those
 * before it, and the whole is checked each time.
 */
export const readModel = (files: ReadonlyArray<SourceFile>, scope: Scope, reading: Reading): MappingNode => {
  const [first] = files
  let root = emptyAt(first?.path ?? "-")
  for (const file of files) {
    for (const document of documentsOf(file, scope, reading)) {
      const { root: own, replaced } = takeTags(document.root)
      const errors: Array<MergeError> = []
      const complete = applyIncludes(own, replaced, scope, reading)
      const before = asMapping(withoutReplaced(root, replaced), root)
      const extended = applyExtends(complete, {
        file: file.path,
        replaced,
        open: (path, at, name) => openForeign(path, name, at, scope, reading),
      })
      const merged = mergeMappings(before, extended, "", errors)
      stopOnMerge(errors)
      root = canonicalised(validated(asMapping(unique(merged), merged), document, reading), reading)
    }
  }
  const complete = withDefaults(root)
  const invalid = checkValues(complete)
  if (invalid.length > 0) throw new Stop(invalid)
  const notes: Notes = { errors: [], warnings: reading.warnings }
  const resolved = resolvePaths(complete, { directory: scope.directory, home: reading.home }, notes)
  stopOnNotes(notes)
  return resolved
}

export const nameIn = (documents: ReadonlyArray<Document>): string | undefined =>
  documents
    .map((document) => textOf(fieldsOf(document.root).get("name")?.node))
    .findLast((name) => name !== undefined && name !== "")

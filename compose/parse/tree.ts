import * as Result from "effect/Result"
import type { Field, Node, Tag } from "../document.ts"
import type { Position } from "../errors.ts"
import { quote } from "../go/quote.ts"
import { goText } from "../scalar-text.ts"
import type { YamlAlias, YamlMapping, YamlNode, YamlScalar } from "./grammar.ts"
import { plainScalar, taggedScalar } from "./scalar.ts"

export interface TreeError {
  readonly message: string
  readonly at: Position
}

/** Aliases within aliases may nest deeper than the text: refused, so that no later step can run out of stack. */
const depthMax = 500
/** More nodes than this make no compose file, whether they are written out or come from aliases. */
const nodesMax = 2_000_000

interface State {
  readonly open: Set<YamlNode>
  /** yaml.v3 collects what it cannot decode and goes on */
  readonly unmarshal: Array<TreeError>
  fatal: TreeError | undefined
  decoded: number
  aliased: number
  aliasDepth: number
  depth: number
}

/** Turns the parser's nodes into our tree: aliases and `<<` resolved, scalars typed, duplicates refused. */
export const buildTree = (contents: YamlNode): Result.Result<Node, readonly [TreeError]> => {
  const state: State = {
    open: new Set(),
    unmarshal: [],
    fatal: undefined,
    decoded: 0,
    aliased: 0,
    aliasDepth: 0,
    depth: 0,
  }
  const node = build(state, contents)
  if (state.fatal !== undefined) return Result.fail([state.fatal])
  const [first] = state.unmarshal
  if (first === undefined) return Result.succeed(node)
  const lines = state.unmarshal.map((error) => `  line ${error.at.line}: ${error.message}`)
  return Result.fail([{ message: `yaml: unmarshal errors:\n${lines.join("\n")}`, at: first.at }])
}

const nullAt = (position: Position): Node => ({ kind: "scalar", at: position, value: null })

const stop = (state: State, node: YamlNode, message: string): Node => {
  state.fatal ??= { message, at: node.at }
  return nullAt(node.at)
}

/** yaml.v3's guard against documents that grow by their aliases. */
const tooMuchAliasing = (state: State): boolean => {
  if (state.aliased <= 100 || state.decoded <= 1000) return false
  const span = Math.min(Math.max((state.decoded - 400_000) / 3_600_000, 0), 1)
  return state.aliased / state.decoded > 0.99 - 0.89 * span
}

const build = (state: State, node: YamlNode): Node => {
  if (state.fatal !== undefined) return nullAt(node.at)
  state.decoded++
  if (state.aliasDepth > 0) state.aliased++
  if (tooMuchAliasing(state)) return stop(state, node, "yaml: document contains excessive aliasing")
  if (state.decoded > nodesMax) return stop(state, node, `yaml: document has more than ${nodesMax} values`)
  if (state.depth > depthMax) return stop(state, node, "yaml: exceeded max depth of 500")
  if (node.kind === "alias") return buildAlias(state, node)
  if (node.kind === "scalar") return buildScalar(state, node)
  state.depth++
  state.open.add(node)
  const built: Node =
    node.kind === "mapping"
      ? buildMap(state, node)
      : { kind: "sequence", at: node.at, ...tagOf(node), items: node.items.map((item) => build(state, item)) }
  state.open.delete(node)
  state.depth--
  return built
}

/** The tags that mean something to a merge of files; others go unheeded on mappings and lists. */
const tagOf = (node: YamlNode): { readonly tag?: Tag } =>
  node.tag === "!reset" || node.tag === "!override" ? { tag: node.tag } : {}

const buildAlias = (state: State, alias: YamlAlias): Node => {
  if (state.open.has(alias.target)) return stop(state, alias, `yaml: anchor '${alias.name}' value contains itself`)
  state.aliasDepth++
  const node = build(state, alias.target)
  state.aliasDepth--
  return node
}

const buildScalar = (state: State, node: YamlScalar): Node => {
  if (node.tag !== undefined) {
    const tagged = taggedScalar(node.tag, node.value)
    if ("value" in tagged) return { kind: "scalar", at: node.at, ...tagOf(node), value: tagged.value }
    return stop(state, node, `yaml: ${tagged.error}`)
  }
  return { kind: "scalar", at: node.at, value: node.plain ? plainScalar(node.value) : node.value }
}

const isMergeKey = (key: YamlNode): boolean => key.kind === "scalar" && key.value === "<<" && key.plain

const keyText = (key: YamlNode): string | undefined => (key.kind === "scalar" ? key.value : undefined)

const refuseDuplicates = (state: State, pairs: YamlMapping["pairs"]): void => {
  const seen = new Map<string, Position>()
  for (const [key] of pairs) {
    const text = keyText(key)
    if (text === undefined) continue
    const first = seen.get(text)
    if (first === undefined) seen.set(text, key.at)
    else {
      const message = `mapping key ${quote(text)} already defined at line ${first.line}`
      state.unmarshal.push({ message, at: key.at })
    }
  }
}

const buildMap = (state: State, node: YamlMapping): Node => {
  refuseDuplicates(state, node.pairs)
  const fields = new Map<string, Field>()
  let merged: YamlNode | undefined
  let opaque = false
  for (const [key, value] of node.pairs) {
    if (isMergeKey(key)) {
      merged = value
      continue
    }
    const keyNode = build(state, key)
    if (keyNode.kind !== "scalar") stop(state, key, `yaml: invalid map key: ${goSyntax(keyNode)}`)
    const built = build(state, value)
    const isEmpty = value.kind === "scalar" && value.plain && value.value === ""
    const keyAt = key.at
    const valueNode = isEmpty ? nullAt(keyAt) : built
    if (keyNode.kind === "scalar" && typeof keyNode.value === "string") {
      if (!fields.has(keyNode.value)) fields.set(keyNode.value, { keyAt, node: valueNode })
    } else opaque = true
  }
  if (merged !== undefined) mergeInto(state, fields, merged)
  return opaque ? { kind: "opaque", at: node.at } : { kind: "mapping", at: node.at, ...tagOf(node), fields }
}

/** Go's way to write a value out, as far as it is needed to name a key that cannot be one. */
const goSyntax = (node: Node): string => {
  if (node.kind === "scalar") return typeof node.value === "string" ? quote(node.value) : goText(node)
  if (node.kind === "sequence") return `[]interface {}{${node.items.map(goSyntax).join(", ")}}`
  const fields = node.kind === "mapping" ? [...node.fields] : []
  return `map[string]interface {}{${fields.map(([key, field]) => `${quote(key)}:${goSyntax(field.node)}`).join(", ")}}`
}

/** `<<`: an alias, a mapping, or a list of them. Explicit keys win wherever they stand, in a list the first wins. */
const mergeInto = (state: State, fields: Map<string, Field>, source: YamlNode): void => {
  const built = build(state, source)
  for (const from of built.kind === "sequence" ? built.items : [built]) {
    if (from.kind !== "mapping") {
      stop(state, source, "yaml: map merge requires map or sequence of maps as the value")
      return
    }
    for (const [key, field] of from.fields) if (!fields.has(key)) fields.set(key, field)
  }
}

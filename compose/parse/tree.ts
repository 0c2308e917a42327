import * as Result from "effect/Result"
import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type YAMLMap, type Scalar as YamlScalar } from "yaml"
import type { Field, Node } from "../document.ts"
import type { Position } from "../errors.ts"
import { quote } from "../go/quote.ts"
import { plainScalar, taggedScalar } from "./scalar.ts"

export interface TreeError {
  readonly message: string
  readonly at: Position
}

type YamlNode = ParsedNode | null

/** Deeper nesting than this is refused, so that no later step can run out of stack. */
const depthMax = 500

interface State {
  readonly positionOf: (offset: number) => Position
  readonly anchors: Map<string, ParsedNode>
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
export const buildTree = (
  contents: YamlNode,
  positionOf: (offset: number) => Position,
): Result.Result<Node, readonly [TreeError]> => {
  const state: State = {
    positionOf,
    anchors: new Map(),
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

const at = (state: State, node: YamlNode): Position => state.positionOf(node?.range[0] ?? 0)
const nullAt = (position: Position): Node => ({ kind: "scalar", at: position, value: null })

const stop = (state: State, node: YamlNode, message: string): Node => {
  const position = at(state, node)
  state.fatal ??= { message, at: position }
  return nullAt(position)
}

/** yaml.v3's guard against documents that grow by their aliases. */
const tooMuchAliasing = (state: State): boolean => {
  if (state.aliased <= 100 || state.decoded <= 1000) return false
  const span = Math.min(Math.max((state.decoded - 400_000) / 3_600_000, 0), 1)
  return state.aliased / state.decoded > 0.99 - 0.89 * span
}

const build = (state: State, node: YamlNode): Node => {
  if (state.fatal !== undefined) return nullAt(at(state, node))
  state.decoded++
  if (state.aliasDepth > 0) state.aliased++
  if (tooMuchAliasing(state)) return stop(state, node, "yaml: document contains excessive aliasing")
  if (state.depth > depthMax) return stop(state, node, "yaml: exceeded max depth of 500")
  if (node === null) return nullAt(at(state, node))
  if (isAlias(node)) return buildAlias(state, node, node.source)
  if (node.anchor !== undefined && state.aliasDepth === 0) state.anchors.set(node.anchor, node)
  state.depth++
  state.open.add(node)
  const built = buildContent(state, node)
  state.open.delete(node)
  state.depth--
  return built
}

const buildContent = (state: State, node: ParsedNode): Node => {
  if (isScalar(node)) return buildScalar(state, node)
  if (isSeq(node)) {
    return { kind: "sequence", at: at(state, node), items: node.items.map((item) => build(state, item)) }
  }
  return isMap(node) ? buildMap(state, node) : nullAt(at(state, node))
}

const buildAlias = (state: State, alias: ParsedNode, name: string): Node => {
  const target = state.anchors.get(name)
  if (target === undefined) return stop(state, alias, `yaml: unknown anchor '${name}' referenced`)
  if (state.open.has(target)) return stop(state, alias, `yaml: anchor '${name}' value contains itself`)
  state.aliasDepth++
  const node = build(state, target)
  state.aliasDepth--
  return node
}

const buildScalar = (state: State, node: YamlScalar.Parsed): Node => {
  const position = at(state, node)
  const text = typeof node.value === "string" ? node.value : node.source
  if (node.tag !== undefined) {
    const tagged = taggedScalar(node.tag, text)
    if ("value" in tagged) return { kind: "scalar", at: position, value: tagged.value }
    return stop(state, node, `yaml: ${tagged.error}`)
  }
  return { kind: "scalar", at: position, value: node.type === "PLAIN" ? plainScalar(text) : text }
}

type Pair = YAMLMap.Parsed["items"][number]

const isMergeKey = (key: YamlNode): boolean =>
  isScalar(key) && key.value === "<<" && key.type === "PLAIN" && key.tag === undefined

const keyText = (key: YamlNode): string | undefined => (isScalar(key) ? String(key.value) : undefined)

const refuseDuplicates = (state: State, pairs: ReadonlyArray<Pair>): void => {
  const seen = new Map<string, Array<Position>>()
  for (const { key } of pairs) {
    const text = keyText(key)
    if (text === undefined) continue
    const here = at(state, key)
    const earlier = seen.get(text) ?? []
    for (const first of earlier.slice(0, 1)) {
      const message = `mapping key ${quote(text)} already defined at line ${first.line}`
      state.unmarshal.push({ message, at: here })
    }
    seen.set(text, [...earlier, here])
  }
}

const buildMap = (state: State, node: YAMLMap.Parsed): Node => {
  refuseDuplicates(state, node.items)
  const fields = new Map<string, Field>()
  let merged: YamlNode | undefined
  let opaque = false
  for (const { key, value } of node.items) {
    if (isMergeKey(key)) {
      merged = value
      continue
    }
    const keyAt = at(state, key)
    const keyNode = build(state, key)
    const built = build(state, value ?? null)
    const valueNode = value === null ? nullAt(keyAt) : built
    if (keyNode.kind === "scalar" && typeof keyNode.value === "string") {
      if (!fields.has(keyNode.value)) fields.set(keyNode.value, { keyAt, node: valueNode })
    } else opaque = true
  }
  if (merged !== undefined) mergeInto(state, fields, merged)
  return opaque ? { kind: "opaque", at: at(state, node) } : { kind: "mapping", at: at(state, node), fields }
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

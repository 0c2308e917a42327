import type { Position } from "../errors.ts"
import type { Token, TokenKind } from "./cursor.ts"
import { grammarFailure, type Mark, positionOf, YamlFailure } from "./failure.ts"
import { Scanner } from "./scanner.ts"

interface Common {
  readonly at: Position
  /** as written out: `!reset`, `tag:yaml.org,2002:str` */
  readonly tag?: string
}
export interface YamlScalar extends Common {
  readonly kind: "scalar"
  readonly value: string
  readonly plain: boolean
}
export interface YamlSequence extends Common {
  readonly kind: "sequence"
  readonly items: Array<YamlNode>
}
export interface YamlMapping extends Common {
  readonly kind: "mapping"
  readonly pairs: Array<readonly [YamlNode, YamlNode]>
}
export interface YamlAlias extends Common {
  readonly kind: "alias"
  readonly name: string
  readonly target: YamlNode
}
export type YamlNode = YamlScalar | YamlSequence | YamlMapping | YamlAlias

interface State {
  readonly scanner: Scanner
  readonly anchors: Map<string, YamlNode>
  readonly handles: Map<string, string>
}

interface Properties {
  readonly anchor?: string
  readonly tag?: string
  readonly start: Mark
}

const emptyAt = (mark: Mark): YamlScalar => ({ kind: "scalar", at: positionOf(mark), value: "", plain: true })

/** The token after this one. */
const advance = ({ scanner }: State): Token => {
  scanner.skip()
  return scanner.peek()
}

const tagOf = (state: State, token: Token, start: Mark): string => {
  if (token.value === "") return token.more ?? ""
  const prefix = state.handles.get(token.value ?? "")
  if (prefix === undefined) throw grammarFailure("found undefined tag handle", token.start, start)
  return prefix + (token.more ?? "")
}

/** An anchor and a tag, in either order. */
const takeProperties = (state: State): Properties => {
  let token = state.scanner.peek()
  const { start } = token
  let anchor: string | undefined
  let tag: Token | undefined
  const takeAnchor = () => {
    if (token.kind !== "anchor") return
    anchor = token.value
    token = advance(state)
  }
  const takeTag = () => {
    if (token.kind !== "tag") return
    tag = token
    token = advance(state)
  }
  if (token.kind === "anchor") {
    takeAnchor()
    takeTag()
  } else {
    takeTag()
    takeAnchor()
  }
  const text = tag === undefined ? undefined : tagOf(state, tag, start)
  return {
    start,
    ...(anchor === undefined ? {} : { anchor }),
    ...(text === undefined || text === "" || text === "!" ? {} : { tag: text }),
  }
}

type Context = "block" | "block-or-indentless" | "flow"

const parseNode = (state: State, context: Context): YamlNode => {
  const { scanner } = state
  const first = scanner.peek()
  if (first.kind === "alias") return parseAlias(state, first)
  if (first.kind === "scalar") {
    // By far the most frequent: nothing stands before it.
    scanner.skip()
    return { kind: "scalar", at: positionOf(first.start), value: first.value ?? "", plain: first.plain ?? false }
  }
  const properties = takeProperties(state)
  const token = scanner.peek()
  const common = {
    at: positionOf(properties.start),
    ...(properties.tag === undefined ? {} : { tag: properties.tag }),
  }
  const remember = <T extends YamlNode>(node: T): T => {
    if (properties.anchor !== undefined) state.anchors.set(properties.anchor, node)
    return node
  }
  if (context === "block-or-indentless" && token.kind === "block-entry") {
    const node = remember<YamlSequence>({ kind: "sequence", items: [], ...common })
    fillIndentlessSequence(state, node.items)
    return node
  }
  if (token.kind === "scalar") {
    scanner.skip()
    const { value = "", plain = false } = token
    return remember<YamlScalar>({ kind: "scalar", value, plain: plain && properties.tag === undefined, ...common })
  }
  if (token.kind === "flow-sequence-start" || (context !== "flow" && token.kind === "block-sequence-start")) {
    const node = remember<YamlSequence>({ kind: "sequence", items: [], ...common })
    if (token.kind === "flow-sequence-start") fillFlowSequence(state, node.items)
    else fillBlockSequence(state, node.items)
    return node
  }
  if (token.kind === "flow-mapping-start" || (context !== "flow" && token.kind === "block-mapping-start")) {
    const node = remember<YamlMapping>({ kind: "mapping", pairs: [], ...common })
    if (token.kind === "flow-mapping-start") fillFlowMapping(state, node.pairs)
    else fillBlockMapping(state, node.pairs)
    return node
  }
  if (properties.anchor !== undefined || properties.tag !== undefined || properties.start !== token.start) {
    return remember<YamlScalar>({ kind: "scalar", value: "", plain: properties.tag === undefined, ...common })
  }
  throw grammarFailure("did not find expected node content", token.start, properties.start)
}

const parseAlias = (state: State, token: Token): YamlAlias => {
  const name = token.value ?? ""
  const target = state.anchors.get(name)
  const at = positionOf(token.start)
  if (target === undefined) throw new YamlFailure(`yaml: unknown anchor '${name}' referenced`, at)
  state.scanner.skip()
  return { kind: "alias", at, name, target }
}

const isOneOf = (token: Token, a: TokenKind, b: TokenKind, c?: TokenKind, d?: TokenKind, e?: TokenKind): boolean =>
  token.kind === a || token.kind === b || token.kind === c || token.kind === d || token.kind === e

const fillBlockSequence = (state: State, items: Array<YamlNode>): void => {
  const { start } = state.scanner.peek()
  let token = advance(state)
  while (token.kind === "block-entry") {
    const mark = token.end
    token = advance(state)
    items.push(isOneOf(token, "block-entry", "block-end") ? emptyAt(mark) : parseNode(state, "block"))
    token = state.scanner.peek()
  }
  if (token.kind !== "block-end") throw grammarFailure("did not find expected '-' indicator", token.start, start)
  state.scanner.skip()
}

const fillIndentlessSequence = (state: State, items: Array<YamlNode>): void => {
  let token = state.scanner.peek()
  while (token.kind === "block-entry") {
    const mark = token.end
    token = advance(state)
    const isEmpty = isOneOf(token, "block-entry", "key", "value", "block-end")
    items.push(isEmpty ? emptyAt(mark) : parseNode(state, "block"))
    token = state.scanner.peek()
  }
}

/** What stands after a `key` or `value` token of a block mapping, if anything does. */
const parseBlockPart = (state: State, mark: Mark): YamlNode => {
  const token = advance(state)
  return isOneOf(token, "key", "value", "block-end") ? emptyAt(mark) : parseNode(state, "block-or-indentless")
}

const fillBlockMapping = (state: State, pairs: Array<readonly [YamlNode, YamlNode]>): void => {
  const { start } = state.scanner.peek()
  let token = advance(state)
  while (token.kind === "key") {
    const key = parseBlockPart(state, token.end)
    token = state.scanner.peek()
    pairs.push([key, token.kind === "value" ? parseBlockPart(state, token.end) : emptyAt(token.start)])
    token = state.scanner.peek()
  }
  if (token.kind !== "block-end") throw grammarFailure("did not find expected key", token.start, start)
  state.scanner.skip()
}

const fillFlowSequence = (state: State, items: Array<YamlNode>): void => {
  const { start } = state.scanner.peek()
  let token = advance(state)
  for (let first = true; token.kind !== "flow-sequence-end"; first = false) {
    if (!first) {
      if (token.kind !== "flow-entry") throw grammarFailure("did not find expected ',' or ']'", token.start, start)
      token = advance(state)
    }
    if (token.kind === "key") items.push(parseSinglePair(state, token))
    else if (token.kind !== "flow-sequence-end") items.push(parseNode(state, "flow"))
    else break
    token = state.scanner.peek()
  }
  state.scanner.skip()
}

/** `[a: b]` is a list of one mapping. */
const parseSinglePair = (state: State, opened: Token): YamlMapping => {
  let token = advance(state)
  const key = isOneOf(token, "value", "flow-entry", "flow-sequence-end")
    ? emptyAt(token.start)
    : parseNode(state, "flow")
  token = state.scanner.peek()
  let value: YamlNode = emptyAt(token.start)
  if (token.kind === "value") {
    token = advance(state)
    value = isOneOf(token, "flow-entry", "flow-sequence-end") ? emptyAt(token.start) : parseNode(state, "flow")
  }
  return { kind: "mapping", at: positionOf(opened.start), pairs: [[key, value]] }
}

const fillFlowMapping = (state: State, pairs: Array<readonly [YamlNode, YamlNode]>): void => {
  const { start } = state.scanner.peek()
  let token = advance(state)
  for (let first = true; token.kind !== "flow-mapping-end"; first = false) {
    if (!first) {
      if (token.kind !== "flow-entry") throw grammarFailure("did not find expected ',' or '}'", token.start, start)
      token = advance(state)
    }
    if (token.kind === "flow-mapping-end") break
    if (token.kind !== "key") {
      const key = parseNode(state, "flow")
      pairs.push([key, emptyAt(state.scanner.peek().start)])
    } else pairs.push(parseFlowPair(state))
    token = state.scanner.peek()
  }
  state.scanner.skip()
}

const parseFlowPair = (state: State): readonly [YamlNode, YamlNode] => {
  let token = advance(state)
  const key = isOneOf(token, "value", "flow-entry", "flow-mapping-end")
    ? emptyAt(token.start)
    : parseNode(state, "flow")
  token = state.scanner.peek()
  if (token.kind !== "value") return [key, emptyAt(token.start)]
  token = advance(state)
  const isEmpty = isOneOf(token, "flow-entry", "flow-mapping-end")
  return [key, isEmpty ? emptyAt(token.start) : parseNode(state, "flow")]
}

const takeDirectives = (state: State): void => {
  const { handles, scanner } = state
  handles.clear()
  let versions = 0
  let token = scanner.peek()
  while (token.kind === "version-directive" || token.kind === "tag-directive") {
    if (token.kind === "version-directive") {
      if (versions++ > 0) throw grammarFailure("found duplicate %YAML directive", token.start)
      if (token.value !== "1.1") throw grammarFailure("found incompatible YAML document", token.start)
    } else {
      if (handles.has(token.value ?? "")) throw grammarFailure("found duplicate %TAG directive", token.start)
      handles.set(token.value ?? "", token.more ?? "")
    }
    token = advance(state)
  }
  if (!handles.has("!")) handles.set("!", "!")
  if (!handles.has("!!")) handles.set("!!", "tag:yaml.org,2002:")
}

/** One document after the other; `undefined` at the end of the stream. */
const parseDocument = (state: State, isFirst: boolean): YamlNode | undefined => {
  const { scanner } = state
  let token = scanner.peek()
  if (!isFirst) while (token.kind === "document-end") token = advance(state)
  if (token.kind === "stream-end") return undefined
  const explicit = isOneOf(token, "version-directive", "tag-directive", "document-start")
  takeDirectives(state)
  token = scanner.peek()
  if (explicit || !isFirst) {
    if (token.kind !== "document-start") {
      throw grammarFailure("did not find expected <document start>", token.start)
    }
    token = advance(state)
    const isEmpty = isOneOf(token, "version-directive", "tag-directive", "document-start", "document-end", "stream-end")
    if (isEmpty) return emptyAt(token.start)
  }
  return parseNode(state, "block")
}

/** The documents of a text, each parsed when it is asked for: what follows the last one asked for is never read. */
export function* documentsOf(text: string): Generator<YamlNode, void, undefined> {
  const state: State = { scanner: new Scanner(text), anchors: new Map(), handles: new Map() }
  for (let isFirst = true; ; isFirst = false) {
    state.anchors.clear()
    const node = parseDocument(state, isFirst)
    if (node === undefined) return
    if (state.scanner.peek().kind === "document-end") state.scanner.skip()
    yield node
  }
}

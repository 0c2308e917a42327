import { bad, good, type Parsed } from "../parsed.ts"
import { lex, type Piece, type Token } from "./lex.ts"

/** Something with a value. `path` are the fields taken from it, `left` tells its place (see Token). */
export type Expression = ExpressionKind & { readonly left: number }

type ExpressionKind =
  | { readonly kind: "dot" | "literal"; readonly value?: unknown; readonly path: ReadonlyArray<string> }
  | { readonly kind: "variable"; readonly name: string; readonly path: ReadonlyArray<string> }
  | { readonly kind: "function"; readonly name: string; readonly path: ReadonlyArray<string> }
  | { readonly kind: "group"; readonly pipeline: Pipeline; readonly path: ReadonlyArray<string> }

/** A function or field and its arguments. */
export interface Call {
  readonly head: Expression
  readonly args: ReadonlyArray<Expression>
}

/** Commands separated by |, each with the one before as its last argument; the result may be kept in variables. */
export interface Pipeline {
  readonly variables: ReadonlyArray<string>
  readonly declares: boolean
  readonly calls: ReadonlyArray<Call>
}

export type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "print"; readonly pipeline: Pipeline }
  | {
      readonly kind: "if" | "with" | "range"
      readonly pipeline: Pipeline
      readonly then: Nodes
      readonly otherwise: Nodes
    }

export type Nodes = ReadonlyArray<Node>

/** Reads a Go template (text/template without named templates). The errors have Go's words where they are common. */
export function parse(source: string, knows: (name: string) => boolean, name = ""): Parsed<Nodes> {
  const pieces = lex(source, name)
  if (!pieces.ok) return pieces
  try {
    const parser = new Parser(pieces.value, knows)
    const nodes = parser.nodes([])
    return good(nodes)
  } catch (error) {
    if (error instanceof Syntax) return bad(`template: ${name}:1: ${error.message}`)
    throw error
  }
}

/** Carries a syntax error out of the recursive descent, and no further. */
class Syntax extends Error {}

class Parser {
  /** The word that ended the last list of nodes, and what followed it. */
  end: { readonly word: string; readonly rest: ReadonlyArray<Token> } | undefined
  #position = 0
  readonly #pieces: ReadonlyArray<Piece>
  readonly #knows: (name: string) => boolean

  constructor(pieces: ReadonlyArray<Piece>, knows: (name: string) => boolean) {
    this.#pieces = pieces
    this.#knows = knows
  }

  /** Nodes up to one of the words in `until`, or to the end of the template when there are none. */
  nodes(until: ReadonlyArray<string>): Nodes {
    const nodes: Node[] = []
    for (;;) {
      const piece = this.#pieces[this.#position++]
      if (piece === undefined) {
        if (until.length > 0) throw new Syntax("unexpected EOF")
        return nodes
      }
      if ("text" in piece) {
        nodes.push({ kind: "text", text: piece.text })
        continue
      }
      const [first, ...rest] = piece.action
      const word = first?.kind === "word" ? first.text : ""
      if (word === "end" || word === "else") {
        if (!until.includes(word)) throw new Syntax(`unexpected {{${word}}}`)
        this.end = { word, rest }
        return nodes
      }
      if (word === "if" || word === "with" || word === "range") nodes.push(this.#block(word, rest))
      else nodes.push({ kind: "print", pipeline: this.#pipeline(piece.action) })
    }
  }

  #block(kind: "if" | "with" | "range", tokens: ReadonlyArray<Token>): Node {
    const pipeline = this.#pipeline(tokens)
    const then = this.nodes(["else", "end"])
    if (this.end?.word !== "else") return { kind, pipeline, then, otherwise: [] }
    const [next, ...rest] = this.end.rest
    if (next?.kind === "word" && (next.text === "if" || next.text === "with")) {
      return { kind, pipeline, then, otherwise: [this.#block(next.text, rest)] }
    }
    return { kind, pipeline, then, otherwise: this.nodes(["end"]) }
  }

  #pipeline(tokens: ReadonlyArray<Token>): Pipeline {
    if (tokens.length === 0) throw new Syntax("missing value for command")
    const reader = new ExpressionReader(tokens, this.#knows)
    return reader.pipeline(false)
  }
}

class ExpressionReader {
  #at = 0
  readonly #tokens: ReadonlyArray<Token>
  readonly #knows: (name: string) => boolean

  constructor(tokens: ReadonlyArray<Token>, knows: (name: string) => boolean) {
    this.#tokens = tokens
    this.#knows = knows
  }

  pipeline(inner: boolean): Pipeline {
    const { variables, declares } = this.#variables()
    const calls = [this.#call()]
    while (this.#take("|")) calls.push(this.#call())
    if (inner ? !this.#take(")") : this.#at < this.#tokens.length)
      throw new Syntax(inner ? "unclosed left paren" : "unexpected token in command")
    return { variables, declares, calls }
  }

  #variables(): { readonly variables: ReadonlyArray<string>; readonly declares: boolean } {
    const names: string[] = []
    let at = this.#at
    for (;;) {
      const token = this.#tokens[at]
      const after = this.#tokens[at + 1]
      if (token?.kind !== "variable" || after?.kind !== "punctuation") return { variables: [], declares: false }
      names.push(token.text)
      at += 2
      if (after.text === ",") continue
      if (after.text !== ":=" && after.text !== "=") return { variables: [], declares: false }
      this.#at = at
      return { variables: names, declares: after.text === ":=" }
    }
  }

  #call(): Call {
    const head = this.#expression()
    if (head === undefined) throw new Syntax("missing value for command")
    const args: Expression[] = []
    for (let next = this.#expression(); next !== undefined; next = this.#expression()) args.push(next)
    return { head, args }
  }

  #expression(): Expression | undefined {
    const token = this.#tokens[this.#at]
    if (token === undefined) return undefined
    if (token.kind === "punctuation") return this.#punctuation(token.text, token.left)
    this.#at++
    const left = token.left
    if (token.kind === "field") return { kind: "dot", path: [token.text, ...this.#path()], left }
    if (token.kind === "variable") return { kind: "variable", name: token.text, path: this.#path(), left }
    if (token.kind === "string") return { kind: "literal", value: token.text, path: this.#path(), left }
    if (token.kind === "number") return { kind: "literal", value: token.value, path: [], left }
    return this.#word(token.text, left)
  }

  #punctuation(text: string, left: number): Expression | undefined {
    if (text === ".") {
      this.#at++
      return { kind: "dot", path: [], left }
    }
    if (text !== "(") return undefined
    this.#at++
    const pipeline = this.pipeline(true)
    return { kind: "group", pipeline, path: this.#path(), left }
  }

  #word(name: string, left: number): Expression {
    if (name === "true" || name === "false") return { kind: "literal", value: name === "true", path: [], left }
    if (name === "nil") return { kind: "literal", value: undefined, path: [], left }
    if (!this.#knows(name)) throw new Syntax(`function ${JSON.stringify(name)} not defined`)
    return { kind: "function", name, path: this.#path(), left }
  }

  /** The fields that follow directly: `.B.C` of `.A.B.C`. */
  #path(): ReadonlyArray<string> {
    const path: string[] = []
    for (;;) {
      const token = this.#tokens[this.#at]
      if (token?.kind !== "field" || !token.attached) return path
      path.push(token.text)
      this.#at++
    }
  }

  #take(text: string): boolean {
    const token = this.#tokens[this.#at]
    if (token?.kind !== "punctuation" || token.text !== text) return false
    this.#at++
    return true
  }
}

import { bad, good, type Parsed } from "../parsed.ts"

/** A piece of a template: text, or an action with its tokens. */
export type Piece = { readonly text: string } | { readonly action: ReadonlyArray<Token> }

/** `left` is how many characters of the template are left where the token begins: it tells the token's place. */
export type Token = TokenKind & { readonly left: number }

type TokenKind =
  | { readonly kind: "variable" | "word" | "string" | "punctuation"; readonly text: string }
  /** `attached`: with no blank before it, so that it is a field of what stands there. */
  | { readonly kind: "field"; readonly text: string; readonly attached: boolean }
  | { readonly kind: "number"; readonly value: number }

/** Cuts a Go template into texts and actions. `{{-` and `-}}` take the blanks beside them away, comments vanish. */
export function lex(source: string, name = ""): Parsed<ReadonlyArray<Piece>> {
  const pieces: Piece[] = []
  let rest = source
  let trimNext = false
  while (rest !== "") {
    const open = rest.indexOf("{{")
    let text = open < 0 ? rest : rest.slice(0, open)
    if (trimNext) text = text.trimStart()
    if (open < 0) {
      if (text !== "") pieces.push({ text })
      return good(pieces)
    }
    const trimBefore = /^\{\{-\s/.test(rest.slice(open))
    if (trimBefore) text = text.trimEnd()
    if (text !== "") pieces.push({ text })
    const body = rest.slice(open + (trimBefore ? 3 : 2))
    const comment = /^\s*\/\*[\s\S]*?\*\/\s*?(\s-)?\}\}/.exec(body)
    if (comment !== null) {
      trimNext = comment[1] !== undefined
      rest = body.slice(comment[0].length)
      continue
    }
    const action = lexAction(body, name)
    if (!action.ok) return action
    pieces.push({ action: action.value.tokens })
    trimNext = action.value.trimAfter
    rest = action.value.rest
  }
  return good(pieces)
}

interface Action {
  readonly tokens: ReadonlyArray<Token>
  readonly trimAfter: boolean
  readonly rest: string
}

type Maker = (text: string, attached: boolean) => TokenKind | undefined | "bad"

const rules: ReadonlyArray<readonly [RegExp, Maker]> = [
  [/^\s+/, () => undefined],
  [/^"(?:[^"\\\n]|\\.)*"/, (text) => unquote(text)],
  [/^`[^`]*`/, (text) => ({ kind: "string", text: text.slice(1, -1) })],
  [/^[+-]?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/, (text) => ({ kind: "number", value: Number(text) })],
  [/^\.[\p{L}_][\p{L}\p{N}_]*/u, (text, attached) => ({ kind: "field", text: text.slice(1), attached })],
  [/^\$[\p{L}\p{N}_]*/u, (text) => ({ kind: "variable", text })],
  [/^:=/, () => ({ kind: "punctuation", text: ":=" })],
  [/^[()|,=.]/, (text) => ({ kind: "punctuation", text })],
  [/^[\p{L}_][\p{L}\p{N}_]*/u, (text) => ({ kind: "word", text })],
]

function lexAction(body: string, name: string): Parsed<Action> {
  const tokens: Token[] = []
  let rest = body
  let attached = false
  for (;;) {
    const close = /^(\s-)?\}\}|^\s+\}\}/.exec(rest)
    if (close !== null) return good({ tokens, trimAfter: close[1] !== undefined, rest: rest.slice(close[0].length) })
    if (rest === "") return bad(`template: ${name}:1: unclosed action`)
    const found = rules
      .map(([pattern, make]) => ({ match: pattern.exec(rest), make }))
      .find(({ match }) => match !== null)
    const word = found?.match?.[0]
    if (found === undefined || word === undefined) {
      return bad(
        rest.startsWith('"')
          ? `template: ${name}:1: unterminated quoted string`
          : `template: ${name}:1: unexpected ${JSON.stringify(rest[0])} in command`,
      )
    }
    const token = found.make(word, attached)
    if (token === "bad") return bad(`template: ${name}:1: invalid syntax`)
    if (token !== undefined) tokens.push({ ...token, left: rest.length })
    attached = token !== undefined && !(token.kind === "punctuation" && token.text !== ")")
    rest = rest.slice(word.length)
  }
}

function unquote(text: string): TokenKind | "bad" {
  try {
    return { kind: "string", text: String(JSON.parse(text)) }
  } catch {
    return "bad"
  }
}

import * as is from "./characters.ts"
import { Cursor, type Token, type TokenKind } from "./cursor.ts"
import { type Mark, scannerFailure } from "./failure.ts"
import { scanBlockScalar, scanPlainScalar, scanQuotedScalar } from "./scan-scalar.ts"
import { scanAnchor, scanDirective, scanTag } from "./scan-words.ts"

interface SimpleKey {
  possible: boolean
  required: boolean
  tokenNumber: number
  mark: Mark
}

const c = is.code
const [dash, question, colon, comma] = [c("-"), c("?"), c(":"), c(",")]
/** What no plain scalar begins with, apart from `-`, `?` and `:`, which may when something follows at once. */
const indicators = new Set([..."-?:,[]{}#&*!|>'\"%@`"].map(c))

/** A key and its colon must be on one line and at most this far apart, in characters. */
const simpleKeyLengthMax = 1024
/** Nesting deeper than this is no compose file; refusing it keeps every later step's recursion shallow. */
export const depthMax = 500

/**
 * YAML text to tokens, by the rules (and with the words) of the scanner in Docker's YAML library: one character after the other, with the
 * indentation as a stack, and block mappings opened after the fact, when the colon after their first key is found. Tokens are made only
 * as the grammar asks for them, so that the first mistake that is found is the same one.
 */
export class Scanner extends Cursor {
  readonly #indents: Array<number> = []
  readonly #simpleKeys: Array<SimpleKey>
  #tokens: Array<Token> = []
  #head = 0
  #parsed = 0
  #ended = false
  #next: Token | undefined

  constructor(text: string) {
    super(text)
    this.#simpleKeys = [{ possible: false, required: false, tokenNumber: 0, mark: this.mark() }]
  }

  /** The next token, which stays. */
  peek(): Token {
    // Docker's library reads two tokens ahead (for its comments): errors there come before the grammar's.
    if (this.#next !== undefined) return this.#next
    for (;;) {
      const enough = this.#ended || this.#tokens.length - this.#head > 2
      if ((enough && !this.#headMayBeKey()) || this.#ended) break
      this.#fetch()
    }
    this.#next = this.#tokens[this.#head]
    if (this.#next === undefined) throw scannerFailure("did not find expected <stream-end>", this.mark())
    return this.#next
  }

  skip(): void {
    this.#next = undefined
    this.#head++
    this.#parsed++
    if (this.#head > 256) {
      this.#tokens = this.#tokens.slice(this.#head)
      this.#head = 0
    }
  }

  #headMayBeKey(): boolean {
    for (const key of this.#simpleKeys) if (key.possible && key.tokenNumber === this.#parsed) return this.#isValid(key)
    return false
  }

  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false
    if (key.mark.line < this.line || key.mark.index + simpleKeyLengthMax < this.pos) {
      if (key.required) throw scannerFailure("could not find expected ':'", this.mark(), key.mark)
      key.possible = false
      return false
    }
    return true
  }

  #lastKey(): SimpleKey {
    const key = this.#simpleKeys.at(-1)
    if (key === undefined) throw new Error("the stack of keys is never empty")
    return key
  }

  #saveSimpleKey(): undefined {
    if (!this.simpleKeyAllowed) return
    const required = this.flowLevel === 0 && this.indent === this.column
    this.#removeSimpleKey()
    const key = this.#lastKey()
    key.possible = true
    key.required = required
    key.tokenNumber = this.#parsed + this.#tokens.length - this.#head
    key.mark = this.mark()
  }

  #removeSimpleKey(): undefined {
    const key = this.#lastKey()
    if (!key.possible) return
    if (key.required) throw scannerFailure("could not find expected ':'", this.mark(), key.mark)
    key.possible = false
  }

  #push(kind: TokenKind, length: number): undefined {
    const start = this.mark()
    this.pos += length
    this.#tokens.push({ kind, start, end: this.mark() })
  }

  /** `number`: which token of the stream it goes before; absent: at the end. */
  #rollIndent(column: number, kind: TokenKind, mark: Mark, number?: number): undefined {
    if (this.flowLevel > 0 || this.indent >= column) return
    this.#indents.push(this.indent)
    this.indent = column
    if (this.#indents.length > depthMax) throw scannerFailure(`exceeded max depth of ${depthMax}`, mark)
    this.#insert({ kind, start: mark, end: mark }, number)
  }

  #insert(token: Token, number?: number): undefined {
    if (number === undefined) this.#tokens.push(token)
    else this.#tokens.splice(this.#head + number - this.#parsed, 0, token)
  }

  #unrollIndent(column: number): undefined {
    if (this.flowLevel > 0) return
    while (this.indent > column) {
      const mark = this.mark()
      this.#tokens.push({ kind: "block-end", start: mark, end: mark })
      this.indent = this.#indents.pop() ?? -1
    }
  }

  #toNextToken(): undefined {
    for (;;) {
      let char = this.at()
      while (char === is.space || (char === is.tab && (this.flowLevel > 0 || !this.simpleKeyAllowed))) {
        this.pos++
        char = this.at()
      }
      if (char === c("#")) {
        while (!is.isBreakOrEnd(this.at())) this.pos++
        char = this.at()
      }
      if (!is.isBreak(char)) return
      this.takeBreak()
      if (this.flowLevel === 0) this.simpleKeyAllowed = true
    }
  }

  #isIndicator(three: string): boolean {
    return this.column === 0 && this.text.startsWith(three, this.pos) && is.isBlankOrEnd(this.at(3))
  }

  #fetch(): undefined {
    this.#toNextToken()
    this.#unrollIndent(this.column)
    const char = this.at()
    if (is.isEnd(char)) return this.#fetchStreamEnd()
    if (this.column === 0) {
      if (char === c("%"))
        return this.#fetchAtMargin(() => {
          this.#tokens.push(scanDirective(this))
        })
      if (this.#isIndicator("---")) return this.#fetchAtMargin(() => this.#push("document-start", 3))
      if (this.#isIndicator("...")) return this.#fetchAtMargin(() => this.#push("document-end", 3))
    }
    const inFlow = this.flowLevel > 0
    switch (char) {
      case c("["):
        return this.#fetchFlowStart("flow-sequence-start")
      case c("{"):
        return this.#fetchFlowStart("flow-mapping-start")
      case c("]"):
        return this.#fetchFlowEnd("flow-sequence-end")
      case c("}"):
        return this.#fetchFlowEnd("flow-mapping-end")
      case comma:
        this.#removeSimpleKey()
        this.simpleKeyAllowed = true
        return this.#push("flow-entry", 1)
      case dash:
        if (is.isBlankOrEnd(this.at(1))) return this.#fetchBlockEntry()
        break
      case question:
        if (inFlow || is.isBlankOrEnd(this.at(1))) return this.#fetchKey()
        break
      case colon:
        if (inFlow || is.isBlankOrEnd(this.at(1))) return this.#fetchValue()
        break
      case c("*"):
        return this.#fetchWord(() => scanAnchor(this, "alias"))
      case c("&"):
        return this.#fetchWord(() => scanAnchor(this, "anchor"))
      case c("!"):
        return this.#fetchWord(() => scanTag(this))
      case c("|"):
      case c(">"):
        if (inFlow) break
        this.#removeSimpleKey()
        this.simpleKeyAllowed = true
        this.#tokens.push(scanBlockScalar(this, char === c("|")))
        return
      case c("'"):
      case c('"'):
        return this.#fetchWord(() => scanQuotedScalar(this, char === c("'")))
    }
    if (!this.#startsPlain(char, inFlow)) {
      throw scannerFailure("found character that cannot start any token", this.mark(), this.mark())
    }
    this.#saveSimpleKey()
    this.simpleKeyAllowed = false
    this.#tokens.push(scanPlainScalar(this))
  }

  #startsPlain(char: number, inFlow: boolean): boolean {
    if (!is.isBlankOrEnd(char) && !indicators.has(char)) return true
    if (char === dash) return !is.isBlank(this.at(1))
    return !inFlow && (char === question || char === colon) && !is.isBlankOrEnd(this.at(1))
  }

  #fetchStreamEnd(): undefined {
    if (this.column !== 0) {
      this.line++
      this.lineStart = this.pos
    }
    this.#unrollIndent(-1)
    this.#removeSimpleKey()
    this.simpleKeyAllowed = false
    this.#push("stream-end", 0)
    this.#ended = true
  }

  #fetchAtMargin(push: () => void): undefined {
    this.#unrollIndent(-1)
    this.#removeSimpleKey()
    this.simpleKeyAllowed = false
    push()
  }

  #fetchFlowStart(kind: TokenKind): undefined {
    this.#saveSimpleKey()
    this.#simpleKeys.push({ possible: false, required: false, tokenNumber: -1, mark: this.mark() })
    this.flowLevel++
    if (this.flowLevel > depthMax) throw scannerFailure(`exceeded max depth of ${depthMax}`, this.mark())
    this.simpleKeyAllowed = true
    this.#push(kind, 1)
  }

  #fetchFlowEnd(kind: TokenKind): undefined {
    this.#removeSimpleKey()
    if (this.flowLevel > 0) {
      this.flowLevel--
      this.#simpleKeys.pop()
    }
    this.simpleKeyAllowed = false
    this.#push(kind, 1)
  }

  #fetchBlockEntry(): undefined {
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) {
        throw scannerFailure("block sequence entries are not allowed in this context", this.mark(), this.mark())
      }
      this.#rollIndent(this.column, "block-sequence-start", this.mark())
    }
    this.#removeSimpleKey()
    this.simpleKeyAllowed = true
    this.#push("block-entry", 1)
  }

  #fetchKey(): undefined {
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) {
        throw scannerFailure("mapping keys are not allowed in this context", this.mark(), this.mark())
      }
      this.#rollIndent(this.column, "block-mapping-start", this.mark())
    }
    this.#removeSimpleKey()
    this.simpleKeyAllowed = this.flowLevel === 0
    this.#push("key", 1)
  }

  #fetchValue(): undefined {
    const key = this.#lastKey()
    if (this.#isValid(key)) {
      this.#insert({ kind: "key", start: key.mark, end: key.mark }, key.tokenNumber)
      this.#rollIndent(key.mark.column, "block-mapping-start", key.mark, key.tokenNumber)
      key.possible = false
      this.simpleKeyAllowed = false
    } else {
      if (this.flowLevel === 0) {
        if (!this.simpleKeyAllowed) {
          throw scannerFailure("mapping values are not allowed in this context", this.mark(), this.mark())
        }
        this.#rollIndent(this.column, "block-mapping-start", this.mark())
      }
      this.simpleKeyAllowed = this.flowLevel === 0
    }
    this.#push("value", 1)
  }

  #fetchWord(scan: () => Token): undefined {
    this.#saveSimpleKey()
    this.simpleKeyAllowed = false
    this.#tokens.push(scan())
  }
}

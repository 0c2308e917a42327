import * as is from "./characters.ts"
import type { Mark } from "./failure.ts"

export type TokenKind =
  | "stream-end"
  | "version-directive"
  | "tag-directive"
  | "document-start"
  | "document-end"
  | "block-sequence-start"
  | "block-mapping-start"
  | "block-end"
  | "flow-sequence-start"
  | "flow-sequence-end"
  | "flow-mapping-start"
  | "flow-mapping-end"
  | "block-entry"
  | "flow-entry"
  | "key"
  | "value"
  | "alias"
  | "anchor"
  | "tag"
  | "scalar"

/** `value`: the text of a scalar, the name of an anchor or alias, the handle of a tag; `more`: the rest of a tag, a directive's prefix. */
export interface Token {
  readonly kind: TokenKind
  readonly start: Mark
  readonly end: Mark
  readonly value?: string
  readonly more?: string
  readonly plain?: boolean
}

/** A place in a text that moves forward, and what the scanner must know there to read on. Columns are counted from 0. */
export class Cursor {
  readonly text: string
  pos = 0
  line = 0
  lineStart = 0
  indent = -1
  flowLevel = 0
  simpleKeyAllowed = true

  constructor(text: string) {
    this.text = text
  }

  get column(): number {
    return this.pos - this.lineStart
  }

  mark(): Mark {
    return { index: this.pos, line: this.line, column: this.pos - this.lineStart }
  }

  at(ahead = 0): number {
    return this.text.charCodeAt(this.pos + ahead)
  }

  /** Past one line break, giving it as it is kept in scalars: the two of Windows, and NEL, become one newline. */
  takeBreak(): string {
    const char = this.at()
    this.pos += char === is.carriageReturn && this.at(1) === is.newline ? 2 : 1
    this.line++
    this.lineStart = this.pos
    return char === 0x2028 || char === 0x2029 ? String.fromCharCode(char) : "\n"
  }
}

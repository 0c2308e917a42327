/**
 * Where a text stops being JSON, in the words of Go's encoding/json, which clients of Docker are used to. Only for texts that JSON.parse has
 * refused; undefined when this reader finds nothing wrong.
 */
export function jsonError(text: string): string | undefined {
  const reader = new Reader(text)
  return reader.document()
}

type Problem = string | undefined

class Reader {
  readonly #text: string
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): Problem {
    const problem = this.#value()
    if (problem) return problem
    this.#space()
    return this.#at < this.#text.length ? this.#unexpected("after top-level value") : undefined
  }

  #value(): Problem {
    this.#space()
    const first = this.#text[this.#at]
    if (first === "{") return this.#nested("}", () => this.#member(), "object key:value pair")
    if (first === "[") return this.#nested("]", () => this.#value(), "array element")
    if (first === '"') return this.#string()
    if (first === "-" || (first !== undefined && /\d/.test(first))) return this.#number()
    const word = ["true", "false", "null"].find((one) => one[0] === first)
    return word ? this.#word(word) : this.#unexpected("looking for beginning of value")
  }

  #nested(end: string, item: () => Problem, what: string): Problem {
    this.#depth += 1
    if (this.#depth > depthMax) return "exceeded max depth"
    this.#at += 1
    this.#space()
    if (this.#text[this.#at] === end) return this.#close()
    for (;;) {
      const problem = item()
      if (problem) return problem
      this.#space()
      if (this.#text[this.#at] === end) return this.#close()
      if (this.#text[this.#at] !== ",") return this.#unexpected(`after ${what}`)
      this.#at += 1
    }
  }

  #close(): Problem {
    this.#at += 1
    this.#depth -= 1
    return undefined
  }

  #member(): Problem {
    this.#space()
    if (this.#text[this.#at] !== '"') return this.#unexpected("looking for beginning of object key string")
    const problem = this.#string()
    if (problem) return problem
    this.#space()
    if (this.#text[this.#at] !== ":") return this.#unexpected("after object key")
    this.#at += 1
    return this.#value()
  }

  #string(): Problem {
    for (this.#at += 1; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at] ?? ""
      if (char === '"') {
        this.#at += 1
        return undefined
      }
      if (char < " ") return this.#unexpected("in string literal")
      if (char !== "\\") continue
      this.#at += 1
      const escaped = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(this.#text.slice(this.#at, this.#at + 5))
      if (!escaped) return this.#unexpected("in string escape code")
      this.#at += escaped[0].length - 1
    }
    return ended
  }

  #number(): Problem {
    const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(this.#text.slice(this.#at))
    if (!number) {
      this.#at += 1
      return this.#unexpected("in numeric literal")
    }
    this.#at += number[0].length
    return undefined
  }

  #word(word: string): Problem {
    for (const [i, char] of [...word].entries()) {
      if (this.#text[this.#at] !== char) {
        return i === 0 ? undefined : this.#unexpected(`in literal ${word} (expecting '${char}')`)
      }
      this.#at += 1
    }
    return undefined
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? "")) this.#at += 1
  }

  #unexpected(where: string): Problem {
    const code = this.#text.codePointAt(this.#at)
    return code === undefined ? ended : `invalid character ${quoted(String.fromCodePoint(code))} ${where}`
  }
}

const ended = "unexpected EOF"
const depthMax = 1_000

const quoted = (char: string): string => {
  if (char === "'") return `'\\''`
  return char === '"' ? `'"'` : `'${JSON.stringify(char).slice(1, -1)}'`
}

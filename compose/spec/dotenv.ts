import type { Lookup } from "../interpolate/lookup.ts"
import { expandNested } from "../interpolate/nested.ts"

/** Variables of one file, on top of those of files before it; or what is wrong with it. */
export type DotEnv = { readonly variables: ReadonlyMap<string, string> } | { readonly error: string }

class Failure extends Error {}

const escapeForms = /\\([abcfnrtv$"\\]|0\d{0,3})/g
const letters: ReadonlyMap<string, string> = new Map([
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ['"', '"'],
  ["\\", "\\"],
  ["$", "$$"],
])

const expandEscapes = (text: string): string =>
  text.replace(escapeForms, (all, what: string) => {
    if (/^0\d{3}$/.test(what)) return String.fromCharCode(Number.parseInt(what.slice(1), 8))
    return letters.get(what) ?? all
  })

const blanksAt = /[\t\v\f\r \u0085\u00a0]*/y

/** Reads `KEY=value` after `KEY=value`: quotes, comments, `export`, values over several lines. */
class Reader {
  readonly text: string
  #pos = 0
  readonly found: Map<string, string>
  readonly #lookup: Lookup

  constructor(text: string, lookup: Lookup, found: Map<string, string>) {
    this.text = text
    this.found = found
    this.#lookup = (name) => lookup(name) ?? found.get(name)
  }

  get line(): number {
    return this.text.slice(0, this.#pos).split("\n").length
  }

  #fail(message: string): never {
    throw new Failure(`line ${this.line}: ${message}`)
  }

  #skip(form: RegExp): void {
    form.lastIndex = this.#pos
    form.exec(this.text)
    this.#pos = Math.max(this.#pos, form.lastIndex)
  }

  read(): void {
    for (;;) {
      this.#skip(/(?:\s|#[^\n]*)*/y)
      if (this.#pos >= this.text.length) return
      this.#skip(/export[ \t]+/y)
      this.#readVariable()
    }
  }

  #readVariable(): void {
    const rest = this.text.slice(this.#pos)
    const end = /[=:\n]/.exec(rest)
    const name = (end === null ? rest : rest.slice(0, end.index)).trim()
    const bad = /[^\p{L}\p{N}_.\-[\]\s]/u.exec(name)
    if (bad !== null) {
      this.#fail(
        `unexpected character ${JSON.stringify(bad[0])} in variable name ${JSON.stringify(rest.split("\n")[0])}`,
      )
    }
    if (/\s/.test(name)) this.#fail("key cannot contain a space")
    this.#pos += end === null ? rest.length : end.index + 1
    if (end === null || end[0] === "\n") {
      const inherited = this.#lookup(name)
      if (inherited !== undefined) this.found.set(name, inherited)
      return
    }
    this.#skip(blanksAt)
    const quote = this.text[this.#pos]
    const value = quote === '"' || quote === "'" ? this.#quoted(quote) : this.#plain()
    if (!/^\s*\d/.test(name)) this.found.set(name, value)
  }

  #expand(text: string): string {
    const expanded = expandNested(text, this.#lookup, () => {})
    if ("text" in expanded) return expanded.text
    throw new Failure(
      "missing" in expanded ? expanded.missing : `Invalid template: ${JSON.stringify(expanded.invalid)}`,
    )
  }

  #plain(): string {
    const end = this.text.indexOf("\n", this.#pos)
    const line = this.text.slice(this.#pos, end < 0 ? undefined : end)
    const value = this.#expand((line.split(" #")[0] ?? "").trimEnd())
    this.#pos = end < 0 ? this.text.length : end + 1
    return value
  }

  #quoted(quote: string): string {
    let value = ""
    for (let i = this.#pos + 1; i < this.text.length; i++) {
      const char = this.text[i] ?? ""
      if (char === "\\" && i + 1 < this.text.length) {
        const next = this.text[++i] ?? ""
        value += next === quote ? quote : `\\${next}`
      } else if (char === quote) {
        this.#pos = i + 1
        return quote === '"' ? this.#expand(expandEscapes(value)) : value
      } else value += char
    }
    return this.#fail(`unterminated quoted value ${this.text.slice(this.#pos).split("\n")[0]}`)
  }
}

/** `lookup` is the environment that goes before the file's own variables. */
export const parseDotEnv = (text: string, lookup: Lookup, before: ReadonlyMap<string, string> = new Map()): DotEnv => {
  const variables = new Map(before)
  try {
    new Reader(text.replace(/^\ufeff/, ""), lookup, variables).read()
    return { variables }
  } catch (error) {
    if (error instanceof Failure) return { error: error.message }
    throw error
  }
}

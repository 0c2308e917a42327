import type { Flag, FlagTable } from "./flag.ts"

/** What a command line says: the value of every option of the table, those that were given, and the arguments. */
export interface ParsedArgs {
  readonly flags: Readonly<Record<string, unknown>>
  readonly changed: ReadonlySet<string>
  readonly args: ReadonlyArray<string>
}

export type ParseResult =
  | { readonly ok: true; readonly value: ParsedArgs }
  | { readonly ok: false; readonly error: string }

/**
 * Reads options as docker does (POSIX and GNU: -q, -qf x, -fx, --flag x, --flag=x, --bool=false; `--` ends them). Without
 * `interspersed`, the first argument ends them as well: what follows an image belongs to the container.
 */
export function parseArgs(argv: ReadonlyArray<string>, table: FlagTable, interspersed = true): ParseResult {
  const reader = new Reader(table)
  const args: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? ""
    if (word === "--") return reader.finish([...args, ...argv.slice(i + 1)])
    if (word === "-" || !word.startsWith("-")) {
      if (!interspersed) return reader.finish([...args, ...argv.slice(i)])
      args.push(word)
      continue
    }
    const next = argv[i + 1]
    const taken = word.startsWith("--") ? reader.long(word, next) : reader.shorts(word, next)
    if (reader.error !== undefined) return { ok: false, error: reader.error }
    if (taken) i++
  }
  return reader.finish(args)
}

class Reader {
  error: string | undefined
  readonly #table: FlagTable
  readonly #flags: Record<string, unknown> = {}
  readonly #changed = new Set<string>()

  constructor(table: FlagTable) {
    this.#table = table
    for (const [name, flag] of Object.entries(table)) this.#flags[name] = flag.initial
  }

  finish(args: ReadonlyArray<string>): ParseResult {
    return { ok: true, value: { flags: this.#flags, changed: this.#changed, args } }
  }

  /** `--name`, `--name=value` or `--name value`; whether the next word was the value. */
  long(word: string, next: string | undefined): boolean {
    const at = word.indexOf("=")
    const name = word.slice(2, at < 0 ? undefined : at)
    if (name === "") return this.#fail(`bad flag syntax: ${word}`)
    const flag = this.#table[name]
    if (flag === undefined) return this.#fail(`unknown flag: --${name}`)
    if (at >= 0) return this.#set(name, flag, word.slice(at + 1))
    if (flag.implied !== undefined) return this.#set(name, flag, flag.implied)
    if (next === undefined) return this.#fail(`flag needs an argument: --${name}`)
    this.#set(name, flag, next)
    return true
  }

  /** `-qf value`, `-fvalue`, `-f=value`, `-q=false`; whether the next word was the value. */
  shorts(word: string, next: string | undefined): boolean {
    let rest = word.slice(1)
    while (rest !== "") {
      const letter = rest[0] ?? ""
      const found = Object.entries(this.#table).find(([, flag]) => flag.short === letter)
      if (found === undefined) return this.#fail(`unknown shorthand flag: '${letter}' in -${rest}`)
      const [name, flag] = found
      if (rest.length > 2 && rest[1] === "=") return this.#set(name, flag, rest.slice(2))
      if (flag.implied !== undefined) {
        this.#set(name, flag, flag.implied)
        rest = rest.slice(1)
        continue
      }
      if (rest.length > 1) return this.#set(name, flag, rest.slice(1))
      if (next === undefined) return this.#fail(`flag needs an argument: '${letter}' in -${rest}`)
      this.#set(name, flag, next)
      return true
    }
    return false
  }

  #set(name: string, flag: Flag<unknown>, text: string): false {
    const value = flag.set(text, this.#flags[name])
    if (!value.ok) {
      const shown = flag.short === undefined ? `--${name}` : `-${flag.short}, --${name}`
      return this.#fail(`invalid argument ${JSON.stringify(text)} for "${shown}" flag: ${value.error}`)
    }
    this.#flags[name] = value.value
    this.#changed.add(name)
    return false
  }

  #fail(error: string): false {
    this.error ??= error
    return false
  }
}

import { bad, good, type Parsed } from "../../core/parsed.ts"
import { parseBool, parseBytes, parseCpus, parseDuration, parseFloat64, parseInt64, parseUint } from "./numbers.ts"

/**
 * An option of a command. `set` is called once for each time it is given; `initial` is its value when it is not given. An option that
 * takes no value (`implied`) has that text when it is given without one.
 */
export interface Flag<A> {
  readonly short?: string
  readonly type: string
  readonly help: string
  readonly initial: A
  readonly implied?: string
  readonly hidden?: boolean
  set(text: string, previous: A): Parsed<A>
}

// biome-ignore lint/suspicious/noExplicitAny: a table holds flags of any type; `unknown` would need a cast at every use
export type FlagTable = Readonly<Record<string, Flag<any>>>
export type FlagValues<F extends FlagTable> = { readonly [K in keyof F]: F[K] extends Flag<infer A> ? A : never }

interface Options {
  readonly short?: string
  readonly type?: string
}

export const bool = (
  help: string,
  options: { readonly short?: string; readonly initial?: boolean } = {},
): Flag<boolean> => ({
  ...(options.short !== undefined && { short: options.short }),
  type: "",
  help,
  initial: options.initial ?? false,
  implied: "true",
  set: parseBool,
})

export const text = (help: string, options: Options & { readonly initial?: string } = {}): Flag<string> => ({
  type: "string",
  ...options,
  help: options.initial === undefined ? help : `${help} (default ${JSON.stringify(options.initial)})`,
  initial: options.initial ?? "",
  set: good,
})

/** Given any number of times; `read` takes one occurrence. */
export const many = <A>(
  type: string,
  help: string,
  read: (text: string) => Parsed<A>,
  options: { readonly short?: string } = {},
): Flag<ReadonlyArray<A>> => ({
  ...options,
  type,
  help,
  initial: [],
  set(value, previous) {
    const item = read(value)
    return item.ok ? good([...previous, item.value]) : item
  },
})

export const list = (help: string, options: { readonly short?: string } = {}): Flag<ReadonlyArray<string>> =>
  many("list", help, good, options)

/** Given any number of times, each time with one or several values between commas. */
export const commaList = (help: string, options: Options = {}): Flag<ReadonlyArray<string>> => ({
  type: "strings",
  ...options,
  help,
  initial: [],
  set: (value, previous) => good([...previous, ...value.split(",")]),
})

/** Given at most once with effect (the last wins), absent otherwise. */
export const one = <A>(
  type: string,
  help: string,
  read: (text: string) => Parsed<A>,
  options: { readonly short?: string } = {},
): Flag<A | undefined> => ({ ...options, type, help, initial: undefined, set: read })

export const uint = (help: string): Flag<number | undefined> => one("uint", help, parseUint)
export const int = (help: string): Flag<number | undefined> => one("int", help, parseInt64)
export const float = (help: string): Flag<number | undefined> => one("float", help, parseFloat64)
export const duration = (help: string): Flag<number | undefined> => one("duration", help, parseDuration)
export const bytes = (help: string): Flag<number | undefined> => one("bytes", help, parseBytes)
export const cpus = (help: string): Flag<number | undefined> => one("decimal", help, parseCpus)

/** `--label a=b`; the key must not be empty. */
export const labels = (help: string, options: { readonly short?: string } = {}): Flag<ReadonlyArray<string>> =>
  many(
    "list",
    help,
    (value) => (value === "" || value.startsWith("=") ? bad(`invalid label '${value}': empty name`) : good(value)),
    options,
  )

/** `--filter name=value`, gathered by name. */
export const filters = (
  help = "Filter output based on conditions provided",
): Flag<ReadonlyArray<readonly [string, string]>> => ({
  short: "f",
  type: "filter",
  help,
  initial: [],
  set(value, previous) {
    if (value === "") return good(previous)
    const at = value.indexOf("=")
    if (at < 0) return bad("bad format of filter (expected name=value)")
    return good([...previous, [value.slice(0, at).trim().toLowerCase(), value.slice(at + 1).trim()] as const])
  },
})

export const format = (): Flag<string> =>
  text(
    `Format output using a custom template:
'table':            Print output in table format with column headers (default)
'table TEMPLATE':   Print output in table format using the given Go template
'json':             Print in JSON format
'TEMPLATE':         Print output using the given Go template`,
  )

export const inspectFormat = (): Flag<string> =>
  text(
    `Format output using a custom template:
'json':             Print in JSON format
'TEMPLATE':         Print output using the given Go template`,
    { short: "f" },
  )

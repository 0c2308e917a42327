import type { Lookup } from "./lookup.ts"

/** `invalid`: the whole template cannot be read; `missing`: a variable that had to be there. */
export type Expanded = { readonly text: string } | { readonly invalid: string } | { readonly missing: string }

const name = "[_a-zA-Z\\u017f\\u212a][_a-zA-Z0-9\\u017f\\u212a]*"
const pattern = `\\$(?:(\\$)|(${name})|\\{(?:(${name}(?::?[-+?][^\\n]*)?)\\}|()))`

type Operator = ":?" | "?" | ":-" | "-" | ":+" | "+"
const operators: ReadonlyArray<Operator> = [":?", "?", ":-", "-", ":+", "+"]

class Failure extends Error {
  readonly expanded: Expanded
  constructor(expanded: Expanded) {
    super()
    this.expanded = expanded
  }
}

/** The brace that closes the first expression. */
const closingBrace = (text: string): number => {
  let open = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "}" && --open === 0) return i
    if (text[i] === "{") {
      open++
      i++
    }
  }
  return -1
}

/** The operator that comes first; of two that begin at one place the longer. */
const operatorOf = (expression: string): Operator | undefined =>
  operators
    .map((operator) => ({ operator, index: expression.indexOf(operator) }))
    .filter(({ index }) => index >= 0)
    .sort((a, b) => a.index - b.index || b.operator.length - a.operator.length)[0]?.operator

type Unset = (variable: string) => void

const expression = (text: string, lookup: Lookup, unset: Unset): string => {
  const operator = operatorOf(text)
  if (operator === undefined) return plain(text, lookup, unset)
  const cut = text.indexOf(operator)
  const variable = text.slice(0, cut)
  const rest = text.slice(cut + operator.length)
  const value = lookup(variable)
  const given = operator.startsWith(":") ? value !== undefined && value !== "" : value !== undefined
  if (operator.endsWith("+")) return given ? expand(rest, lookup, unset) : (value ?? "")
  if (given) return value ?? ""
  if (operator.endsWith("-")) return expand(rest, lookup, unset)
  const reason = expand(rest, lookup, unset)
  throw new Failure({
    missing: `required variable ${variable} is missing a value${reason === "" ? "" : `: ${reason}`}`,
  })
}

const plain = (variable: string, lookup: Lookup, unset: Unset): string => {
  const value = lookup(variable)
  if (value === undefined) unset(variable)
  return value ?? ""
}

const expand = (template: string, lookup: Lookup, unset: Unset): string =>
  template.replace(new RegExp(pattern, "g"), (found: string, escaped?: string, bare?: string, braced?: string) => {
    if (escaped !== undefined) return escaped
    if (bare !== undefined) return plain(bare, lookup, unset)
    if (braced === undefined) throw new Failure({ invalid: template })
    // The pattern is greedy: what it took may hold more than one expression.
    const end = closingBrace(found)
    if (end < 0) throw new Failure({ invalid: template })
    return expression(found.slice(2, end), lookup, unset) + expand(found.slice(end + 1), lookup, unset)
  })

/**
 * Replaces variables as the Compose Specification has it: `$A`, `${A}`, `${A:-b}`, `${A-b}`, `${A:?why}`, `${A?why}`, `${A:+b}`,
 * `${A+b}`, with expressions within defaults, and `$$` for a dollar sign. `unset` hears of every variable that stands for nothing.
 */
export const expandNested = (template: string, lookup: Lookup, unset: Unset): Expanded => {
  if (!template.includes("$")) return { text: template }
  try {
    return { text: expand(template, lookup, unset) }
  } catch (error) {
    if (error instanceof Failure) return error.expanded
    throw error
  }
}

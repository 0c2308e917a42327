import type { Lookup } from "./lookup.ts"

// The long s and the Kelvin sign fold to s and k under Go's case-insensitive matching.
const name = "[a-zA-Z_\\u017f\\u212a][a-zA-Z_0-9\\u017f\\u212a]*"
const expression = `${name}(?::?[-?][^}]*)?`
/** The operator forms are taken without braces too: `$A-rest` reaches to the next `}` or to the end. */
const pattern = new RegExp(`\\$(?:(\\$)|(${expression})|\\{(${expression})\\}|())`, "g")

export type Substituted = { readonly text: string } | { readonly invalid: string }

type Evaluated = { readonly text: string } | { readonly missing: string }

const split = (text: string, operator: string): readonly [string, string] => {
  const index = text.indexOf(operator)
  return [text.slice(0, index), text.slice(index + operator.length)]
}

/** Operators are tried in this order by containment, not by position: `${X:?not-set}` is a default, "set". */
const evaluate = (text: string, lookup: Lookup): Evaluated => {
  for (const operator of [":-", "-", ":?", "?"]) {
    if (!text.includes(operator)) continue
    const [variable, rest] = split(text, operator)
    const value = lookup(variable)
    const given = operator.startsWith(":") ? value !== undefined && value !== "" : value !== undefined
    if (given) return { text: value ?? "" }
    if (operator.endsWith("-")) return { text: rest }
    return { missing: `required variable ${variable} is missing a value: ${rest}` }
  }
  return { text: lookup(text) ?? "" }
}

/**
 * Docker's substitution in one string. An operator's evaluation overwrites an earlier error in the same string, so that
 * only the outcome of the last one counts; an escape or an invalid `$` leaves or sets it.
 */
export const substitute = (text: string, lookup: Lookup): Substituted => {
  if (!text.includes("$")) return { text }
  let invalid: string | undefined
  const replaced = text.replace(pattern, (_all, escaped?: string, plain?: string, braced?: string) => {
    if (escaped !== undefined) return escaped
    const inner = plain ?? braced
    if (inner === undefined) {
      invalid = text
      return ""
    }
    const value = evaluate(inner, lookup)
    invalid = "missing" in value ? value.missing : undefined
    return "missing" in value ? "" : value.text
  })
  return invalid === undefined ? { text: replaced } : { invalid }
}

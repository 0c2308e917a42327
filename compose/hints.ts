import type { ComposeError } from "./errors.ts"

/* YAML's traps, and how to get out of them. */

const old = /^(y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/

const scalarIn = ({ source }: ComposeError["place"]): string => /[:-]\s+([^#]*?)\s*(#.*)?$/.exec(source)?.[1] ?? ""

const yamlHint = (message: string, source: string): string | undefined => {
  if (/tab character|cannot start any token/.test(message) && /^\s*\t|\t/.test(source)) {
    return "there is a tab in this line: YAML indents with blanks only"
  }
  if (/cannot start any token/.test(message)) return "a text that begins with this character needs quotes"
  if (/already defined at line/.test(message)) return "a key may stand only once in a mapping"
  if (/map merge requires/.test(message)) {
    return "<<: takes a mapping, an alias of one (*name), or a list of these"
  }
  if (/excessive aliasing|values$/.test(message)) {
    return "aliases within aliases make the document grow without bounds"
  }
  if (/contains itself/.test(message)) return "an alias may not stand within what it is the alias of"
  if (/unknown anchor/.test(message))
    return "an alias (*name) needs an anchor (&name) before it; a text that begins with * needs quotes"
  if (/mapping values are not allowed/.test(message)) {
    return 'a text with ": " in it needs quotes; a key may have been indented too far'
  }
  if (/could not find expected ':'/.test(message)) return "a key needs a colon and a blank after it"
  if (/did not find expected key/.test(message)) {
    return "this line is not indented like the others of its mapping, or a text has quotes in the middle"
  }
  if (/exceeded max depth/.test(message)) return "no compose file is nested so deeply"
  return undefined
}

const schemaHint = (error: ComposeError): string | undefined => {
  const value = scalarIn(error.place)
  if (/must be a boolean|want boolean/.test(error.message) && old.test(value)) {
    return `${value} is a text, as in YAML 1.2: write true or false`
  }
  if (/must be a string|got boolean|got number/.test(error.message) && /^(true|false|[\d.:+-]+)$/i.test(value)) {
    return `to make a text of it, quote it: "${value}"`
  }
  if (/must be a integer|must be a number/.test(error.message) && /^["']\d+["']$/.test(value)) {
    return `${value} is a text: leave out the quotes`
  }
  return undefined
}

/** A hint for whoever made the mistake; the error's own comes first. */
export const hintFor = (error: ComposeError): string | undefined => {
  if (error.hint !== undefined) return error.hint
  if (error.kind === "yaml") return yamlHint(error.message, error.place.source)
  return error.kind === "schema" ? schemaHint(error) : undefined
}

/** Docker's wording for the errors of our YAML parser, by the parser's own code. */
const wording: ReadonlyMap<string, string> = new Map([
  ["TAB_AS_INDENT", "found character that cannot start any token"],
  ["BAD_SCALAR_START", "found character that cannot start any token"],
  ["BLOCK_AS_IMPLICIT_KEY", "mapping values are not allowed in this context"],
  ["MULTILINE_IMPLICIT_KEY", "could not find expected ':'"],
  ["BAD_INDENT", "did not find expected ',' or ']'"],
  ["UNEXPECTED_TOKEN", "did not find expected key"],
  ["RESOURCE_EXHAUSTION", "exceeded max depth"],
  ["BAD_DQ_ESCAPE", "found unknown escape character"],
])

const missing: ReadonlyArray<readonly [RegExp, string]> = [
  [/quote/, "found unexpected end of stream"],
  [/Flow map/, "did not find expected ',' or '}'"],
  [/Flow sequence/, "did not find expected ',' or ']'"],
  [/Implicit map keys/, "could not find expected ':'"],
]

/** What follows `yaml: line N: `. */
export const syntaxText = (code: string, message: string): string => {
  const known = code === "MISSING_CHAR" ? missing.find(([form]) => form.test(message))?.[1] : wording.get(code)
  return known ?? message
}

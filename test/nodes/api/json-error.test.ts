import fc from "fast-check"
import { expect, test } from "vitest"
import { jsonError } from "../../../nodes/api/json-error.ts"

/** What Go 1.19's encoding/json says of each. */
test.each([
  ["{bad", "invalid character 'b' looking for beginning of object key string"],
  ["", "unexpected EOF"],
  ["{", "unexpected EOF"],
  ['{"a"', "unexpected EOF"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ["[1 2]", "invalid character '2' after array element"],
  ["[1,]", "invalid character ']' looking for beginning of value"],
  ["{} x", "invalid character 'x' after top-level value"],
  ["truE", "invalid character 'E' in literal true (expecting 'e')"],
  ["nul", "unexpected EOF"],
  ["-x", "invalid character 'x' in numeric literal"],
  ['"a\nb"', "invalid character '\\n' in string literal"],
  ['"\\x"', "invalid character 'x' in string escape code"],
  ["'", "invalid character '\\'' looking for beginning of value"],
])("%j is refused with: %s", (text, message) => {
  expect(jsonError(text)).toBe(message)
})

test("finds a mistake exactly where JSON.parse finds one", () => {
  const alphabet = fc.constantFrom(...'{}[]:,"\\ \n01.-+eEtrufalsn\u00e9x')
  const anything = fc.array(alphabet, { maxLength: 12 }).map((chars) => chars.join(""))
  const almost = fc
    .json({ maxDepth: 3 })
    .chain((text) =>
      fc.nat(text.length).chain((at) => alphabet.map((char) => text.slice(0, at) + char + text.slice(at + 1))),
    )
  fc.assert(
    fc.property(fc.oneof(anything, almost, fc.json()), (text) => {
      expect(jsonError(text) === undefined, text).toBe(parses(text))
    }),
    { numRuns: 1_000 },
  )
})

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose files
import { describe, expect, it } from "vitest"
import { decodeText, renderErrors } from "../../compose/index.ts"
import { complaint, errorsOf } from "./helper.ts"

// Every sentence is what docker stack config says of the same text.
describe("YAML that cannot be read", () => {
  it.each([
    ["a: [b\nc: d\n", "yaml: line 1: did not find expected ',' or ']'"],
    ["a: {b: c\n", "yaml: line 1: did not find expected ',' or '}'"],
    ["a:\n\tb: c\n", "yaml: line 2: found character that cannot start any token"],
    ["a: b\n\tc\n", "yaml: line 2: found a tab character that violates indentation"],
    ["a: b\n- c\n", "yaml: line 1: did not find expected key"],
    ["a: - b\n", "yaml: block sequence entries are not allowed in this context"],
    ["x: 1\na: 'b\n", "yaml: line 2: found unexpected end of stream"],
    ['x: 1\na: "\\q"\n', "yaml: line 2: found unknown escape character"],
    ["x: 1\na: @b\n", "yaml: line 2: found character that cannot start any token"],
    ["x: 1\nb\nc: d\n", "yaml: line 2: could not find expected ':'"],
    ["x: 1\na: *b\n", "yaml: unknown anchor 'b' referenced"],
    ["x: 1\na: !x!y z\n", "yaml: line 1: found undefined tag handle"],
    ["x: 1\na: |0\n  b\n", "yaml: line 2: found an indentation indicator equal to 0"],
    ["%YAML 1.2\n---\na: b\n", "yaml: found incompatible YAML document"],
    ["x: 1\n: b\n", "yaml: line 1: did not find expected key"],
    ["a: \u0001\n", "yaml: control characters are not allowed"],
    ["{a: b}: c\n", 'yaml: invalid map key: map[string]interface {}{"a":"b"}'],
  ])("%j: %s", (text, message) => {
    expect(complaint(text)).toBe(message)
  })

  it.each([
    [[0x61, 0xff], "yaml: invalid leading UTF-8 octet", 2],
    [[0x61, 0x0a, 0xc3, 0x28], "yaml: invalid trailing UTF-8 octet", 1],
    [[0xe2, 0x82], "yaml: incomplete UTF-8 octet sequence", 1],
  ])("bytes %j: %s", (bytes, message, column) => {
    expect(decodeText(Uint8Array.from(bytes))).toMatchObject({ message, at: { column } })
  })

  it.each([
    ["maps", `${"a: {".repeat(10_000)}`],
    ["lists", "[".repeat(10_000)],
    ["questions", "? ".repeat(10_000)],
  ])("nested 10,000 deep in %s is refused", (_, text) => {
    expect(complaint(text)).toBe("yaml: exceeded max depth of 500")
  })

  it("that names aliases of aliases without end is refused before it has grown", () => {
    const levels = Array.from(
      { length: 30 },
      (_, i) => `x-${i}: &l${i} [${Array(10).fill(i === 0 ? "x" : `*l${i - 1}`)}]`,
    )
    expect(complaint(`${levels.join("\n")}\n`)).toBe("yaml: document contains excessive aliasing")
  })
})

describe("a mistake is explained:", () => {
  it.each([
    ["services:\n  web:\n    deploy: {replica: 3}\n", "did you mean replicas?"],
    ["services:\n  web:\n    enviroment: [A=1]\n", "did you mean environment?"],
    ["services:\n  web:\n    container-name: x\n", "did you mean container_name?"],
    ["services:\n  web:\n    privileged: no\n", "no is a text, as in YAML 1.2: write true or false"],
    ["services:\n  web:\n    environment:\n      A: true\n", 'quote it: "true"'],
    ["services:\n\tweb: {}\n", "YAML indents with blanks only"],
    ["services:\n  web: {}\n  web: {}\n", "a key may stand only once in a mapping"],
    ["x: 1\na: b: c\n", 'a text with ": " in it needs quotes'],
    ["x-a: &a 5\nservices:\n  web:\n    <<: *a\n", "<<: takes a mapping"],
  ])("%j", (text, hint) => {
    expect(renderErrors(errorsOf(text))).toContain(`hint: ${hint.startsWith("quote") ? "to make a text of it, " : ""}`)
    expect(renderErrors(errorsOf(text))).toContain(hint)
  })

  it("all of a file at once, in the order of their places, with Docker's choice among them", () => {
    const text =
      "services:\n  web:\n    cpuset: '0'\n    hostname: ${A:?no}\n    imagee: x\n    deploy:\n      replicas: two\n"
    expect(renderErrors(errorsOf(text)).match(/stack\.yml:\d+/g)).toEqual([
      "stack.yml:3",
      "stack.yml:4",
      "stack.yml:5",
      "stack.yml:7",
    ])
    expect(complaint(text)).toBe("Configuration contains forbidden properties")
  })
})

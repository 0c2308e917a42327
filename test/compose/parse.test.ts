import { describe, expect, it } from "vitest"
import { renderError } from "../../compose/index.ts"
import { complaint, errorsOf, load, web, webOf } from "./helper.ts"

const environment = (text: string) => webOf(web("image: a", `environment: {A: ${text}}`)).environment?.get("A")

describe("a scalar of a compose file", () => {
  it.each([
    ["yes", "yes"],
    ["0x1F", "31"],
    ["017", "15"],
    ["0o17", "15"],
    ["08", "8"],
    ["1_000", "1000"],
    ["22:22", "22:22"],
    ["1.50", "1.5"],
    ["1e6", "1e+06"],
    ["1000000", "1000000"],
    ["0.00001", "1e-05"],
    ["-0.0", "-0"],
    ["18446744073709551615", "18446744073709551615"],
    ["2020-01-02", "2020-01-02 00:00:00 +0000 UTC"],
    ["!!str 017", "017"],
    ["!reset null", "null"],
    ["'017'", "017"],
  ])("%s is read as Docker reads it: %s", (written, read) => {
    expect(environment(written)).toBe(read)
  })

  it("that is a plain boolean is no value for a variable", () => {
    expect(complaint(web("image: a", "environment: {A: true}"))).toBe(
      "services.web.environment.A must be a string, number or null",
    )
  })
})

describe("the parser", () => {
  it.each([
    ["", "top-level object must be a mapping"],
    ["# nothing\n", "top-level object must be a mapping"],
    ["- a\n", "top-level object must be a mapping"],
    ["services:\n\tweb: {}\n", "yaml: line 2: found character that cannot start any token"],
    ["a: b: c\n", "yaml: mapping values are not allowed in this context"],
    ["a: *nope\n", "yaml: unknown anchor 'nope' referenced"],
    ["a: &a {b: *a}\n", "yaml: anchor 'a' value contains itself"],
    ["a: 1\nb: 2\na: 3\n", 'yaml: unmarshal errors:\n  line 3: mapping key "a" already defined at line 1'],
    ["a: {<<: 1}\n", "yaml: map merge requires map or sequence of maps as the value"],
    ["services: {web: {1: a}}\n", "json: unsupported type: map[interface {}]interface {}"],
    ["x-a: .inf\n", "json: unsupported value: +Inf"],
  ])("of %j says: %s", (text, message) => {
    expect(complaint(text)).toBe(message)
  })

  it("reads only the first document, whatever is wrong with the next", () => {
    expect(complaint(`${web("image: a")}---\na\n b\n: {`)).toBeUndefined()
  })

  it("takes a byte order mark", () => {
    expect(webOf(`\ufeff${web("image: a")}`).image).toBe("a")
  })

  it("lets explicit keys win over merged ones wherever they stand, and the first of several merged ones", () => {
    const text = `x-a: &a {image: a, user: a}\nx-b: &b {user: b, hostname: b}\n${web("<<: [*a, *b]", "image: own")}`
    expect(webOf(text)).toMatchObject({ image: "own", user: "a", hostname: "b" })
  })

  it("refuses a document that grows by its aliases", () => {
    const levels = Array.from({ length: 12 }, (_, i) => {
      const previous = i === 0 ? '"x"' : `*l${i - 1}`
      return `x-${i}: &l${i} [${Array.from({ length: 9 }, () => previous).join(", ")}]`
    })
    expect(complaint(`${levels.join("\n")}\n`)).toBe("yaml: document contains excessive aliasing")
  })

  it("keeps names apart that JavaScript objects would confuse", () => {
    const { services } = load(
      "services: {__proto__: {image: a}, constructor: {image: b}, 9: {image: c}}".replace("9", '"9"'),
    ).config
    expect([...services.keys()]).toEqual(["__proto__", "constructor", "9"])
  })
})

describe("an error", () => {
  it("names file, line and column and holds Docker's sentence and the line", () => {
    const [error] = errorsOf(web("image: a", "deploy:", "  replicas: two"))
    if (error === undefined) throw new Error("no error")
    expect(renderError(error)).toBe(
      [
        "stack.yml:5:7: services.web.deploy.replicas must be a integer",
        "",
        "  5 |       replicas: two",
        "            ^",
        "  at services.web.deploy.replicas",
      ].join("\n"),
    )
  })
})

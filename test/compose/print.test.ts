import { describe, expect, it } from "vitest"
import { naturalOrder } from "../../compose/go/natural-order.ts"
import { printed, web } from "./helper.ts"

describe("stack config", () => {
  it("prints keys in Docker's order, names in natural order, and everything in its long form", () => {
    const text = [
      "x-b: [1, {c: d}]",
      "networks: {net: {}}",
      web(
        "image: nginx",
        "ports: ['80:80']",
        "labels: {a10: x, a9: 'yes'}",
        "deploy: {replicas: 0, labels: {}}",
        "networks: [net]",
        "x-own: 1",
      ),
    ].join("\n")
    expect(printed(text)).toBe(
      [
        'version: "3.13"',
        "services:",
        "  web:",
        "    deploy:",
        "      replicas: 0",
        "    image: nginx",
        "    labels:",
        '      a9: "yes"',
        "      a10: x",
        "    networks:",
        "      net: null",
        "    ports:",
        "      - mode: ingress",
        "        target: 80",
        "        published: 80",
        "        protocol: tcp",
        "    x-own: 1",
        "networks:",
        "  net: {}",
        "x-b:",
        "  - 1",
        "  - c: d",
        "",
      ].join("\n"),
    )
  })

  it("prints a stack of nothing", () => {
    expect(printed("version: '3'\n")).toBe('version: "3.13"\nservices: {}\n')
  })

  it.each([
    ["'12:30'", '"12:30"'],
    ["'1_000'", '"1_000"'],
    ["'a: b'", "'a: b'"],
    ["' a'", "' a'"],
    ["'#a'", "'#a'"],
    ["'it''s'", "it's"],
    ["''", '""'],
    ['"a\\nb"', "|-\n        a\n        b"],
    ['"a \\nb"', '"a \\nb"'],
    ['"\\U0001F600"', '"\\U0001F600"'],
  ])("prints the text %s as %s", (written, shown) => {
    expect(printed(web("image: a", `environment: {A: ${written}}`))).toContain(`      A: ${shown}\n`)
  })
})

describe("natural order", () => {
  it.each([
    ["a9", "a10"],
    ["9", "10"],
    ["A", "a"],
    ["_a", "a"],
    ["a-b", "ab"],
    ["a1b", "a1-"],
    ["a", "ab"],
  ])("%s comes before %s", (first, second) => {
    expect(naturalOrder(first, second)).toBeLessThan(0)
    expect(naturalOrder(second, first)).toBeGreaterThan(0)
  })
})

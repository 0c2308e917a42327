import * as Result from "effect/Result"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parse as parseYaml, stringify } from "yaml"
import { formatDuration, parseDuration } from "../../compose/go/duration.ts"
import { naturalOrder } from "../../compose/go/natural-order.ts"
import { renderErrors } from "../../compose/index.ts"
import { substitute } from "../../compose/interpolate/template.ts"
import { errorsOf, load, printed, tryConvert, tryLoad, web } from "./helper.ts"

const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/)
const text = fc.string({ maxLength: 12 }).map((value) => value.replaceAll("$", ""))
const texts = fc.dictionary(fc.stringMatching(/^[A-Za-z_.-]{1,8}$/), fc.oneof(text, fc.integer(), fc.constant(null)))
const port = fc.integer({ min: 1, max: 65535 })
const duration = fc.tuple(fc.nat(500), fc.constantFrom("ms", "s", "m", "h")).map(([value, unit]) => `${value}${unit}`)

const updateConfig = fc.record(
  {
    parallelism: fc.nat(9),
    delay: duration,
    monitor: duration,
    order: fc.constantFrom("start-first", "stop-first"),
    max_failure_ratio: fc.constantFrom(0, 0.25, 1),
  },
  { requiredKeys: [] },
)

const deploy = fc.record(
  {
    replicas: fc.nat(50),
    labels: texts,
    update_config: updateConfig,
    rollback_config: updateConfig,
    restart_policy: fc.record({ delay: duration, max_attempts: fc.nat(5) }, { requiredKeys: [] }),
    placement: fc.record({ constraints: fc.array(text), max_replicas_per_node: fc.nat(3) }, { requiredKeys: [] }),
    resources: fc.record(
      { limits: fc.record({ cpus: fc.constantFrom("0.5", "1/4"), memory: fc.constantFrom("64M", "1g") }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
)

const service = fc.record(
  {
    image: fc.constantFrom("nginx", "redis:7", "reg:5000/a/b@sha256:".concat("0".repeat(64))),
    command: fc.oneof(fc.array(text), fc.constant("a b 'c d'")),
    environment: texts,
    labels: texts,
    ports: fc.uniqueArray(
      fc.oneof(
        fc.tuple(port, port).map(([published, target]) => `${published}:${target}`),
        port,
        fc.record({ target: port, published: port, mode: fc.constantFrom("host", "ingress") }),
      ),
      { selector: (value) => JSON.stringify(value) },
    ),
    volumes: fc.array(fc.constantFrom("data:/a", "/anon", "./here:/b:ro")),
    networks: fc.uniqueArray(fc.constantFrom("front", "back", "default")),
    healthcheck: fc.record({ test: fc.array(text), interval: duration, retries: fc.nat(5) }, { requiredKeys: [] }),
    stop_grace_period: duration,
    tty: fc.boolean(),
    init: fc.boolean(),
    deploy,
    "x-note": fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value).replaceAll("$", ""))),
  },
  { requiredKeys: ["image"] },
)

const stack = fc.record({
  services: fc.dictionary(name, service, { minKeys: 1, maxKeys: 4 }),
  networks: fc.constant({ front: null, back: { driver: "overlay" } }),
  volumes: fc.constant({ data: {} }),
})

/** Texts are quoted, keys too: which of them Go would read as something else (`0o0`, `0B1`) is no business of the writer here. */
const fileOf = (value: unknown): string =>
  stringify(value, { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "QUOTE_DOUBLE", aliasDuplicateObjects: false })

describe("interpolation", () => {
  it("is the identity on text without a dollar, whatever the environment", () => {
    fc.assert(
      fc.property(text, fc.string(), (value, found) => {
        expect(substitute(value, () => found)).toEqual({ text: value })
      }),
    )
  })

  it("undoes the doubling of every dollar", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(substitute(value.replaceAll("$", "$$$$"), () => "x")).toEqual({ text: value })
      }),
    )
  })
})

describe("a valid file", () => {
  it("always loads and converts, to one spec a service", () => {
    fc.assert(
      fc.property(stack, (value) => {
        const converted = tryConvert(fileOf(value))
        if (Result.isFailure(converted)) throw new Error(renderErrors(converted.failure))
        expect(converted.success.services).toHaveLength(Object.keys(value.services).length)
      }),
      { numRuns: 60 },
    )
  })

  it("loads to the same stack again from what `config` printed of it", () => {
    fc.assert(
      fc.property(stack, (value) => {
        const once = printed(fileOf(value))
        const again = load(once, { skipInterpolation: true })
        expect(parseYaml(printed(once, { skipInterpolation: true }))).toEqual(parseYaml(once))
        expect(again.config.services.size).toBe(Object.keys(value.services).length)
      }),
      { numRuns: 60 },
    )
  })

  it("loads the same way every time", () => {
    fc.assert(
      fc.property(stack, (value) => {
        expect(printed(fileOf(value))).toBe(printed(fileOf(value)))
      }),
      { numRuns: 20 },
    )
  })
})

const base = [
  "x-a: &a {image: nginx:$TAG}",
  web(
    "<<: *a",
    "ports: ['80:80', {target: 1}]",
    "environment: [A=b, C]",
    "command: >",
    "  a",
    "  b",
    "deploy: {replicas: 2}",
  ),
].join("\n")

const piece = fc.constantFrom(
  ":",
  " ",
  "\n",
  "\t",
  "-",
  "{",
  "}",
  "[",
  "]",
  '"',
  "'",
  "&a",
  "*a",
  "!x",
  "|",
  "?",
  "#",
  "$",
  "${",
  "1",
  "~",
  "<<: ",
)
const mutated = fc
  .array(fc.tuple(fc.nat(base.length), fc.nat(4), piece), { minLength: 1, maxLength: 4 })
  .map((edits) => edits.reduce((found, [at, cut, put]) => found.slice(0, at) + put + found.slice(at + cut), base))

describe("a broken file", () => {
  it("never makes the loader throw, and each error names a place in the file and has words", () => {
    fc.assert(
      fc.property(mutated, (broken) => {
        const lines = broken.split("\n").length
        for (const error of errorsOf(broken)) {
          expect(error.message).not.toBe("")
          expect(error.place.file).toBe("stack.yml")
          expect(error.place.line).toBeGreaterThanOrEqual(1)
          expect(error.place.line).toBeLessThanOrEqual(lines)
          expect(error.place.column).toBeGreaterThanOrEqual(1)
        }
      }),
      { numRuns: 400 },
    )
  })

  it("of any text at all is an answer, not a crash", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (anything) => {
        const result = tryLoad(anything)
        expect(Result.isSuccess(result) || result.failure.length > 0).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe("durations", () => {
  it("survive being printed and read again", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }), (ns) => {
        expect(parseDuration(formatDuration(ns))).toBe(ns)
      }),
    )
  })
})

describe("natural order", () => {
  const keys = fc.string({ unit: fc.constantFrom("a", "B", "0", "1", "9", "-", "_", "."), maxLength: 6 })
  it("is antisymmetric, and equal only for equal names", () => {
    fc.assert(
      fc.property(keys, keys, (a, b) => {
        expect(Math.sign(naturalOrder(a, b))).toBe(-Math.sign(naturalOrder(b, a)) || 0)
        if (a !== b) expect(naturalOrder(a, b)).not.toBe(0)
      }),
    )
  })
})

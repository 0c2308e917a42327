// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of compose files, not of template strings
import { describe, expect, it } from "vitest"
import { complaint, web, webOf } from "./helper.ts"

const env = { A: "val", EMPTY: "", Q1: "7" }
const hostname = (text: string) => webOf(web("image: a", `hostname: '${text}'`), { env }).hostname

describe("a variable", () => {
  it.each([
    ["$A", "val"],
    ["${A}", "val"],
    ["x${A}y", "xvaly"],
    ["$$A", "$A"],
    ["$UNSET.", "."],
    ["${UNSET:-d}", "d"],
    ["${EMPTY:-d}", "d"],
    ["${UNSET-d}", "d"],
    ["${A:?m}", "val"],
    ["${A:-d}", "val"],
    // quirks
    ["$A-suffix", "val"],
    ["$UNSET:-x y", "x y"],
    ["${X:?not-set}", "set"],
    ["${X-a:-b}", "b"],
    ["${UNSET:-${B:-c}}", "${B:-c}"],
    ["${A:-$$}", "val"],
    ["${UNSET:-$$}", "$$"],
    ["${a}${A}", "val"],
  ])("written %s becomes %s", (written, read) => {
    expect(hostname(written)).toBe(read)
  })

  it.each([
    ["${A", "${A"],
    ["${}", "${}"],
    ["${A:+x}", "${A:+x}"],
    ["a$", "a$"],
  ])("written %s is refused", (written, quoted) => {
    expect(complaint(web("image: a", `command: ['${written}']`), { env })).toBe(
      `invalid interpolation format for services.web.command.[]: "${quoted}"; you may need to escape any $ with another $`,
    )
  })

  it.each([
    ["${N:?set me}", "set me"],
    ["${EMPTY:?}", ""],
    ["${N?}", ""],
  ])("that is required stops the load: %s", (written, text) => {
    const name = written.includes("EMPTY") ? "EMPTY" : "N"
    expect(complaint(web("image: a", `hostname: '${written}'`), { env })).toBe(
      `invalid interpolation format for services.web.hostname: "required variable ${name} is missing a value: ${text}"; you may need to escape any $ with another $`,
    )
  })

  it("that follows a missing required one in the same string hides the error, as in Docker", () => {
    expect(hostname("${N:?x}-$A")).toBe("-val")
    expect(complaint(web("image: a", "hostname: '${N:?x}-$$A'"), { env })).toContain("required variable N")
  })

  it("in a key or a comment is left alone", () => {
    const text = web("image: a # $A ${", "labels: {$A: $A}")
    expect([...(webOf(text, { env }).labels ?? [])]).toEqual([["$A", "val"]])
  })
})

describe("text with a variable replaced in it", () => {
  it("becomes a number or a boolean where the format wants one", () => {
    const text = web("image: a", "tty: ${T}", "deploy: {replicas: '$Q1', update_config: {max_failure_ratio: '${R}'}}")
    const found = webOf(text, { env: { ...env, T: "Yes", R: "0.5" } })
    expect(found.tty).toBe(true)
    expect(found.deploy).toEqual({ replicas: 7, update_config: { max_failure_ratio: 0.5 } })
  })

  it.each([
    ["deploy: {replicas: '$A'}", "deploy.replicas", 'strconv.Atoi: parsing "val": invalid syntax'],
    ["deploy: {replicas: '$UNSET'}", "deploy.replicas", 'strconv.Atoi: parsing "": invalid syntax'],
    ["tty: '$Q1'", "tty", "invalid boolean: 7"],
    [
      "deploy: {update_config: {max_failure_ratio: '$A'}}",
      "deploy.update_config.max_failure_ratio",
      'strconv.ParseFloat: parsing "val": invalid syntax',
    ],
  ])("that is none is refused: %s", (line, path, why) => {
    expect(complaint(web("image: a", line), { env })).toBe(
      `error while interpolating services.web.${path}: failed to cast to expected type: ${why}`,
    )
  })

  it("is not cast where Docker does not cast, nor when nothing was replaced", () => {
    expect(complaint(web("image: a", "init: '${T}'"), { env: { T: "true" } })).toBe(
      "services.web.init must be a boolean",
    )
    expect(complaint(web("image: a", "deploy: {replicas: '3'}"))).toBe("services.web.deploy.replicas must be a integer")
  })

  it("stays as written when interpolation is skipped", () => {
    expect(webOf(web("image: $A", "hostname: $$x"), { env, skipInterpolation: true })).toEqual({
      image: "$A",
      hostname: "$$x",
    })
  })
})

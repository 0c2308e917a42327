import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { bool, duration, type FlagTable, filters, list, text, uint } from "../../../cli/args/flag.ts"
import { parseArgs } from "../../../cli/args/parse.ts"

const table = {
  quiet: bool("", { short: "q" }),
  detach: bool("", { short: "d", initial: true }),
  name: text("", { short: "n" }),
  env: list("", { short: "e" }),
  replicas: uint(""),
  delay: duration(""),
  filter: filters(),
} satisfies FlagTable

const parse = (words: ReadonlyArray<string>, interspersed = true) => parseArgs(words, table, interspersed)

function flagsOf(...words: ReadonlyArray<string>) {
  const parsed = parse(words)
  if (!parsed.ok) throw new Error(parsed.error)
  return parsed.value.flags
}

function errorOf(...words: ReadonlyArray<string>) {
  const parsed = parse(words)
  return parsed.ok ? undefined : parsed.error
}

describe("a command line", () => {
  it("gives every option its initial value when nothing is said", () => {
    expect(flagsOf()).toEqual({
      quiet: false,
      detach: true,
      name: "",
      env: [],
      replicas: undefined,
      delay: undefined,
      filter: [],
    })
  })

  it.each([
    [["--name", "web"]],
    [["--name=web"]],
    [["-n", "web"]],
    [["-nweb"]],
    [["-n=web"]],
    [["-qn", "web"]],
    [["-qnweb"]],
  ])("takes a value in every form docker takes: %j", (words) => {
    expect(flagsOf(...words).name).toBe("web")
  })

  it("takes an empty value after = and the last of several", () => {
    expect(flagsOf("--name", "a", "--name=").name).toBe("")
  })

  it("turns switches on, off and together", () => {
    expect(flagsOf("-qd=false")).toMatchObject({ quiet: true, detach: false })
    expect(flagsOf("--detach=false").detach).toBe(false)
    expect(flagsOf("--quiet=1").quiet).toBe(true)
  })

  it("does not take the word after a switch for its value", () => {
    const parsed = parse(["--quiet", "false"])
    expect(parsed.ok && parsed.value).toMatchObject({ flags: { quiet: true }, args: ["false"] })
  })

  it("gathers repeated options in order", () => {
    expect(flagsOf("-e", "A=1", "--env=B=2", "-eC").env).toEqual(["A=1", "B=2", "C"])
    expect(flagsOf("-f", "Label=a=b", "--filter", " name = x ").filter).toEqual([
      ["label", "a=b"],
      ["name", "x"],
    ])
  })

  it("knows which options were given", () => {
    const parsed = parse(["--detach=true", "x"])
    expect(parsed.ok && [...parsed.value.changed]).toEqual(["detach"])
  })

  it("ends options at --, and at the first argument when they are not interspersed", () => {
    const rest = parse(["-q", "--", "-n", "--bogus"])
    expect(rest.ok && rest.value.args).toEqual(["-n", "--bogus"])
    const image = parse(["-q", "busybox", "sh", "-c", "true"], false)
    expect(image.ok && image.value.args).toEqual(["busybox", "sh", "-c", "true"])
    expect(parse(["a", "-q", "b", "-"]).ok && parse(["a", "-q", "b", "-"])).toMatchObject({
      value: { args: ["a", "b", "-"] },
    })
  })

  it.each([
    [["--bogus"], "unknown flag: --bogus"],
    [["--bogus=1"], "unknown flag: --bogus"],
    [["-z"], "unknown shorthand flag: 'z' in -z"],
    [["-qzn"], "unknown shorthand flag: 'z' in -zn"],
    [["--name"], "flag needs an argument: --name"],
    [["-qn"], "flag needs an argument: 'n' in -n"],
    [["--="], "bad flag syntax: --="],
    [["--replicas", "x"], 'invalid argument "x" for "--replicas" flag: strconv.ParseUint: parsing "x": invalid syntax'],
    [
      ["--replicas", "-1"],
      'invalid argument "-1" for "--replicas" flag: strconv.ParseUint: parsing "-1": invalid syntax',
    ],
    [
      ["-q=maybe"],
      'invalid argument "maybe" for "-q, --quiet" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [["-f", "abc"], 'invalid argument "abc" for "-f, --filter" flag: bad format of filter (expected name=value)'],
    [["--delay", "5"], 'invalid argument "5" for "--delay" flag: time: missing unit in duration "5"'],
  ])("refuses %j in docker's words", (words, error) => {
    expect(errorOf(...words)).toBe(error)
  })

  it("reads back whatever values it was given", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), fc.nat(), (env, name, replicas) => {
        const words = [...env.map((value) => `--env=${value}`), "--name", name, "--replicas", String(replicas)]
        expect(flagsOf(...words)).toMatchObject({ env, name, replicas })
      }),
    )
  })

  it("loses no word that does not look like an option", () => {
    const word = fc.string({ minLength: 1 }).filter((text) => !text.startsWith("-"))
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const parsed = parse(words)
        expect(parsed.ok && parsed.value.args).toEqual(words)
      }),
    )
  })
})

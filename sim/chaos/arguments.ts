import type { ChaosOptions } from "./chaos.ts"

export const usage =
  "usage: npm run chaos -- [--seeds N] [--seed S] [--minutes M] [--steps I,J,...] [--clients I,J,...] [--log]"

/** What the words of a command line ask for, or what is wrong with them. One seed alone is played once; otherwise 300, from 1 on. */
export function parseArguments(words: ReadonlyArray<string>): ChaosOptions | string {
  const given = new Map<string, string>()
  for (let i = 0; i < words.length; i++) {
    const [name = "", inline] = (words[i] ?? "").split("=", 2)
    if (!names.includes(name)) return `unknown option: ${words[i]}`
    const value = name === "--log" ? "" : (inline ?? words[++i])
    if (value === undefined) return `${name} needs a value`
    given.set(name, value)
  }
  const whole = (name: string, fallback: number): number => Number(given.get(name) ?? fallback)
  const seed = whole("--seed", 1)
  const seeds = whole("--seeds", given.has("--seed") ? 1 : 300)
  const minutes = whole("--minutes", Number.POSITIVE_INFINITY)
  if (!Number.isSafeInteger(seed) || seed < 0) return "--seed must be a whole number"
  if (!Number.isSafeInteger(seeds) || seeds < 1) return "--seeds must be a whole number, at least 1"
  if (!(minutes > 0)) return "--minutes must be more than 0"
  const steps = places(given.get("--steps"))
  const clients = places(given.get("--clients"))
  if (typeof steps === "string" || typeof clients === "string")
    return "--steps and --clients take numbers with commas between"
  return { seed, seeds, minutes, log: given.has("--log"), ...(steps && { steps }), ...(clients && { clients }) }
}

const names = ["--seed", "--seeds", "--minutes", "--steps", "--clients", "--log"]

function places(text: string | undefined): ReadonlyArray<number> | undefined | string {
  if (text === undefined) return undefined
  const list = text === "" ? [] : text.split(",").map(Number)
  return list.every((n) => Number.isSafeInteger(n) && n >= 0) ? list : text
}

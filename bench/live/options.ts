import { parseArgs } from "node:util"

/** Reads --name value pairs, all of them whole numbers or words; those not named in `usual` are refused. */
export function readOptions<O extends Readonly<Record<string, string | number>>>(
  args: ReadonlyArray<string>,
  usual: O,
): O {
  const options = Object.fromEntries(Object.keys(usual).map((name) => [name, { type: "string" } as const]))
  const { values } = parseArgs({ args: [...args], options })
  const given = Object.entries(values).map(([name, value]) => {
    if (typeof usual[name] === "string") return [name, String(value)]
    if (!(Number(value) >= 0)) throw new Error(`--${name} is a number`)
    return [name, Number(value)]
  })
  return { ...usual, ...Object.fromEntries(given) }
}

const powers: ReadonlyMap<string, number> = new Map([
  ["", 0],
  ["k", 1],
  ["m", 2],
  ["g", 3],
  ["t", 4],
  ["p", 5],
])

export type Size = { readonly bytes: bigint } | { readonly error: string }

const unitPower = (suffix: string): number | undefined => {
  const lower = suffix.toLowerCase()
  if (lower === "b") return 0
  const found = /^([kmgtp]?)(?:b|ib)?$/.exec(lower)
  return found === null || (found[1] === "" && lower !== "") ? undefined : powers.get(found[1] ?? "")
}

/** go-units' RAMInBytes: `64M`, `1.5 gib`, `512`; every unit is a power of 1024. */
export const parseSize = (text: string): Size => {
  const end = Math.max(text.lastIndexOf("0"), ...[..."123456789. "].map((digit) => text.lastIndexOf(digit)))
  if (end < 0) return { error: `invalid size: '${text}'` }
  const numberText = (text[end] === " " ? text.slice(0, end) : text.slice(0, end + 1)).trimEnd()
  const suffix = text.slice(end + 1)
  if (!/^[+]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(numberText)) return { error: `invalid size: '${text}'` }
  if (suffix.length > 3) return { error: `invalid suffix: '${suffix}'` }
  const power = unitPower(suffix)
  if (power === undefined) return { error: `invalid suffix: '${suffix}'` }
  return { bytes: BigInt(Math.trunc(Number(numberText) * 1024 ** power)) }
}

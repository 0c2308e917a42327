const isDigit = (char: string | undefined): boolean => char !== undefined && char >= "0" && char <= "9"
const isLetter = (char: string | undefined): boolean => char !== undefined && /\p{L}/u.test(char)

const leadingNumber = (chars: ReadonlyArray<string>, from: number): { value: bigint; end: number } => {
  let end = from
  while (isDigit(chars[end])) end++
  return { value: BigInt(chars.slice(from, end).join("") || "0"), end }
}

/**
 * The order in which Go's yaml.v3 prints map keys: runs of digits compare as numbers, non-letters come before letters
 * (after a digit: letters first), anything else by code point.
 */
export const naturalOrder = (left: string, right: string): number => {
  const a = [...left]
  const b = [...right]
  let afterDigit = false
  for (let i = 0; i < a.length && i < b.length; i++) {
    const x = a[i] ?? ""
    const y = b[i] ?? ""
    if (x === y) {
      afterDigit = isDigit(x)
      continue
    }
    return compareAt(a, b, i, afterDigit)
  }
  return a.length - b.length
}

const compareAt = (a: ReadonlyArray<string>, b: ReadonlyArray<string>, i: number, afterDigit: boolean): number => {
  const x = a[i] ?? ""
  const y = b[i] ?? ""
  const [xLetter, yLetter] = [isLetter(x), isLetter(y)]
  if (xLetter && yLetter) return codePoint(x) - codePoint(y)
  if (xLetter || yLetter) {
    const lettersFirst = afterDigit
    return xLetter === lettersFirst ? -1 : 1
  }
  const numbers = compareNumbers(a, b, i)
  return numbers !== 0 ? numbers : codePoint(x) - codePoint(y)
}

const compareNumbers = (a: ReadonlyArray<string>, b: ReadonlyArray<string>, i: number): number => {
  const start = startOfZeros(a, b, i)
  const left = leadingNumber(a, start)
  const right = leadingNumber(b, start)
  if (left.value !== right.value) return left.value < right.value ? -1 : 1
  return left.end - right.end
}

/** Numbers that differ only after a leading zero compare from where their digits began. */
const startOfZeros = (a: ReadonlyArray<string>, b: ReadonlyArray<string>, i: number): number => {
  if (a[i] !== "0" && b[i] !== "0") return i
  for (let j = i - 1; j >= 0 && isDigit(a[j]); j--) if (a[j] !== "0") return j
  return i
}

const codePoint = (char: string): number => char.codePointAt(0) ?? 0

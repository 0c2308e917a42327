/**
 * What a text takes of a terminal's line. Texts come from outside (host names, error messages), so they are made printable first: no
 * control character may reach the terminal, and every code point that stays has a known width.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu
const combining = /\p{M}/gu
const notAscii = /[^\x20-\x7e]/gu
const plain = /^[\x20-\x7e]*$/

/** One line of text without control characters; in ASCII only when the terminal shows no more. */
export function printable(text: string, unicode: boolean): string {
  if (plain.test(text)) return text
  const line = text.replace(/\s+/g, " ").replace(unprintable, "").replace(combining, "")
  return unicode ? line : line.replace(notAscii, "?")
}

/** First and last of the code points that terminals draw two cells wide (Unicode's East Asian Width W and F, emoji). */
const wide: ReadonlyArray<readonly [number, number]> = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x2693, 0x2693],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26ce],
  [0x26d4, 0x26ea],
  [0x26f2, 0x26fd],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274e],
  [0x2753, 0x2757],
  [0x2795, 0x2797],
  [0x27b0, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b55],
  [0x2e80, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18d08],
  [0x1aff0, 0x1b2fb],
  [0x1f000, 0x1faff],
  [0x20000, 0x3fffd],
]

const isWide = (code: number): boolean => {
  // The signs that the picture itself draws with; looked up a thousand times a frame.
  if (code < 0x1100 || (code >= 0x2500 && code <= 0x25fc)) return false
  return wide.some(([low, high]) => code >= low && code <= high)
}

/** Cells that a printable text takes. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length
  let width = 0
  for (const character of text) width += isWide(character.codePointAt(0) ?? 0) ? 2 : 1
  return width
}

/** The longest beginning of a printable text that takes at most so many cells. */
export function takeWidth(text: string, width: number): string {
  if (width <= 0) return ""
  if (plain.test(text)) return text.slice(0, width)
  let taken = ""
  let left = width
  for (const character of text) {
    left -= isWide(character.codePointAt(0) ?? 0) ? 2 : 1
    if (left < 0) return taken
    taken += character
  }
  return taken
}

import type { Position } from "../errors.ts"

export type Decoded =
  | { readonly text: string }
  | { readonly message: string; readonly at: Position; readonly line: string }

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** How many bytes the character has that begins with this one; 0: none begins so. */
const widthOf = (byte: number): number => {
  if (byte < 0x80) return 1
  if (byte >= 0xc2 && byte < 0xe0) return 2
  if (byte >= 0xe0 && byte < 0xf0) return 3
  return byte >= 0xf0 && byte < 0xf5 ? 4 : 0
}

/** The first place that is not UTF-8, and why, in the words of Docker's YAML library. */
const firstFault = (bytes: Uint8Array): { readonly offset: number; readonly message: string } => {
  for (let i = 0; i < bytes.length; ) {
    const width = widthOf(bytes[i] ?? 0)
    if (width === 0) return { offset: i, message: "yaml: invalid leading UTF-8 octet" }
    if (i + width > bytes.length) return { offset: i, message: "yaml: incomplete UTF-8 octet sequence" }
    for (let k = 1; k < width; k++) {
      if (((bytes[i + k] ?? 0) & 0xc0) !== 0x80) return { offset: i, message: "yaml: invalid trailing UTF-8 octet" }
    }
    i += width
  }
  return { offset: 0, message: "yaml: invalid Unicode character" }
}

/** The text of a file: UTF-8, or UTF-16 with its mark. */
export const decodeText = (bytes: Uint8Array): Decoded => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: new TextDecoder("utf-16le").decode(bytes) }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: new TextDecoder("utf-16be").decode(bytes) }
  try {
    return { text: utf8.decode(bytes) }
  } catch {
    const { offset, message } = firstFault(bytes)
    const before = new TextDecoder().decode(bytes.subarray(0, offset)).split(/\r\n|\n|\r/)
    const own = before.at(-1) ?? ""
    const after = new TextDecoder().decode(bytes.subarray(offset, offset + 200)).split(/\r\n|\n|\r/)[0] ?? ""
    return { message, at: { line: before.length, column: own.length + 1 }, line: own + after }
  }
}

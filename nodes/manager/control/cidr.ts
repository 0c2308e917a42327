/** An IP address: four or sixteen bytes. */
export type Address = ReadonlyArray<number>

export interface Cidr {
  readonly address: Address
  readonly prefix: number
}

/** An IPv4 or IPv6 address; undefined when the text is none. */
export const parseAddress = (text: string): Address | undefined => (text.includes(":") ? parseV6(text) : parseV4(text))

export function parseCidr(text: string): Cidr | undefined {
  const [head = "", tail, ...more] = text.split("/")
  const address = parseAddress(head)
  if (address === undefined || tail === undefined || more.length > 0 || !/^\d{1,3}$/.test(tail)) return undefined
  const prefix = Number(tail)
  return prefix <= address.length * 8 ? { address, prefix } : undefined
}

export function containsAddress(subnet: Cidr, address: Address): boolean {
  if (subnet.address.length !== address.length) return false
  return subnet.address.every((byte, i) => {
    const bits = Math.min(8, Math.max(0, subnet.prefix - i * 8))
    const mask = (0xff << (8 - bits)) & 0xff
    return (byte & mask) === ((address[i] ?? 0) & mask)
  })
}

function parseV4(text: string): Address | undefined {
  const parts = text.split(".")
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined
  const bytes = parts.map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

function parseV6(text: string): Address | undefined {
  const [left = "", right, ...more] = text.split("::")
  if (more.length > 0) return undefined
  const head = groups(left)
  const tail = right === undefined ? [] : groups(right)
  if (!head || !tail) return undefined
  const missing = 16 - head.length - tail.length
  if (right === undefined ? missing !== 0 : missing < 2) return undefined
  return [...head, ...Array<number>(missing).fill(0), ...tail]
}

function groups(text: string): ReadonlyArray<number> | undefined {
  if (text === "") return []
  const parts = text.split(":")
  if (!parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return undefined
  return parts.flatMap((part) => {
    const value = Number.parseInt(part, 16)
    return [value >> 8, value & 0xff]
  })
}

/** An IPv4 address as a number. */
export type Address = number

/** A range of addresses. `base` is its first address, `size` their number, a power of two. */
export interface Subnet {
  readonly base: Address
  readonly size: number
}

/** Undefined when the text is no IPv4 address. */
export function parseAddress(text: string): Address | undefined {
  const parts = text.split(".")
  if (parts.length !== 4) return undefined
  let address = 0
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    address = address * 256 + Number(part)
  }
  return address
}

/** Undefined when the text is no IPv4 network in CIDR form. Bits below the mask are dropped. */
export function parseCidr(text: string): Subnet | undefined {
  const [host, length, ...rest] = text.split("/")
  const address = parseAddress(host ?? "")
  if (address === undefined || length === undefined || rest.length > 0) return undefined
  if (!/^\d{1,2}$/.test(length) || Number(length) > 32) return undefined
  const size = 2 ** (32 - Number(length))
  return { base: address - (address % size), size }
}

export const formatAddress = (address: Address): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".")

export const prefixLength = ({ size }: Subnet): number => 32 - Math.log2(size)

export const formatCidr = (subnet: Subnet): string => `${formatAddress(subnet.base)}/${prefixLength(subnet)}`

export const within = ({ base, size }: Subnet, address: Address): boolean => address >= base && address < base + size

export const overlap = (a: Subnet, b: Subnet): boolean => a.base < b.base + b.size && b.base < a.base + a.size

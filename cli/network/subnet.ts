import { BlockList, isIP } from "node:net"
import { CliError } from "../errors.ts"

/** Whether a subnet (CIDR) contains an address, or the address of another subnet. */
export function contains(subnet: string, address: string): boolean {
  const { ip, bits, family } = parseCidr(subnet)
  const inner = address.includes("/") ? parseCidr(address).ip : address
  const innerFamily = familyOf(inner)
  if (innerFamily !== family) return false
  const block = new BlockList()
  block.addSubnet(ip, bits, family)
  return block.check(inner, family)
}

const familyOf = (ip: string): "ipv4" | "ipv6" | undefined =>
  (({ 0: undefined, 4: "ipv4", 6: "ipv6" }) as const)[isIP(ip) as 0 | 4 | 6]

function parseCidr(text: string) {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text)
  const ip = match?.[1] ?? ""
  const bits = Number(match?.[2])
  const family = familyOf(ip)
  if (family === undefined || bits > (family === "ipv4" ? 32 : 128))
    throw new CliError(`invalid subnet: invalid CIDR address: ${text}`)
  return { ip, bits, family }
}

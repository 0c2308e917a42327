/**
 * Whom an address stands for where attempts are counted: itself with IPv4, its first 64 bits with IPv6, of which one machine has all the rest.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(":")) return address
  const [left = "", right] = address.split("%")[0]?.split("::") ?? []
  const groups = left === "" ? [] : left.split(":")
  const after = right === undefined || right === "" ? [] : right.split(":")
  while (right !== undefined && groups.length + after.length < 8) groups.push("0")
  return `${groups.concat(after).slice(0, 4).join(":")}::/64`
}

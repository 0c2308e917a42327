import type { Random } from "./random.ts"

const digits = "0123456789abcdefghijklmnopqrstuvwxyz"

/** How many characters a cluster object's ID has. */
export const idLength = 25

/** A new ID as Swarm makes them: 25 characters of base 36, about 128 bits. */
export function newId(random: Random): string {
  // The first character stays below "g", as that of a 128-bit number written in 25 digits does.
  let id = digits.charAt(random.int(16))
  while (id.length < idLength) id += digits.charAt(random.int(36))
  return id
}

/** How the docker CLI shortens an ID. */
export const shortId = (id: string): string => id.slice(0, 12)

/** A new container, image or local network ID: 64 hexadecimal digits. */
export function newHexId(random: Random): string {
  let id = ""
  while (id.length < 64) id += random.uint32().toString(16).padStart(8, "0")
  return id
}

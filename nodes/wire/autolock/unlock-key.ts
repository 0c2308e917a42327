import { randomBytes } from "node:crypto"

/** What unlocks a manager: SWMKEY-1- and 32 bytes in base 64 without padding, as Swarm prints it. */
const prefix = "SWMKEY-1-"
const form = /^SWMKEY-1-([A-Za-z0-9+/]{43})$/

export const newUnlockKey = (): string => formatUnlockKey(randomBytes(32))

export const formatUnlockKey = (key: Uint8Array): string =>
  prefix + Buffer.from(key).toString("base64").replace(/=+$/, "")

/** Undefined for what is no unlock key. */
export function parseUnlockKey(text: string): Uint8Array | undefined {
  const digits = form.exec(text)?.[1]
  if (digits === undefined) return undefined
  const key = Buffer.from(digits, "base64")
  // The last digit has two bits too many: one way to write a key.
  return formatUnlockKey(key) === text ? new Uint8Array(key) : undefined
}

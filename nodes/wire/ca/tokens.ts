import { createHash, randomBytes } from "node:crypto"

/**
 * Join tokens as Swarm's: SWMTKN-1-<digest>-<secret>. The digest is the SHA-256 of the root certificate's PEM text, so that a joiner knows that it
 * asks the right cluster; the secret (128 bits) says that the joiner may. Both are numbers in base 36, padded with zeros to 50 and 25 digits.
 */
export interface JoinToken {
  /** 64 hexadecimal digits. */
  readonly digest: string
  readonly secret: string
}

const digestDigits = 50
const secretDigits = 25
const form = /^SWMTKN-1-([0-9a-z]{50})-([0-9a-z]{25})$/

/** The digest of a root certificate (or bundle) as its PEM text stands: 64 hexadecimal digits. */
export const rootDigest = (CACert: string): string => createHash("sha256").update(CACert).digest("hex")

export const newSecret = (): string =>
  BigInt(`0x${randomBytes(16).toString("hex")}`)
    .toString(36)
    .padStart(secretDigits, "0")

export const makeToken = (CACert: string, secret: string): string =>
  `SWMTKN-1-${BigInt(`0x${rootDigest(CACert)}`)
    .toString(36)
    .padStart(digestDigits, "0")}-${secret}`

/** Undefined for what is no join token. */
export function parseToken(text: string): JoinToken | undefined {
  const [, digits, secret] = form.exec(text) ?? []
  if (digits === undefined || secret === undefined) return undefined
  let digest = 0n
  for (const digit of digits) digest = digest * 36n + BigInt(Number.parseInt(digit, 36))
  // Fifty digits reach beyond 256 bits: what lies there is the digest of nothing.
  return digest >> 256n === 0n ? { digest: digest.toString(16).padStart(64, "0"), secret } : undefined
}

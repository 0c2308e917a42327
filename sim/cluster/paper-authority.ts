import { createECDH, createHash } from "node:crypto"
import type { Instant } from "../../core/instant.ts"
import type { JoinTokens, RootCa } from "../../core/model/root-ca.ts"
import type { Random } from "../../core/random.ts"
import type { Secrets } from "../../nodes/manager/control/request.ts"
import type { Certificate } from "../../nodes/node/identity.ts"

/**
 * A certificate authority that signs nothing: in a simulation a link vouches for who is at its other end by construction. Its root certificate is
 * one in form (X.509, P-256, CN=swarm-ca), so that tokens, `docker swarm ca` and `docker node inspect` look as they should, and a pure function of
 * the seed. Its signature is made of chance.
 */
export function paperRoot(random: Random, now: Instant): RootCa {
  const ecdh = createECDH("prime256v1")
  ecdh.setPrivateKey(Buffer.concat([Buffer.from([1]), bytes(random, 31)]))
  const key = spki(ecdh.getPublicKey())
  const tbs = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(bytes(random, 20)),
    ecdsaWithSha256,
    name,
    sequence(utcTime(now), utcTime(now + 20 * year_ms)),
    name,
    key,
    tagged(
      0xa3,
      sequence(
        sequence(oid("551d0f"), yes, octets(tagged(0x03, Buffer.from([1, 6])))),
        sequence(oid("551d13"), yes, octets(sequence(yes))),
      ),
    ),
  )
  const signature = sequence(integer(bytes(random, 32)), integer(bytes(random, 32)))
  const CACert = pem("CERTIFICATE", sequence(tbs, ecdsaWithSha256, bits(signature)))
  return {
    CACert,
    CAKey: "paper",
    Digest: createHash("sha256").update(CACert).digest("hex"),
    Subject: name.toString("base64"),
    PublicKey: key.toString("base64"),
  }
}

/** "SWMTKN-1-<digest, base 36, 50 digits>-<16 bytes, base 36, 25 digits>" (swarmkit ca/config.go GenerateJoinToken). */
export function paperTokens(root: RootCa, random: Random): JoinTokens {
  const digest = BigInt(`0x${root.Digest}`).toString(36).padStart(50, "0")
  const secret = () =>
    BigInt(`0x${bytes(random, 16).toString("hex")}`)
      .toString(36)
      .padStart(25, "0")
  return { Worker: `SWMTKN-1-${digest}-${secret()}`, Manager: `SWMTKN-1-${digest}-${secret()}` }
}

export const digestInToken = (root: RootCa): string => BigInt(`0x${root.Digest}`).toString(36).padStart(50, "0")

export function paperSecrets(root: RootCa, random: Random, rotate: boolean, now: Instant): Secrets {
  const tokens = paperTokens(root, random)
  const unlockKey = `SWMKEY-1-${bytes(random, 32).toString("base64").replace(/=+$/, "")}`
  if (!rotate) return { tokens, unlockKey }
  const coming = paperRoot(random, now)
  return { tokens, unlockKey, rotation: { Root: coming, JoinTokens: paperTokens(coming, random) } }
}

/** `expiry`: nanoseconds. */
export const paperCertificate = (root: RootCa, expiry: number, now: Instant, previous?: RootCa): Certificate => ({
  tls: {
    TrustRoot: (previous?.CACert ?? "") + root.CACert,
    CertIssuerSubject: root.Subject,
    CertIssuerPublicKey: root.PublicKey,
  },
  digest: root.Digest,
  ...(previous && { transitional: true }),
  issuedAt: now,
  expiresAt: now + Math.floor(expiry / 1e6),
  material: "",
})

const year_ms = 365 * 24 * 3_600_000

function bytes(random: Random, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => random.int(256)))
}

/** DER: a tag, the length, what is inside. */
function tagged(tag: number, ...inside: ReadonlyArray<Buffer>): Buffer {
  const content = Buffer.concat(inside)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: ReadonlyArray<Buffer>): Buffer => tagged(0x30, ...parts)
const octets = (content: Buffer): Buffer => tagged(0x04, content)
const bits = (content: Buffer): Buffer => tagged(0x03, Buffer.from([0]), content)
const oid = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, "hex"))
const yes = tagged(0x01, Buffer.from([255]))

/** Positive, with no leading zeros. */
function integer(value: Buffer): Buffer {
  const start = value.findIndex((byte) => byte !== 0)
  const digits = start < 0 ? Buffer.from([0]) : value.subarray(start)
  return tagged(0x02, (digits[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), digits]) : digits)
}

const utcTime = (at: Instant): Buffer => {
  const digits = new Date(at)
    .toISOString()
    .replace(/[^0-9]/g, "")
    .slice(2, 14)
  return tagged(0x17, Buffer.from(`${digits}Z`))
}

const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"))
const name = sequence(tagged(0x31, sequence(oid("550403"), tagged(0x13, Buffer.from("swarm-ca")))))
const spki = (point: Buffer): Buffer => sequence(sequence(oid("2a8648ce3d0201"), oid("2a8648ce3d030107")), bits(point))

const pem = (label: string, der: Buffer): string =>
  `-----BEGIN ${label}-----\n${(der.toString("base64").match(/.{1,64}/g) ?? []).join("\n")}\n-----END ${label}-----\n`

import * as Effect from "effect/Effect"
import { hours, type Instant } from "../../../core/instant.ts"
import { exportKey, newKeyPair } from "./keys.ts"
import { pemOf } from "./pem.ts"
import type { RootKeys } from "./root-ca.ts"
import { algorithm, x509 } from "./x509.ts"

/** The name of every root, as in Swarm: roots differ by their keys. */
export const rootName = "CN=swarm-ca"

/** 20 years, as swarmkit's RootCAExpiration. */
export const rootLife_ms = hours(24 * 365 * 20)

/** Clocks of nodes may be late: certificates are valid from an hour ago. */
export const backdate_ms = hours(1)

/** A new root for a cluster. `now` is when it begins to be valid, less an hour. */
export const createRoot = (now: Instant): Effect.Effect<RootKeys> =>
  Effect.promise(async () => {
    const keys = await newKeyPair()
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: rootName,
      keys,
      notBefore: new Date(now - backdate_ms),
      notAfter: new Date(now + rootLife_ms),
      signingAlgorithm: algorithm,
      extensions: await rootExtensions(keys.publicKey),
    })
    return { CACert: pemOf(certificate), CAKey: await exportKey(keys.privateKey) }
  })

/** What makes a certificate one that may sign others. */
export const rootExtensions = async (publicKey: x509.PublicKeyType): Promise<x509.Extension[]> => [
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
  new x509.BasicConstraintsExtension(true, undefined, true),
  await x509.SubjectKeyIdentifierExtension.create(publicKey),
]

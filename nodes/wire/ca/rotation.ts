import * as Effect from "effect/Effect"
import type { Instant } from "../../../core/instant.ts"
import { backdate_ms, rootExtensions } from "./create-root.ts"
import { CertificateError } from "./error.ts"
import { importKey } from "./keys.ts"
import { firstCertificate, pemOf } from "./pem.ts"
import type { RootCA, RootKeys } from "./root-ca.ts"
import { algorithm, x509 } from "./x509.ts"

/**
 * Begins to replace the root by `coming`: from now on certificates are signed with its key. The present root signs the coming one's key, so
 * that nodes that have not heard of it believe them. One that is already under way gives way to this one.
 */
export const beginRotation = (
  root: RootKeys,
  coming: RootKeys,
  now: Instant,
): Effect.Effect<RootCA, CertificateError> =>
  Effect.tryPromise({
    try: async () => ({
      CACert: root.CACert,
      CAKey: root.CAKey,
      RootRotation: { ...coming, CrossSignedCACert: await crossSign(root, coming, now) },
    }),
    catch: (error) => new CertificateError({ message: error instanceof Error ? error.message : String(error) }),
  })

async function crossSign(root: RootKeys, coming: RootKeys, now: Instant): Promise<string> {
  const present = firstCertificate(root.CACert)
  const { publicKey, notAfter, subjectName } = firstCertificate(coming.CACert)
  const certificate = await x509.X509CertificateGenerator.create({
    subject: subjectName,
    issuer: present.subjectName,
    notBefore: new Date(now - backdate_ms),
    notAfter: new Date(Math.min(present.notAfter.getTime(), notAfter.getTime())),
    publicKey,
    signingKey: await importKey(root.CAKey),
    signingAlgorithm: algorithm,
    extensions: [
      ...(await rootExtensions(publicKey)),
      await x509.AuthorityKeyIdentifierExtension.create(present.publicKey),
    ],
  })
  return pemOf(certificate)
}

/** Every node has a certificate by the coming root: it is the only one now. */
export const finishRotation = ({ CACert, CAKey, RootRotation }: RootCA): RootCA => ({
  CACert: RootRotation?.CACert ?? CACert,
  CAKey: RootRotation?.CAKey ?? CAKey,
})

/** Whom nodes are to believe: the root, and the coming one while there is one. */
export const trustBundle = ({ CACert, RootRotation }: RootCA): string => CACert + (RootRotation?.CACert ?? "")

import { certificatesIn, firstCertificate } from "./pem.ts"
import type { RootCA } from "./root-ca.ts"
import type { x509 } from "./x509.ts"

/** As the Engine API shows it: the roots in PEM; subject and public key of who signs, DER in base 64. */
export interface TLSInfo {
  readonly TrustRoot: string
  readonly CertIssuerSubject: string
  readonly CertIssuerPublicKey: string
}

type Issuer = Pick<TLSInfo, "CertIssuerSubject" | "CertIssuerPublicKey">

const base64 = (der: ArrayBuffer): string => Buffer.from(der).toString("base64")

const issuer = (certificate: x509.X509Certificate): Issuer => ({
  CertIssuerSubject: base64(certificate.subjectName.toArrayBuffer()),
  CertIssuerPublicKey: base64(certificate.publicKey.rawData),
})

/** What a root is as an issuer. Throws when it is no certificate. */
export const issuerInfo = (CACert: string): Issuer => issuer(firstCertificate(CACert))

/** Of the cluster. As in Swarm, that is the present root until a rotation is finished. */
export const tlsInfo = (root: RootCA): TLSInfo => ({ TrustRoot: root.CACert, ...issuerInfo(root.CACert) })

/**
 * What a node reports of itself: whom it believes, and who signed its certificate: the one of the roots it believes (or the certificate that
 * came along) whose key did. Undefined when none did.
 */
export async function nodeTlsInfo(certificate: string, trust: string): Promise<TLSInfo | undefined> {
  const own = firstCertificate(certificate)
  for (const pem of [...certificatesIn(certificate).slice(1), ...certificatesIn(trust)]) {
    const candidate = firstCertificate(pem)
    if (await own.verify({ publicKey: candidate.publicKey, signatureOnly: true })) {
      return { TrustRoot: trust, ...issuer(candidate) }
    }
  }
  return undefined
}

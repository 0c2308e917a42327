import { x509 } from "./x509.ts"

/** The certificate as PEM text, with a newline at its end as Go writes it: the digest in a join token is over these bytes. */
export const pemOf = (certificate: x509.X509Certificate): string => `${certificate.toString("pem")}\n`

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates of a text, each as PEM, in order. */
export const certificatesIn = (text: string): ReadonlyArray<string> => text.match(block)?.map((pem) => `${pem}\n`) ?? []

/** The first certificate of a chain. Throws when there is none, or it is broken. */
export function firstCertificate(text: string): x509.X509Certificate {
  const [first] = certificatesIn(text)
  if (first === undefined) throw new Error("no certificate")
  return new x509.X509Certificate(first)
}

import * as Effect from "effect/Effect"
import { exportKey, newKeyPair } from "./keys.ts"
import { algorithm, x509 } from "./x509.ts"

export interface CertificateRequest {
  /** PKCS #10, PEM. */
  readonly csr: string
  /** PKCS #8, PEM: never leaves the node. */
  readonly key: string
}

/** A new key, and a request to certify it. It says nothing of the node: who signs it decides what the certificate says. */
export const createRequest: Effect.Effect<CertificateRequest> = Effect.promise(async () => {
  const keys = await newKeyPair()
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: algorithm })
  return { csr: `${csr.toString("pem")}\n`, key: await exportKey(keys.privateKey) }
})

import { createPrivateKey, webcrypto } from "node:crypto"
import { algorithm, x509 } from "./x509.ts"

export const newKeyPair = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])

/** As PKCS #8 in PEM. */
export async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey("pkcs8", key)
  return `${x509.PemConverter.encode(der, "PRIVATE KEY")}\n`
}

/** From PEM, PKCS #8 or SEC 1. Rejects what is no P-256 key. */
export async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: "pkcs8", format: "der" })
  return await webcrypto.subtle.importKey("pkcs8", der, algorithm, true, ["sign"])
}

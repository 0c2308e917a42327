// tsyringe, inside @peculiar/x509, wants it loaded first.
import "reflect-metadata"
import { webcrypto } from "node:crypto"
import * as x509 from "@peculiar/x509"

x509.cryptoProvider.set(webcrypto)

/** P-256 with SHA-256, as in Swarm. */
export const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const

/** What @peculiar/x509 calls with the provider's keys. */
export { x509 }

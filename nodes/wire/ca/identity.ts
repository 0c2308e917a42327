import { X509Certificate } from "node:crypto"
import type { Instant } from "../../../core/instant.ts"
import type { Identity } from "../credentials.ts"
import { certificatesIn } from "./pem.ts"
import { roleOf } from "./role-names.ts"

/** What a certificate chain's first certificate says. Undefined when it is none of a node's. Says nothing about who signed it. */
export function identityOf(certificate: string): Identity | undefined {
  const [pem] = certificatesIn(certificate)
  if (pem === undefined) return undefined
  try {
    const { subject, validFrom, validTo } = new X509Certificate(pem)
    return identityFrom(attributes(subject), validFrom, validTo)
  } catch {
    return undefined
  }
}

/** The subject of a certificate as TLS gives it: attributes that occur twice are arrays, and no node's certificate has such. */
export interface Subject {
  readonly CN?: unknown
  readonly O?: unknown
  readonly OU?: unknown
}

export function identityFrom({ CN, O, OU }: Subject, validFrom: string, validTo: string): Identity | undefined {
  const role = roleOf(OU)
  const notBefore = Date.parse(validFrom)
  const notAfter = Date.parse(validTo)
  if (role === undefined || !isId(CN) || !isId(O) || !(notBefore <= notAfter)) return undefined
  return { id: CN, role, clusterId: O, notBefore, notAfter }
}

/** IDs are of letters and digits: nothing that could be read as anything else, in a log or a name. */
const isId = (value: unknown): value is string =>
  typeof value === "string" && /^[a-zA-Z0-9][a-zA-Z0-9-]{0,62}$/.test(value)

/** Node writes a subject as lines "KEY=value", with newlines within values escaped. */
function attributes(subject: string): Subject {
  const found: Record<string, string | string[]> = {}
  for (const line of subject.split("\n")) {
    const at = line.indexOf("=")
    const key = line.slice(0, at)
    const value = line.slice(at + 1)
    found[key] = found[key] === undefined ? value : [value].concat(found[key])
  }
  return found
}

/**
 * When to ask for a new certificate: after 50 to 80 % of its life, drawn so that nodes that came together do not renew together. `random` is in
 * [0, 1).
 */
export const renewAt = ({ notBefore, notAfter }: Identity, random: number): Instant =>
  Math.floor(notBefore + (notAfter - notBefore) * (0.5 + 0.3 * random))

import type { TLSSocket } from "node:tls"
import { identityFrom } from "./ca/identity.ts"
import type { Identity } from "./credentials.ts"

/**
 * Who is at the other end of a TLS connection: undefined when it showed no certificate that leads to a root that this end trusts, that is valid now,
 * and is a node's. A resumed session is nobody's: its certificate may have expired or been refused since it was checked.
 */
export function peerIdentity(socket: TLSSocket): Identity | undefined {
  if (!socket.authorized || socket.isSessionReused()) return undefined
  const { subject, valid_from, valid_to } = socket.getPeerCertificate()
  if (subject === undefined) return undefined
  return identityFrom(subject, valid_from, valid_to)
}

import type { Instant } from "../../core/instant.ts"
import type { NodeDescription } from "../../core/model/node.ts"
import type { Admission } from "../manager/control/admission.ts"
import type { Founding } from "../manager/founding.ts"

/** A certificate as a platform keeps it. */
export interface Certificate {
  /** What `docker node inspect` shows of it. */
  readonly tls: NonNullable<NodeDescription["TLSInfo"]>
  /** Of the root certificate that signed it (RootCa.Digest). */
  readonly digest: string
  /** The node trusts another root, too: what a renewal gives it while the root is being replaced. */
  readonly transitional?: true
  readonly issuedAt: Instant
  readonly expiresAt: Instant
  /** The platform's own: keys, certificates. Opaque to everybody else. */
  readonly material: string
}

/** Who a machine is in a swarm: all that it has to remember over a restart, beside what its manager stores. */
export interface Identity extends Admission {
  readonly certificate: Certificate
  /** "ip:port" under which other nodes reach this one's manager, now or if it becomes one. */
  readonly advertiseAddr: string
  /** The part of it without the port. */
  readonly addr: string
  /** Where its manager listens: "ip:port". */
  readonly listenAddr: string
  /** Of a swarm's first managers: what the swarm begins with, for as long as its log is empty. */
  readonly founding?: Founding
  /** It is a worker, and was a manager: others may know it as one still, so it may be called as before, and tells where the managers are. */
  readonly wasManager?: true
}

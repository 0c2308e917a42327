import { randomBytes } from "node:crypto"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { CertificateError } from "../ca/error.ts"
import { identityOf } from "../ca/identity.ts"
import type { Credentials, Identity } from "../credentials.ts"
import type { LinkTiming } from "../link/link.ts"
import type { Connection } from "./dialer.ts"
import { LinkTable } from "./link-table.ts"
import type { Links, LinksHandlers, Removed } from "./links.ts"
import { webSocketDialer } from "./web-socket-dialer.ts"

export interface LiveLinksOptions {
  readonly credentials: Credentials
  readonly handlers: LinksHandlers
  readonly removed: Removed
  readonly timing?: LinkTiming
}

/** Links over WebSockets over mutual TLS. */
export interface LiveLinks extends Links {
  /** Of this process: tells its links from those of a former one. */
  readonly life: string
  /** A connection that came in at this node's port. */
  accept(connection: Connection): void
  /** From now on this node shows another certificate, and believes other roots. Live links are made anew. */
  use(credentials: Credentials): Effect.Effect<void, CertificateError>
  /** Cuts the links of nodes that were removed meanwhile. */
  cutRemoved(): void
}

/** Links until the scope ends. */
export const makeLinks: (options: LiveLinksOptions) => Effect.Effect<LiveLinks, CertificateError, Scope.Scope> =
  Effect.fnUntraced(function* ({ credentials: first, ...options }) {
    let credentials = first
    let self: Identity = yield* ownIdentity(first)
    const life = randomBytes(8).toString("hex")
    const dialer = webSocketDialer(() => credentials, life)
    const table = new LinkTable({ ...options, self: () => self, dialer })
    yield* Effect.addFinalizer(() => Effect.sync(() => table.close()))
    const use = Effect.fnUntraced(function* (fresh: Credentials) {
      self = yield* ownIdentity(fresh)
      credentials = fresh
      table.renew()
    })
    return {
      life,
      use,
      send: (to, envelope) => table.send(to, envelope),
      know: (id, address) => table.know(id, address),
      forget: (id) => table.forget(id),
      cut: (id, reason) => table.cut(id, reason),
      cutRemoved: () => table.cutRemoved(),
      peers: () => table.peers(),
      openStream: (to, header) => table.openStream(to, header),
      metrics: () => table.metrics(),
      accept: (connection) => table.accept(connection),
    } satisfies LiveLinks
  })

function ownIdentity({ certificate }: Credentials): Effect.Effect<Identity, CertificateError> {
  const identity = identityOf(certificate)
  return identity ? Effect.succeed(identity) : Effect.fail(new CertificateError({ message: "no node's certificate" }))
}

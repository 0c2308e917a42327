import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { apiError } from "../../core/errors.ts"
import { hours } from "../../core/instant.ts"
import type { Envelope } from "../../nodes/envelope.ts"
import { createRoot } from "../../nodes/wire/ca/create-root.ts"
import { issue } from "../../nodes/wire/ca/issue.ts"
import { createRequest } from "../../nodes/wire/ca/request.ts"
import type { RootCA } from "../../nodes/wire/ca/root-ca.ts"
import { type LiveLinks, makeLinks } from "../../nodes/wire/links/live-links.ts"
import { makePort } from "../../nodes/wire/port/port.ts"
import type { Channel } from "./plain.ts"

const clusterId = "bench"

const credentials = Effect.fnUntraced(function* (root: RootCA, nodeId: string) {
  const { csr, key } = yield* createRequest
  const more = { role: "manager", clusterId, expiry_ms: hours(24), now: Date.now() } as const
  return { certificate: yield* issue({ root, csr, nodeId, ...more }), key, trust: root.CACert }
})

const ignore = () => {}
const refused = () => Effect.fail(apiError(403, "nobody joins a benchmark"))

/** Envelopes between two managers over a link: TLS with certificates, loopback. `echo`: what is sent back for each. */
export const linkedChannel = (
  envelope: (n: number) => Envelope,
  echo?: (n: number) => Envelope,
): Promise<Channel & { readonly links: LiveLinks }> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const root = yield* createRoot(Date.now())
      const removed = () => false
      const opened = Effect.gen(function* () {
        let arrived = 0
        let returned = 0
        const far = yield* makeLinks({
          credentials: yield* credentials(root, "far"),
          removed,
          handlers: {
            up: ignore,
            down: ignore,
            stream: (_from, _header, stream) => stream.pipe(stream),
            envelope: (from) => {
              if (arrived++ > 0) channel.onArrival()
              if (echo) far.send(from.id, echo(arrived))
            },
          },
        })
        const port = yield* makePort({
          host: "127.0.0.1",
          port: 0,
          clusterId,
          credentials: yield* credentials(root, "far"),
          links: far,
          removed,
          rootCertificate: () => root.CACert,
          admit: refused,
        })
        const links = yield* makeLinks({
          credentials: yield* credentials(root, "near"),
          removed,
          handlers: { up: ignore, down: ignore, stream: ignore, envelope: () => returned++ > 0 && channel.onReturn() },
        })
        links.know("far", `127.0.0.1:${port.port}`)
        links.send("far", envelope(0))
        const channel = {
          links,
          send: (n: number) => links.send("far", envelope(n)),
          onArrival: ignore,
          onReturn: ignore,
          close: () => Effect.runPromise(Scope.close(scope, Exit.void)),
        }
        // The first envelope brings the link up.
        while (arrived === 0 || (echo && returned === 0)) yield* Effect.sleep(5)
        return channel
      })
      return yield* Scope.provide(opened, scope)
    }),
  )

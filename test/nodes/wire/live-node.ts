import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { apiError } from "../../../core/errors.ts"
import type { Role } from "../../../core/model/node.ts"
import type { Credentials } from "../../../nodes/wire/credentials.ts"
import { type LiveLinks, makeLinks } from "../../../nodes/wire/links/live-links.ts"
import type { Admit } from "../../../nodes/wire/port/admission.ts"
import { makePort, type WirePort } from "../../../nodes/wire/port/port.ts"
import { clusterId } from "./authority.ts"
import { Recorder } from "./recorder.ts"

export interface LiveNode {
  readonly id: string
  readonly address: string
  readonly links: LiveLinks
  readonly seen: Recorder
  /** Managers only. */
  readonly port: WirePort | undefined
  stop(): Promise<void>
}

export interface LiveNodeOptions {
  readonly id: string
  readonly role: Role
  readonly credentials: Credentials
  readonly removed?: (id: string) => boolean
  readonly admit?: Admit
  readonly rootCertificate?: string
  readonly timing?: { readonly ping_ms: number; readonly silence_ms: number }
}

const nobody: Admit = () => Effect.fail(apiError(403, "A valid join token is necessary to join this cluster"))

/** A node with links over loopback and, if it is a manager, a port on any free one. */
export const liveNode = (options: LiveNodeOptions): Promise<LiveNode> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const seen = new Recorder()
      const { id, role, credentials, removed = () => false, timing } = options
      const made = Effect.gen(function* () {
        const links = yield* makeLinks({ credentials, handlers: seen, removed, ...(timing ? { timing } : {}) })
        if (role === "worker") return { links, port: undefined }
        const port = yield* makePort({
          host: "127.0.0.1",
          port: 0,
          credentials,
          clusterId,
          links,
          removed,
          rootCertificate: () => options.rootCertificate,
          admit: options.admit ?? nobody,
        })
        return { links, port }
      })
      const { links, port } = yield* Scope.provide(made, scope)
      const stop = () => Effect.runPromise(Scope.close(scope, Exit.void))
      return { id, address: `127.0.0.1:${port?.port ?? 0}`, links, port, seen, stop }
    }),
  )

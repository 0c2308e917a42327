import * as Effect from "effect/Effect"
import { hours } from "../../../core/instant.ts"
import type { Role } from "../../../core/model/node.ts"
import { createRoot } from "../../../nodes/wire/ca/create-root.ts"
import { issue } from "../../../nodes/wire/ca/issue.ts"
import { createRequest } from "../../../nodes/wire/ca/request.ts"
import type { RootCA } from "../../../nodes/wire/ca/root-ca.ts"
import { trustBundle } from "../../../nodes/wire/ca/rotation.ts"
import type { Credentials } from "../../../nodes/wire/credentials.ts"

export const clusterId = "cluster1"

export const newRoot = (): Promise<RootCA> => Effect.runPromise(createRoot(Date.now()))

export interface Certified {
  readonly role?: Role
  readonly clusterId?: string
  readonly expiry_ms?: number
  /** When it was issued, from now. */
  readonly ago_ms?: number
}

/** What a node of the cluster with this root has. */
export const credentials = (root: RootCA, nodeId: string, options: Certified = {}): Promise<Credentials> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const { csr, key } = yield* createRequest
      const certificate = yield* issue({
        root,
        csr,
        nodeId,
        role: options.role ?? "manager",
        clusterId: options.clusterId ?? clusterId,
        expiry_ms: options.expiry_ms ?? hours(24),
        now: Date.now() - (options.ago_ms ?? 0),
      })
      return { certificate, key, trust: trustBundle(root) }
    }),
  )

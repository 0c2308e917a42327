import * as Effect from "effect/Effect"
import { apiError } from "../../../core/errors.ts"
import type { Identity } from "../../node/identity.ts"
import type { JoinError } from "../../wire/join/error.ts"
import { type Joined, join, renew } from "../../wire/join/join.ts"
import type { Log } from "../log.ts"
import type { Asked, Asking } from "./authority.ts"

/** Asks managers over their ports. */
export const wireAsking = (log: Log): Asking => ({
  join: ({ remote, ...wanted }) => answered(log, join({ addresses: [remote], ...wanted })),
  renew: ({ managers, nodeId }: Identity, credentials) => {
    // Others first: this very node may be a manager no longer.
    const inOrder = [...managers].sort((a, b) => Number(a.nodeId === nodeId) - Number(b.nodeId === nodeId))
    return answered(log, renew({ addresses: inOrder.map(({ addr }) => addr), credentials }))
  },
})

const answered = (log: Log, asking: Effect.Effect<Joined, JoinError>): Effect.Effect<Asked> =>
  Effect.match(asking, {
    onSuccess: ({ identity, credentials, managers, raftId }): Asked => ({
      type: "let in",
      credentials,
      admission: {
        nodeId: identity.id,
        role: identity.role,
        clusterId: identity.clusterId,
        managers,
        ...(raftId !== undefined && { raftId }),
      },
    }),
    onFailure: ({ reason, message, status }): Asked => {
      if (reason === "unreachable") {
        log.warn("no manager gave a certificate", { reason: message })
        return { type: "unreached" }
      }
      return { type: "refused", error: apiError(status ?? 500, message) }
    },
  })

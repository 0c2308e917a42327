import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import { type ApiError, apiError } from "../../../core/errors.ts"
import type { Admission } from "../../manager/control/admission.ts"
import type { ControlRequest } from "../../manager/control/request.ts"
import type { SwarmNode } from "../../node/swarm-node.ts"
import type { Admit } from "../../wire/port/admission.ts"
import { wireRoot } from "./authority.ts"

/** Whom this manager lets in: the cluster decides, wherever its leader is; this node has the key that signs. */
export const admitBy =
  (node: () => SwarmNode): Admit =>
  (wanted) =>
    Effect.gen(function* () {
      const request: ControlRequest =
        wanted.type === "join"
          ? {
              op: "node.admit",
              secret: wanted.secret,
              availability: wanted.availability ?? "active",
              ...(wanted.wish !== undefined && { wish: wanted.wish }),
            }
          : { op: "node.renew", nodeId: wanted.peer.id }
      const { nodeId, role, clusterId, raftId, managers } = yield* admission(yield* ask(node(), request))
      const authority = node().authority()
      if (!authority) return yield* Effect.fail(apiError(503, "this node has no certificate authority (yet)"))
      return {
        nodeId,
        role,
        clusterId,
        managers,
        root: wireRoot(authority.root, authority.previous),
        expiry_ms: authority.expiry / 1e6,
        ...(raftId !== undefined && { raftId }),
      }
    })

export const ask = (node: SwarmNode, request: ControlRequest): Effect.Effect<unknown, ApiError> =>
  Effect.callback((resume) => {
    node.request(request, (answer) =>
      resume(Result.isSuccess(answer) ? Effect.succeed(answer.success) : Effect.fail(answer.failure)),
    )
  })

/** What answers these two requests is an Admission; requests know answers only as bodies to be sent on. */
const admission = (answer: unknown): Effect.Effect<Admission, ApiError> =>
  isAdmission(answer) ? Effect.succeed(answer) : Effect.fail(apiError(500, "no admission"))

const isAdmission = (answer: unknown): answer is Admission =>
  Predicate.isObject(answer) && "nodeId" in answer && "role" in answer && "managers" in answer

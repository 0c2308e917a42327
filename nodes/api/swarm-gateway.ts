import * as Effect from "effect/Effect"
import type { Answer, ApiError } from "../../core/errors.ts"
import type { SwarmUpdate } from "../manager/control/request.ts"
import type { InitRequest, JoinRequest } from "../node/requests.ts"
import type { SwarmNode } from "../node/swarm-node.ts"
import { fromAnswer } from "./call.ts"

/** What changes a machine's place in a swarm: each is answered as the Engine API answers it. */
export interface SwarmGateway {
  /** The node's ID. */
  readonly init: (request: InitRequest) => Effect.Effect<string, ApiError>
  readonly join: (request: JoinRequest) => Effect.Effect<null, ApiError>
  readonly leave: (force: boolean) => Effect.Effect<null, ApiError>
  readonly unlock: (key: string) => Effect.Effect<null, ApiError>
  readonly update: (update: SwarmUpdate) => Effect.Effect<unknown, ApiError>
}

/** Asks the machine's node, once `node` has found it. */
export const swarmGateway = (node: Effect.Effect<SwarmNode, ApiError>): SwarmGateway => {
  const ask = <A>(
    question: (node: SwarmNode, reply: (answer: Answer<A>) => void) => void,
  ): Effect.Effect<A, ApiError> =>
    Effect.flatMap(node, (found) =>
      Effect.callback<A, ApiError>((resume) => question(found, (answer) => resume(fromAnswer(answer)))),
    )
  return {
    init: (request) => ask((found, reply) => found.init(request, reply)),
    join: (request) => ask((found, reply) => found.join(request, reply)),
    leave: (force) => ask((found, reply) => found.leave(force, reply)),
    unlock: (key) => ask((found, reply) => found.unlock(key, reply)),
    update: (update) => ask((found, reply) => found.update(update, reply)),
  }
}

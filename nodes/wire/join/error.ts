import * as Data from "effect/Data"

/**
 * Why a node did not get a certificate.
 * - token: it is no join token.
 * - fingerprint: who answers has another root than the token says.
 * - refused: the cluster decided so; `status` is the HTTP status.
 * - unreachable: nobody (who is a manager of this cluster) answered.
 */
export class JoinError extends Data.TaggedError("JoinError")<{
  readonly reason: "token" | "fingerprint" | "refused" | "unreachable"
  readonly message: string
  readonly status?: number
}> {}

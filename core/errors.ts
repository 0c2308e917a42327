import * as Result from "effect/Result"

/** What a client is told when a request cannot be carried out: an HTTP status and Docker's words. */
export interface ApiError {
  readonly _tag: "ApiError"
  readonly status: number
  readonly message: string
}

/** The outcome of a request: a value, or what the client is told instead. */
export type Answer<A> = Result.Result<A, ApiError>

export const apiError = (status: number, message: string): ApiError => ({ _tag: "ApiError", status, message })

export const refuse = (status: number, message: string): Result.Result<never, ApiError> =>
  Result.fail(apiError(status, message))

/** How Swarm's control API dresses its errors, and the status Docker gives each (moby httpstatus). */
const grpcStatus = {
  InvalidArgument: 400,
  FailedPrecondition: 400,
  OutOfRange: 400,
  NotFound: 404,
  AlreadyExists: 409,
  PermissionDenied: 403,
  Unauthenticated: 401,
  Unimplemented: 501,
  Unavailable: 503,
  DeadlineExceeded: 500,
  Unknown: 500,
} as const

export const rpcError = (code: keyof typeof grpcStatus, message: string): ApiError =>
  apiError(grpcStatus[code], `rpc error: code = ${code} desc = ${message}`)

export const refuseRpc = (code: keyof typeof grpcStatus, message: string): Result.Result<never, ApiError> =>
  Result.fail(rpcError(code, message))

export const notFound = (kind: string, name: string): ApiError => apiError(404, `${kind} ${name} not found`)

export const ambiguous = (kind: string, name: string, matches: number): ApiError =>
  apiError(400, `${kind} ${name} is ambiguous (${matches} matches found)`)

export const outOfSequence = rpcError("Unknown", "update out of sequence")

export const noLeader = rpcError(
  "Unknown",
  "The swarm does not have a leader. It's possible that too few managers are online. Make sure more than half of the managers are online.",
)

export const deadlineExceeded = rpcError("DeadlineExceeded", "context deadline exceeded")

/** A machine found itself in a state that must never be. It stops the process, or fails the seed. */
export class InvariantViolation extends Error {
  override readonly name = "InvariantViolation"
  readonly state: unknown
  constructor(message: string, state?: unknown) {
    super(message)
    this.state = state
  }
}

export function invariant(condition: boolean, message: string, state?: () => unknown): asserts condition {
  if (!condition) throw new InvariantViolation(message, state?.())
}

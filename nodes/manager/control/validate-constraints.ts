import * as Result from "effect/Result"
import { type ApiError, rpcError } from "../../../core/errors.ts"
import { parseConstraints } from "../../../scheduler/placement/constraint.ts"

/**
 * The first constraint that cannot be read; one that no node will ever meet is accepted. Swarm passes these on without a gRPC code,
 * hence Unknown and 500.
 */
export function constraintError(constraints: ReadonlyArray<string>): ApiError | undefined {
  const parsed = parseConstraints(constraints)
  return Result.isFailure(parsed) ? rpcError("Unknown", parsed.failure) : undefined
}

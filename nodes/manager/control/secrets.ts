import * as Result from "effect/Result"
import { type Answer, type ApiError, apiError, outOfSequence, refuseRpc, rpcError } from "../../../core/errors.ts"
import { newId } from "../../../core/id.ts"
import { limits } from "../../../core/limits.ts"
import type { Secret, SecretSpec } from "../../../core/model/secret.ts"
import type { ControlContext } from "./context.ts"
import { sortedById, unknownFilter } from "./filters.ts"
import type { Filters } from "./request.ts"
import { byName, resolve } from "./resolve.ts"
import { withShownVersion } from "./shown-version.ts"
import { changesOnlyLabels, dataError, dataMatches, inUseError, nameError, onlyLabels } from "./stored-data.ts"

/** Nobody is ever shown a secret's data; only the tasks that use it get it. */
function withoutData(secret: Secret): Secret {
  const { Data: _, ...spec } = secret.Spec
  return withShownVersion({ ...secret, Spec: spec })
}

/** A secret that a driver provides has no data of its own; there are no such drivers here. */
const driverError = (spec: SecretSpec): ApiError =>
  spec.Driver?.Name
    ? apiError(500, `plugin "${spec.Driver.Name}" not found`)
    : rpcError("InvalidArgument", "secret driver must have a name")

export function listSecrets(context: ControlContext, filters: Filters): Answer<ReadonlyArray<Secret>> {
  const error = unknownFilter(filters, ["names", "name", "id", "label"])
  if (error) return Result.fail(error)
  const found = sortedById(context.tx.all("secrets")).filter((secret) => dataMatches(secret, filters))
  return Result.succeed(found.map(withoutData))
}

export function inspectSecret(context: ControlContext, name: string): Answer<Secret> {
  return Result.map(resolve(context.tx, "secrets", name), withoutData)
}

export function createSecret(context: ControlContext, spec: SecretSpec): Answer<{ readonly ID: string }> {
  const error =
    nameError(spec.Name) ?? (spec.Driver ? driverError(spec) : dataError("secret", spec.Data, limits.secretBytes))
  if (error) return Result.fail(error)
  if (byName(context.tx, "secrets", spec.Name).length > 0) {
    return refuseRpc("AlreadyExists", `secret ${spec.Name} already exists`)
  }
  const secret = context.tx.create("secrets", {
    ID: newId(context.random),
    Spec: { ...spec, Labels: spec.Labels ?? {} },
  })
  return Result.succeed({ ID: secret.ID })
}

export function updateSecret(context: ControlContext, name: string, version: number, spec: SecretSpec): Answer<null> {
  const found = resolve(context.tx, "secrets", name)
  if (Result.isFailure(found)) return Result.fail(found.failure)
  const secret = found.success
  if (!changesOnlyLabels(secret.Spec, spec)) return Result.fail(onlyLabels)
  if (version !== secret.Version.Index) return Result.fail(outOfSequence)
  context.tx.update("secrets", { ...secret, Spec: { ...secret.Spec, Labels: spec.Labels ?? {} } })
  return Result.succeed(null)
}

export function removeSecret(context: ControlContext, name: string): Answer<null> {
  const found = resolve(context.tx, "secrets", name)
  if (Result.isFailure(found)) return Result.fail(found.failure)
  const secret = found.success
  const error = inUseError("secret", secret.Spec.Name, context.tx.find("services", "secret", secret.ID))
  if (error) return Result.fail(error)
  context.tx.delete("secrets", secret.ID)
  return Result.succeed(null)
}

import * as Result from "effect/Result"
import { type Answer, outOfSequence, refuseRpc } from "../../../core/errors.ts"
import { newId } from "../../../core/id.ts"
import { limits } from "../../../core/limits.ts"
import type { Config, ConfigSpec } from "../../../core/model/config.ts"
import type { ControlContext } from "./context.ts"
import { sortedById, unknownFilter } from "./filters.ts"
import type { Filters } from "./request.ts"
import { byName, resolve } from "./resolve.ts"
import { withShownVersion } from "./shown-version.ts"
import { changesOnlyLabels, dataError, dataMatches, inUseError, nameError, onlyLabels } from "./stored-data.ts"

export function listConfigs(context: ControlContext, filters: Filters): Answer<ReadonlyArray<Config>> {
  const error = unknownFilter(filters, ["names", "name", "id", "label"])
  if (error) return Result.fail(error)
  const found = sortedById(context.tx.all("configs")).filter((config) => dataMatches(config, filters))
  return Result.succeed(found.map(withShownVersion))
}

export function inspectConfig(context: ControlContext, name: string): Answer<Config> {
  return Result.map(resolve(context.tx, "configs", name), withShownVersion)
}

export function createConfig(context: ControlContext, spec: ConfigSpec): Answer<{ readonly ID: string }> {
  const error = nameError(spec.Name) ?? dataError("config", spec.Data, limits.configBytes)
  if (error) return Result.fail(error)
  if (byName(context.tx, "configs", spec.Name).length > 0) {
    return refuseRpc("AlreadyExists", `config ${spec.Name} already exists`)
  }
  const config = context.tx.create("configs", {
    ID: newId(context.random),
    Spec: { ...spec, Labels: spec.Labels ?? {} },
  })
  return Result.succeed({ ID: config.ID })
}

export function updateConfig(context: ControlContext, name: string, version: number, spec: ConfigSpec): Answer<null> {
  const found = resolve(context.tx, "configs", name)
  if (Result.isFailure(found)) return Result.fail(found.failure)
  const config = found.success
  if (!changesOnlyLabels(config.Spec, spec)) return Result.fail(onlyLabels)
  if (version !== config.Version.Index) return Result.fail(outOfSequence)
  context.tx.update("configs", { ...config, Spec: { ...config.Spec, Labels: spec.Labels ?? {} } })
  return Result.succeed(null)
}

export function removeConfig(context: ControlContext, name: string): Answer<null> {
  const found = resolve(context.tx, "configs", name)
  if (Result.isFailure(found)) return Result.fail(found.failure)
  const config = found.success
  const error = inUseError("config", config.Spec.Name, context.tx.find("services", "config", config.ID))
  if (error) return Result.fail(error)
  context.tx.delete("configs", config.ID)
  return Result.succeed(null)
}

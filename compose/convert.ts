import * as Result from "effect/Result"
import type { ConfigSpec } from "../core/model/config.ts"
import type { SecretSpec } from "../core/model/secret.ts"
import type { ServiceSpec } from "../core/model/service.ts"
import { type ConvertContext, refuse } from "./convert/context.ts"
import { convertConfigs, convertSecrets } from "./convert/files.ts"
import { type MissingReference, type ReferenceIds, serviceWithIds } from "./convert/ids.ts"
import { parseImage } from "./convert/image.ts"
import { convertNetworks, type StackNetworks } from "./convert/networks.ts"
import { convertService } from "./convert/service.ts"
import type { ComposeError } from "./errors.ts"
import { quote } from "./go/quote.ts"
import type { LoadedStack, ReadFile } from "./load.ts"

/**
 * What `docker stack deploy` asks of the engine, in the order it asks. Everything is sorted by name. Network targets are
 * names; the IDs of secrets and configs in services are empty until `withReferenceIds`.
 */
export interface StackSpecs extends StackNetworks {
  readonly namespace: string
  readonly secrets: ReadonlyArray<SecretSpec>
  readonly configs: ReadonlyArray<ConfigSpec>
  readonly services: ReadonlyArray<ServiceSpec>
}

export interface ConvertOptions {
  /** the name of the stack */
  readonly namespace: string
  /** reads the files of secrets and configs, by absolute path */
  readonly readFile: ReadFile
}

/** A name of nothing but blanks and quotes names nothing. Docker's words, or undefined when the name will do. */
export const stackNameError = (namespace: string): string | undefined =>
  namespace.replace(/[\s'"]/g, "") === "" ? `invalid stack name: ${quote(namespace)}` : undefined

const sorted = <T>(map: ReadonlyMap<string, T>): ReadonlyArray<readonly [string, T]> =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1))

/** Comes before any other check: a service without a usable image stops the deployment whole. */
const checkImages = (context: ConvertContext): void => {
  for (const [key, { image }] of sorted(context.config.services)) {
    const parsed = image === undefined ? { error: "no image specified" } : parseImage(image)
    if ("error" in parsed) {
      refuse(context, ["services", key, "image"], `invalid image reference for service ${key}: ${parsed.error}`)
    }
  }
}

/** A loaded stack to Swarm's specs. Of several errors the first is the one Docker shows. */
export const convertStack = (
  loaded: LoadedStack,
  { namespace, readFile }: ConvertOptions,
): Result.Result<StackSpecs, ReadonlyArray<ComposeError>> => {
  const errors: Array<ComposeError> = []
  const { config, documents } = loaded
  const context: ConvertContext = { namespace, config, documents, readFile, errors }
  const badName = stackNameError(namespace)
  if (badName !== undefined) refuse(context, [], badName)
  checkImages(context)
  if (errors.length > 0) return Result.fail(errors)
  const specs: StackSpecs = {
    namespace,
    ...convertNetworks(config, namespace),
    secrets: convertSecrets(context),
    configs: convertConfigs(context),
    services: sorted(config.services).map(([key, service]) => convertService(context, key, service)),
  }
  return errors.length > 0 ? Result.fail(errors) : Result.succeed(specs)
}

/** Fills in the IDs of secrets and configs, own and external, once all of them exist in the cluster. */
export const withReferenceIds = (specs: StackSpecs, ids: ReferenceIds): Result.Result<StackSpecs, MissingReference> => {
  const services: Array<ServiceSpec> = []
  for (const spec of specs.services) {
    const resolved = serviceWithIds(spec, specs.namespace, ids)
    if (Result.isFailure(resolved)) return Result.fail(resolved.failure)
    services.push(resolved.success)
  }
  return Result.succeed({ ...specs, services })
}

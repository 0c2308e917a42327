import * as Result from "effect/Result"
import type { ConfigReference, ContainerSpec, SecretReference } from "../../core/model/container-spec.ts"
import type { ServiceSpec } from "../../core/model/service.ts"
import { descope, scope } from "./context.ts"

/** IDs by name in the cluster, of objects that exist by now. */
export interface ReferenceIds {
  readonly secret: (name: string) => string | undefined
  readonly config: (name: string) => string | undefined
}

/** No such object in the cluster; the message is Docker's. */
export interface MissingReference {
  readonly message: string
  readonly service: string
}

const secretsWithIds = (
  references: ReadonlyArray<SecretReference>,
  ids: ReferenceIds,
): ReadonlyArray<SecretReference> | string => {
  const resolved: Array<SecretReference> = []
  for (const reference of references) {
    const SecretID = ids.secret(reference.SecretName)
    if (SecretID === undefined) return `secret not found: ${reference.SecretName}`
    resolved.push({ ...reference, SecretID })
  }
  return resolved
}

const configsWithIds = (
  references: ReadonlyArray<ConfigReference>,
  ids: ReferenceIds,
): ReadonlyArray<ConfigReference> | string => {
  const resolved: Array<ConfigReference> = []
  for (const reference of references) {
    const ConfigID = ids.config(reference.ConfigName)
    if (ConfigID === undefined) return `config not found: ${reference.ConfigName}`
    resolved.push({ ...reference, ConfigID })
  }
  return resolved
}

/** A credential spec names its config by ID; one whose config has a `name` of its own is not found, as in Docker. */
const credentialsWithId = (
  container: ContainerSpec,
  configs: ReadonlyArray<ConfigReference>,
  namespace: string,
): ContainerSpec | string => {
  const named = container.Privileges?.CredentialSpec?.Config
  if (named === undefined) return container
  const found = configs.find(({ ConfigName }) => ConfigName === named || ConfigName === scope(namespace, named))
  if (found === undefined) {
    return `invalid credential spec: spec specifies config ${named}, but no such config can be found`
  }
  return { ...container, Privileges: { ...container.Privileges, CredentialSpec: { Config: found.ConfigID } } }
}

const containerWithIds = (container: ContainerSpec, namespace: string, ids: ReferenceIds): ContainerSpec | string => {
  const secrets = secretsWithIds(container.Secrets ?? [], ids)
  if (typeof secrets === "string") return secrets
  const configs = configsWithIds(container.Configs ?? [], ids)
  if (typeof configs === "string") return configs
  const privileged = credentialsWithId(container, configs, namespace)
  if (typeof privileged === "string") return privileged
  return {
    ...privileged,
    ...(container.Secrets === undefined ? {} : { Secrets: secrets }),
    ...(container.Configs === undefined ? {} : { Configs: configs }),
  }
}

/** Fills the IDs into one service's references, after the stack's secrets and configs were created. */
export const serviceWithIds = (
  spec: ServiceSpec,
  namespace: string,
  ids: ReferenceIds,
): Result.Result<ServiceSpec, MissingReference> => {
  const { ContainerSpec: container } = spec.TaskTemplate
  if (container === undefined) return Result.succeed(spec)
  const resolved = containerWithIds(container, namespace, ids)
  if (typeof resolved !== "string") {
    return Result.succeed({ ...spec, TaskTemplate: { ...spec.TaskTemplate, ContainerSpec: resolved } })
  }
  const service = descope(namespace, spec.Name)
  return Result.fail({ service, message: `service ${service}: ${resolved}` })
}

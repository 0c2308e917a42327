import type { Mount } from "../../core/model/container-spec.ts"
import type { ServiceSpec } from "../../core/model/service.ts"
import type { ServiceConfig } from "../config.ts"
import { convertContainer, convertCredentials, convertHealthcheck } from "./container.ts"
import { type ConvertContext, given, imageLabel, recordOf, refuse, scope, stackLabels } from "./context.ts"
import { convertEndpoint, convertMode, convertPlacement, convertRestartPolicy, convertUpdate } from "./deploy.ts"
import { parseImage } from "./image.ts"
import { convertMount } from "./mounts.ts"
import { convertAttachments } from "./networks.ts"
import { convertConfigReferences, convertSecretReferences } from "./references.ts"
import { convertResources } from "./resources.ts"

type Outcome<T> = T | { readonly error: string } | undefined

const isFailed = (value: unknown): value is { readonly error: string } =>
  typeof value === "object" && value !== null && "error" in value

/** Unwraps one part, or reports under the part's place in the file. */
type Take = <T>(part: string, outcome: Outcome<T>) => T | undefined

const takeFor =
  (context: ConvertContext, key: string): Take =>
  (part, outcome) => {
    if (!isFailed(outcome)) return outcome
    return refuse(context, ["services", key, ...part.split(".")], `service ${key}: ${outcome.error}`)
  }

const mountsOf = (take: Take, service: ServiceConfig, context: ConvertContext): ReadonlyArray<Mount> | undefined =>
  service.volumes?.flatMap(
    (volume, index) => take(`volumes.${index}`, convertMount(volume, context.config.volumes, context.namespace)) ?? [],
  )

const labelsOf = (service: ServiceConfig, namespace: string) =>
  recordOf(
    new Map([...Object.entries(stackLabels(namespace, service.deploy?.labels)), [imageLabel, service.image ?? ""]]),
  )

/** The image in the form the API takes; `com.docker.stack.image` keeps it as written. */
const imageOf = (service: ServiceConfig): string => {
  const image = parseImage(service.image ?? "")
  return "familiar" in image ? image.familiar : ""
}

/** The parts in Docker's order, so that the first error is the one Docker shows. */
export const convertService = (context: ConvertContext, key: string, service: ServiceConfig): ServiceSpec => {
  const { config, namespace } = context
  const { deploy } = service
  const take = takeFor(context, key)
  const Secrets =
    service.secrets && take("secrets", convertSecretReferences(service.secrets, config.secrets, namespace))
  const credentialConfig = service.credential_spec?.config
  const Configs = take(
    "configs",
    convertConfigReferences(service.configs ?? [], credentialConfig, config.configs, namespace),
  )
  const Mode = take("deploy.mode", convertMode(deploy?.mode, deploy?.replicas))
  const Mounts = mountsOf(take, service, context)
  const Resources = take("deploy.resources", convertResources(deploy?.resources))
  const RestartPolicy = take("restart", convertRestartPolicy(service.restart, deploy?.restart_policy))
  const Healthcheck = take("healthcheck", convertHealthcheck(service.healthcheck))
  const Networks = take("networks", convertAttachments(key, service, config, namespace))
  const CredentialSpec = take("credential_spec", convertCredentials(service.credential_spec))
  const { logging } = service
  const LogDriver = logging && {
    ...given("Name", logging.driver),
    ...(logging.options === undefined || logging.options.size === 0 ? {} : { Options: recordOf(logging.options) }),
  }
  return {
    Name: scope(namespace, key),
    Labels: labelsOf(service, namespace),
    TaskTemplate: {
      ContainerSpec: {
        Image: imageOf(service),
        ...convertContainer(service, namespace),
        Privileges: { ...given("CredentialSpec", CredentialSpec), NoNewPrivileges: false },
        ...given("Mounts", Mounts),
        ...given("Healthcheck", Healthcheck),
        ...given("Secrets", Secrets),
        ...given("Configs", Configs?.length === 0 ? undefined : Configs),
      },
      ...given("LogDriver", LogDriver),
      Resources: Resources ?? {},
      ...given("RestartPolicy", RestartPolicy),
      Placement: convertPlacement(deploy?.placement),
      ...given("Networks", Networks),
      ForceUpdate: 0,
    },
    ...given("Mode", Mode),
    ...given("UpdateConfig", convertUpdate(deploy?.update_config)),
    ...given("RollbackConfig", convertUpdate(deploy?.rollback_config)),
    EndpointSpec: convertEndpoint(deploy?.endpoint_mode, service.ports),
  }
}

import type { NetworkCreate } from "../../core/model/network.ts"
import type { NetworkAttachmentConfig } from "../../core/model/task-spec.ts"
import type { NetworkConfig, ServiceConfig, StackConfig } from "../config.ts"
import { quote } from "../go/quote.ts"
import { given, recordOf, scope, stackLabels } from "./context.ts"
import type { Failed } from "./deploy.ts"

const defaultNetwork = "default"

/** Networks of the engine itself take no aliases and are never looked up. */
const isUserDefined = (name: string): boolean =>
  !["default", "bridge", "host", "none"].includes(name) && !name.startsWith("container:")

const namesOf = (service: ServiceConfig): ReadonlyArray<string> =>
  service.networks === undefined ? [defaultNetwork] : [...service.networks.keys()]

const clusterName = (key: string, network: NetworkConfig | undefined, namespace: string): string =>
  network?.name ?? scope(namespace, key)

export const convertAttachments = (
  key: string,
  service: ServiceConfig,
  config: StackConfig,
  namespace: string,
): ReadonlyArray<NetworkAttachmentConfig> | Failed => {
  const attachments: Array<NetworkAttachmentConfig & { readonly Target: string }> = []
  for (const name of namesOf(service)) {
    const declared = config.networks.get(name)
    if (declared === undefined && name !== defaultNetwork) return { error: `undefined network ${quote(name)}` }
    const own = service.networks?.get(name)
    const Target = clusterName(name, declared, namespace)
    // The service's name is an alias of its own, even if it is already given as one.
    const aliases = [...(own?.aliases ?? []), ...(isUserDefined(Target) ? [key] : [])]
    attachments.push({
      Target,
      ...given("Aliases", aliases.length === 0 ? undefined : aliases),
      ...(own?.driver_opts === undefined ? {} : { DriverOpts: recordOf(own.driver_opts) }),
    })
  }
  return attachments.sort((a, b) => (a.Target < b.Target ? -1 : a.Target > b.Target ? 1 : 0))
}

export interface StackNetworks {
  readonly networks: ReadonlyArray<{ readonly name: string; readonly body: NetworkCreate }>
  /** must exist in the cluster, with swarm scope */
  readonly externalNetworks: ReadonlyArray<string>
}

const convertIpam = (ipam: NonNullable<NetworkConfig["ipam"]>) => ({
  ...given("Driver", ipam.driver),
  ...given(
    "Config",
    ipam.config?.map(({ subnet, gateway, ip_range }) => ({
      ...given("Subnet", subnet),
      ...given("Gateway", gateway),
      ...given("IPRange", ip_range),
    })),
  ),
})

const networkBody = (Name: string, network: NetworkConfig | undefined, namespace: string): NetworkCreate => ({
  Name,
  Driver: network?.driver ?? "overlay",
  Scope: "",
  ...(network?.ipam === undefined ? {} : { IPAM: convertIpam(network.ipam) }),
  ...given("EnableIPv6", network?.enable_ipv6),
  Internal: network?.internal ?? false,
  Attachable: network?.attachable ?? false,
  Ingress: false,
  ConfigOnly: false,
  ...(network?.driver_opts === undefined ? {} : { Options: recordOf(network.driver_opts) }),
  Labels: stackLabels(namespace, network?.labels),
})

/** Only what some service is attached to; sorted by name. */
export const convertNetworks = (config: StackConfig, namespace: string): StackNetworks => {
  const used = new Set([...config.services.values()].flatMap(namesOf))
  const networks: Array<{ readonly name: string; readonly body: NetworkCreate }> = []
  const externalNetworks: Array<string> = []
  for (const key of [...used].sort()) {
    const declared = config.networks.get(key)
    const name = clusterName(key, declared, namespace)
    if (!declared?.external) networks.push({ name, body: networkBody(name, declared, namespace) })
    else if (isUserDefined(name)) externalNetworks.push(name)
  }
  return { networks, externalNetworks }
}

import { newHexId } from "../../../core/id.ts"
import type { Random } from "../../../core/random.ts"

/** A network of one engine, with the names of the Engine API. */
export interface LocalNetwork {
  readonly Name: string
  readonly Id: string
  readonly Created: string
  readonly Scope: "local"
  readonly Driver: string
  readonly IPAM: {
    readonly Driver: string
    readonly Config: ReadonlyArray<{ readonly Subnet: string; readonly Gateway: string }>
  }
  readonly Options: Readonly<Record<string, string>>
  readonly Labels?: Readonly<Record<string, string>>
}

const bridgeOptions = {
  "com.docker.network.bridge.default_bridge": "true",
  "com.docker.network.bridge.enable_icc": "true",
  "com.docker.network.bridge.enable_ip_masquerade": "true",
  "com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
  "com.docker.network.bridge.name": "docker0",
  "com.docker.network.driver.mtu": "1500",
}

const gwbridgeOptions = {
  "com.docker.network.bridge.enable_icc": "false",
  "com.docker.network.bridge.enable_ip_masquerade": "true",
  "com.docker.network.bridge.name": "docker_gwbridge",
}

/** What every engine that is in a swarm has. */
export function localNetworks(random: Random, created: string): ReadonlyArray<LocalNetwork> {
  const network = (Name: string, Driver: string, subnet: string | undefined, Options = {}): LocalNetwork => ({
    Name,
    Id: newHexId(random),
    Created: created,
    Scope: "local",
    Driver,
    IPAM: {
      Driver: "default",
      Config: subnet === undefined ? [] : [{ Subnet: `${subnet}.0/16`, Gateway: `${subnet}.1` }],
    },
    Options,
  })
  return [
    network("bridge", "bridge", "172.17.0", bridgeOptions),
    network("docker_gwbridge", "bridge", "172.18.0", gwbridgeOptions),
    network("host", "host", undefined),
    network("none", "null", undefined),
  ]
}

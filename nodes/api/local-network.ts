import type { LocalNetwork } from "./gateway.ts"

/** A network of the engine itself, as GET /networks shows it. */
export const renderLocalNetwork = (network: LocalNetwork): object => ({
  Name: network.Name,
  Id: network.Id,
  Created: network.Created ?? "0001-01-01T00:00:00Z",
  Scope: "local",
  Driver: network.Driver,
  EnableIPv6: false,
  IPAM: {
    Driver: network.IPAM?.Driver ?? "default",
    Options: network.IPAM?.Options ?? null,
    Config: network.IPAM?.Config ?? [],
  },
  Internal: false,
  Attachable: false,
  Ingress: false,
  ConfigFrom: { Network: "" },
  ConfigOnly: false,
  Containers: {},
  Options: network.Options ?? {},
  Labels: network.Labels ?? {},
})

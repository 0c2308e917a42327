import type { Driver } from "../../../core/model/common.ts"
import type { Ipam, Network } from "../../../core/model/network.ts"
import { withShownVersion } from "./shown-version.ts"

const vxlanIds = "com.docker.network.driver.overlay.vxlanid_list"

/** The driver as it came out of allocation: with the network's VXLAN number. Undefined before that. */
function driverState(network: Network): Driver | undefined {
  if (network.DriverState) return network.DriverState
  if (network.Allocation === undefined) return undefined
  const Options = { [vxlanIds]: String(network.Allocation.VNI), ...network.Spec.Options }
  return { Name: network.Spec.Driver || "overlay", Options }
}

/** A swarm network as GET /networks shows it (moby BasicNetworkFromGRPC): driver and addresses only once they are allocated. */
export function renderNetwork(network: Network): object {
  const { Spec } = network
  const driver = driverState(network)
  return {
    Name: Spec.Name,
    Id: network.ID,
    Created: network.CreatedAt,
    Scope: "swarm",
    Driver: driver?.Name ?? "",
    EnableIPv6: Spec.EnableIPv6 ?? false,
    IPAM: renderIpam(network.Allocation?.IPAM),
    Internal: Spec.Internal ?? false,
    Attachable: Spec.Attachable ?? false,
    Ingress: Spec.Ingress ?? false,
    ConfigFrom: { Network: Spec.ConfigFrom?.Network ?? "" },
    ConfigOnly: false,
    Containers: null,
    Options: driver?.Options ?? null,
    Labels: orNull(Spec.Labels),
  }
}

const renderIpam = (ipam: Ipam | undefined): object => ({
  Driver: ipam ? (ipam.Driver ?? "default") : "",
  Options: orNull(ipam?.Options),
  Config: ipam?.Config ?? null,
})

/** Go's empty maps come out of Swarm as null. */
const orNull = (map: Readonly<Record<string, string>> | undefined) =>
  map === undefined || Object.keys(map).length === 0 ? null : map

/** A network as it stands inside a task's attachment (moby convert networkFromGRPC). */
export function renderAttachedNetwork(network: Network): object {
  const { Spec, Allocation } = network
  const state = driverState(network)
  return {
    ID: network.ID,
    Version: withShownVersion(network).Version,
    CreatedAt: network.CreatedAt,
    UpdatedAt: network.UpdatedAt,
    Spec: {
      Name: Spec.Name,
      Labels: Spec.Labels ?? {},
      DriverConfiguration: Spec.Ingress ? {} : driverOf(Spec.Driver ?? "overlay", Spec.Options),
      ...(Spec.EnableIPv6 && { IPv6Enabled: true }),
      ...(Spec.Internal && { Internal: true }),
      ...(Spec.Attachable && { Attachable: true }),
      ...(Spec.Ingress && { Ingress: true }),
      IPAMOptions: attachedIpam(Spec.IPAM, Spec.Ingress ? "" : "default"),
      Scope: "swarm",
    },
    ...(state && { DriverState: state }),
    ...(Allocation && { IPAMOptions: attachedIpam(Allocation.IPAM, "default") }),
  }
}

const driverOf = (name: string, options: Readonly<Record<string, string>> | undefined): object => ({
  ...(name !== "" && { Name: name }),
  ...(orNull(options) && { Options: options }),
})

function attachedIpam(ipam: Ipam | undefined, fallback: string): object {
  const Configs = (ipam?.Config ?? []).map(({ Subnet, IPRange, Gateway }) => ({
    ...(Subnet && { Subnet }),
    ...(IPRange && { Range: IPRange }),
    ...(Gateway && { Gateway }),
  }))
  const driver = fallback === "" ? "" : ipam?.Driver || fallback
  return { Driver: driverOf(driver, ipam?.Options), ...(Configs.length > 0 && { Configs }) }
}

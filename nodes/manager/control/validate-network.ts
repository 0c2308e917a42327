import { type ApiError, apiError, rpcError } from "../../../core/errors.ts"
import type { IpamConfig, NetworkCreate } from "../../../core/model/network.ts"
import { containsAddress, parseAddress, parseCidr } from "./cidr.ts"
import { predefinedNetworks } from "./service-networks.ts"
import { nameError } from "./validate-service.ts"

const invalid = (message: string): ApiError => rpcError("InvalidArgument", message)

/** What is wrong with a swarm network by itself (moby createNetwork, swarmkit validateNetworkSpec). */
export function networkSpecError(spec: NetworkCreate): ApiError | undefined {
  if ([...predefinedNetworks, "default"].includes(spec.Name)) {
    return apiError(403, `operation is not permitted on predefined ${spec.Name} network `)
  }
  if (spec.Attachable && spec.Ingress) return invalid("ingress network cannot be attachable")
  const name = nameError(spec.Name)
  if (name) return name
  for (const config of spec.IPAM?.Config ?? []) {
    const error = addressesError(config)
    if (error) return error
  }
  return undefined
}

function addressesError({ Subnet = "", IPRange = "", Gateway = "" }: IpamConfig): ApiError | undefined {
  const subnet = parseCidr(Subnet)
  if (!subnet) return apiError(500, `Invalid subnet ${Subnet} : invalid CIDR address: ${Subnet}`)
  const range = parseCidr(IPRange)
  if (IPRange !== "" && !range) return invalid(`ipam configuration: invalid range ${IPRange}`)
  if (range && !containsAddress(subnet, range.address)) {
    return invalid(`ipam configuration: subnet ${Subnet} does not contain range ${IPRange}`)
  }
  const gateway = parseAddress(Gateway)
  if (Gateway !== "" && gateway === undefined) return invalid(`ipam configuration: invalid gateway ${Gateway}`)
  if (gateway !== undefined && !containsAddress(subnet, gateway)) {
    return invalid(`ipam configuration: subnet ${Subnet} does not contain gateway ${Gateway}`)
  }
  return undefined
}

import type { Endpoint } from "../../core/model/endpoint.ts"
import type { Network } from "../../core/model/network.ts"
import type { Service } from "../../core/model/service.ts"
import type { NetworkAttachment, Task } from "../../core/model/task.ts"
import { type Reader, specOf } from "../../core/store/reader.ts"
import { formatCidr, parseAddress } from "../cidr.ts"
import { endpointOf } from "../spec-records.ts"
import { isOverlay, Networks } from "./networks.ts"
import { PortPool } from "./port-pool.ts"
import { publishesThroughIngress } from "./ports.ts"

type VirtualIps = NonNullable<Endpoint["VirtualIPs"]>

/**
 * Everything that is given to networks, services and tasks: the state that both of the allocator's loops share. It is built from the
 * objects, which say what they were given, and follows them.
 */
export class Allocation {
  readonly networks = new Networks()
  readonly #ports = new PortPool()
  readonly #endpoints = new Map<string, Endpoint>()
  readonly #attachments = new Map<string, ReadonlyArray<NetworkAttachment>>()
  /** Grows whenever something is given to a network or service, or freed: what could not be given may then be tried again. */
  generation = 0

  claimNetwork(network: Network): void {
    if (network.Allocation) this.networks.claim(network.ID, network.Allocation)
  }

  claimService({ ID, Endpoint }: Service): void {
    this.#endpoints.set(ID, Endpoint)
    this.#ports.claim(ID, Endpoint.Ports ?? [])
    for (const { NetworkID, Addr } of Endpoint.VirtualIPs ?? []) this.#claim(NetworkID, Addr)
  }

  claimTask({ ID, NetworksAttachments }: Task): void {
    if (!NetworksAttachments) return
    this.#attachments.set(ID, NetworksAttachments)
    for (const { NetworkID, Addresses } of NetworksAttachments) for (const a of Addresses) this.#claim(NetworkID, a)
  }

  releaseNetwork(id: string): void {
    this.networks.release(id)
    this.generation++
  }

  releaseService(id: string): void {
    const had = this.#endpoints.get(id)
    if (!had) return
    this.#endpoints.delete(id)
    this.#ports.release(id, had.Ports ?? [])
    for (const { NetworkID, Addr } of had.VirtualIPs ?? []) this.#release(NetworkID, Addr)
    this.generation++
  }

  releaseTask(id: string): void {
    const had = this.#attachments.get(id)
    if (!had) return
    this.#attachments.delete(id)
    for (const { NetworkID, Addresses } of had) for (const address of Addresses) this.#release(NetworkID, address)
    this.generation++
  }

  /** What the service's endpoint is to be. Undefined, with nothing changed, when it cannot be given all it needs yet. */
  endpoint(reader: Reader, service: Service): Endpoint | undefined {
    const had = this.#endpoints.get(service.ID) ?? {}
    const spec = service.Spec.EndpointSpec
    const networks = networksOf(reader, service.Spec.TaskTemplate.Networks, service, publishesThroughIngress(spec))
    if (!networks?.every((id) => this.networks.space(id))) return undefined
    const virtualIps = spec?.Mode === "dnsrr" ? [] : this.#virtualIps(networks, had.VirtualIPs ?? [])
    const ports = virtualIps && this.#ports.allocate(service.ID, spec?.Ports ?? [], had.Ports ?? [])
    if (!virtualIps || !ports) {
      for (const vip of virtualIps ?? [])
        if (!isAmong(had.VirtualIPs ?? [], vip.NetworkID)) this.#release(vip.NetworkID, vip.Addr)
      return undefined
    }
    for (const vip of had.VirtualIPs ?? [])
      if (!isAmong(virtualIps, vip.NetworkID)) this.#release(vip.NetworkID, vip.Addr)
    // A service with nothing to be allocated is never given an endpoint, not even its mode.
    const isUsed = networks.length > 0 || ports.length > 0
    const endpoint = {
      ...(spec && isUsed ? { Spec: { ...spec, Mode: spec.Mode ?? "vip" } } : {}),
      ...(ports.length > 0 ? { Ports: ports } : {}),
      ...(virtualIps.length > 0 ? { VirtualIPs: virtualIps } : {}),
    }
    this.#endpoints.set(service.ID, endpoint)
    return endpoint
  }

  /** A new task's addresses, one on each of its networks. Undefined when they cannot be given yet. */
  attachments(reader: Reader, task: Task, service: Service): ReadonlyArray<NetworkAttachment> | undefined {
    if (!this.#endpoints.has(service.ID)) return undefined
    const ingress = publishesThroughIngress(endpointOf(reader, task))
    const networks = networksOf(reader, specOf(reader, task)?.Networks, service, ingress)
    if (!networks) return undefined
    const attachments: Array<NetworkAttachment> = []
    for (const id of networks) {
      const address = this.#take(id)
      if (address === undefined) {
        for (const { NetworkID, Addresses } of attachments) this.#release(NetworkID, Addresses[0])
        return undefined
      }
      attachments.push({ NetworkID: id, Addresses: [address] })
    }
    if (attachments.length > 0) this.#attachments.set(task.ID, attachments)
    return attachments
  }

  /** Why the task or its service cannot be given what it needs. Swarm leaves such tasks without a reason. */
  lack(reader: Reader, task: Task, service: Service): string {
    const ingress = publishesThroughIngress(endpointOf(reader, task))
    const networks = networksOf(reader, specOf(reader, task)?.Networks, service, ingress)
    if (!networks) return "there is no ingress network"
    for (const id of networks) {
      const name = reader.get("networks", id)?.Spec.Name ?? id
      const space = this.networks.space(id)
      if (!space)
        return `network ${name} has no subnet: the one it asks for overlaps another, or the address pool is exhausted`
      if (space.isFull) return `network ${name} has no address left in ${formatCidr(space.subnet)}`
    }
    return "a published port of its service is taken, or none is left"
  }

  /** One address on each network, those it had kept. */
  #virtualIps(networks: ReadonlyArray<string>, had: VirtualIps): VirtualIps | undefined {
    const given: Array<VirtualIps[number]> = []
    for (const id of networks) {
      const kept = had.find((vip) => vip.NetworkID === id)
      const address = kept?.Addr ?? this.#take(id)
      if (address === undefined) {
        for (const vip of given) if (!isAmong(had, vip.NetworkID)) this.#release(vip.NetworkID, vip.Addr)
        return undefined
      }
      given.push({ NetworkID: id, Addr: address })
    }
    return given
  }

  #take(networkId: string): string | undefined {
    const space = this.networks.space(networkId)
    const address = space?.take()
    return address === undefined ? undefined : space?.format(address)
  }

  #claim(networkId: string, text: string | undefined): void {
    const address = addressOf(text)
    if (address !== undefined) this.networks.space(networkId)?.claim(address)
  }

  #release(networkId: string, text: string | undefined): void {
    const address = addressOf(text)
    if (address !== undefined) this.networks.space(networkId)?.release(address)
  }
}

const addressOf = (text = ""): number | undefined => parseAddress(text.split("/")[0] ?? "")

const isAmong = (vips: VirtualIps, networkId: string): boolean => vips.some((vip) => vip.NetworkID === networkId)

/** The overlay networks that something of the service is on, ingress first. Undefined while it needs an ingress network and there is none. */
function networksOf(
  reader: Reader,
  ofTemplate: Service["Spec"]["TaskTemplate"]["Networks"],
  service: Service,
  ingress: boolean,
): ReadonlyArray<string> | undefined {
  const ids = new Set<string>()
  if (ingress) {
    const network = ingressNetwork(reader)
    if (!network) return undefined
    ids.add(network.ID)
  }
  const attached = ofTemplate?.length ? ofTemplate : (service.Spec.Networks ?? [])
  for (const { Target } of attached) {
    const network = Target === undefined ? undefined : reader.get("networks", Target)
    if (network && isOverlay(network)) ids.add(network.ID)
  }
  return [...ids]
}

/** There is one; its usual name finds it at once, but it may have any. */
export function ingressNetwork(reader: Reader): Network | undefined {
  const usual = reader.find("networks", "name", "ingress").find((network) => network.Spec.Ingress)
  if (usual) return usual
  for (const network of reader.all("networks")) if (network.Spec.Ingress) return network
  return undefined
}

import type { Network, NetworkAllocation } from "../../core/model/network.ts"
import type { Reader } from "../../core/store/reader.ts"
import { type Address, formatAddress, formatCidr, overlap, parseAddress, parseCidr, type Subnet } from "../cidr.ts"
import { AddressSpace } from "./address-space.ts"

/** VXLAN network numbers begin here. */
const firstVni = 4096

const defaultPool = ["10.0.0.0/8"]
const defaultSubnetSize = 24

/** Networks of other drivers get no addresses from the cluster. */
export const isOverlay = (network: Network): boolean => (network.Spec.Driver || "overlay") === "overlay"

/** The subnets and numbers of all overlay networks, and the addresses within each. */
export class Networks {
  readonly #spaces = new Map<string, AddressSpace>()
  readonly #vnis = new Map<number, string>()

  /** The addresses of an allocated network. */
  space(networkId: string): AddressSpace | undefined {
    return this.#spaces.get(networkId)
  }

  /** Takes note of what a network has been given. */
  claim(id: string, { IPAM, VNI }: NetworkAllocation): void {
    const [config] = (IPAM.Config ?? []).filter(isIpv4)
    const subnet = parseCidr(config?.Subnet ?? "")
    if (!subnet || this.#spaces.has(id)) return
    this.#spaces.set(id, new AddressSpace(subnet, parseAddress(config?.Gateway ?? "") ?? subnet.base + 1))
    this.#vnis.set(VNI, id)
  }

  release(id: string): void {
    this.#spaces.delete(id)
    for (const [vni, owner] of this.#vnis) if (owner === id) this.#vnis.delete(vni)
  }

  /**
   * A subnet, its own if it asks for one, and a number for the network. Undefined when its subnet overlaps another network's or the
   * cluster's address pool is exhausted.
   */
  allocate(reader: Reader, network: Network): NetworkAllocation | undefined {
    const configs = network.Spec.IPAM?.Config ?? []
    const asked = configs.find(isIpv4)
    const subnet = asked?.Subnet ? this.#ifFree(parseCidr(asked.Subnet)) : this.#nextFree(reader)
    if (!subnet) return undefined
    const gateway: Address = parseAddress(asked?.Gateway ?? "") ?? subnet.base + 1
    const config = { ...asked, Subnet: formatCidr(subnet), Gateway: formatAddress(gateway) }
    const allocation = {
      IPAM: {
        ...network.Spec.IPAM,
        Driver: "default",
        Config: [config, ...configs.filter((other) => other !== asked)],
      },
      VNI: this.#nextVni(),
    }
    this.claim(network.ID, allocation)
    return allocation
  }

  #ifFree(subnet: Subnet | undefined): Subnet | undefined {
    if (!subnet) return undefined
    for (const { subnet: taken } of this.#spaces.values()) if (overlap(taken, subnet)) return undefined
    return subnet
  }

  #nextFree(reader: Reader): Subnet | undefined {
    const [cluster] = reader.all("clusters")
    const size = 2 ** (32 - (cluster?.SubnetSize || defaultSubnetSize))
    const pools = cluster?.DefaultAddrPool.length ? cluster.DefaultAddrPool : defaultPool
    const taken = [...this.#spaces.values()].map(({ subnet }) => subnet).sort((a, b) => a.base - b.base)
    for (const text of pools) {
      const pool = parseCidr(text)
      const free = pool && firstGap(pool, size, taken)
      if (free) return free
    }
    return undefined
  }

  #nextVni(): number {
    let vni = firstVni
    while (this.#vnis.has(vni)) vni++
    return vni
  }
}

/** The first aligned block in the pool that no subnet (in order of their bases) touches. */
function firstGap(pool: Subnet, size: number, taken: ReadonlyArray<Subnet>): Subnet | undefined {
  const candidate = { base: pool.base, size }
  for (const subnet of taken) {
    if (!overlap(candidate, subnet)) continue
    candidate.base = Math.ceil((subnet.base + subnet.size) / size) * size
  }
  return candidate.base + size <= pool.base + pool.size ? candidate : undefined
}

const isIpv4 = ({ Subnet }: { readonly Subnet?: string }): boolean => !Subnet?.includes(":")

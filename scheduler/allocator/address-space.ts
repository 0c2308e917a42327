import { type Address, formatAddress, prefixLength, type Subnet, within } from "../cidr.ts"

/** The addresses of one network. They are given in turn, so that an address just freed is not the next one given. */
export class AddressSpace {
  readonly subnet: Subnet
  readonly #used = new Set<Address>()
  #next: Address

  /** The first and the last address of the subnet and its gateway are never given. */
  constructor(subnet: Subnet, gateway: Address) {
    this.subnet = subnet
    this.#next = subnet.base + 1
    for (const reserved of [subnet.base, subnet.base + subnet.size - 1, gateway]) this.#used.add(reserved)
  }

  get isFull(): boolean {
    return this.#used.size >= this.subnet.size
  }

  /** Undefined when all are taken. */
  take(): Address | undefined {
    const { base, size } = this.subnet
    for (let tries = 0; tries < size; tries++) {
      const address = this.#next
      this.#next = base + ((address - base + 1) % size)
      if (this.#used.has(address)) continue
      this.#used.add(address)
      return address
    }
    return undefined
  }

  /** Marks an address as taken that was given before. */
  claim(address: Address): void {
    if (!within(this.subnet, address)) return
    this.#used.add(address)
    if (address >= this.#next) this.#next = this.subnet.base + ((address - this.subnet.base + 1) % this.subnet.size)
  }

  release(address: Address): void {
    this.#used.delete(address)
  }

  /** The address with the network's prefix length, as it is written in objects. */
  format(address: Address): string {
    return `${formatAddress(address)}/${prefixLength(this.subnet)}`
  }
}

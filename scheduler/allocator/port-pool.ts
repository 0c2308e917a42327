import type { PortConfig } from "../../core/model/endpoint.ts"
import { isIngressPort, portKey, protocolOf } from "./ports.ts"

/** Where ports are taken from that a service leaves to Swarm. */
const dynamicPorts = { first: 30_000, last: 32_767 } as const

/** Which service has which port of the routing mesh. Source: swarmkit manager/allocator/portallocator.go. */
export class PortPool {
  readonly #owners = new Map<string, string>()
  /** The next dynamic port to try, by protocol. */
  readonly #next = new Map<string, number>()

  /** Takes note of ports that a service has. Dynamic numbers go on after them, so that one just freed is not the next one given. */
  claim(serviceId: string, ports: ReadonlyArray<PortConfig>): void {
    for (const port of ports) {
      if (!isIngressPort(port) || !port.PublishedPort) continue
      this.#owners.set(portKey(port), serviceId)
      if (isDynamic(port) && port.PublishedPort >= this.#nextOf(port))
        this.#next.set(protocolOf(port), after(port.PublishedPort))
    }
  }

  /**
   * The wanted ports with a number for each that goes through the routing mesh. Dynamic ones keep the number they had. What the service
   * had and no longer has is freed. Undefined, with nothing changed, when a number belongs to another service or none is left.
   */
  allocate(
    serviceId: string,
    wanted: ReadonlyArray<PortConfig>,
    had: ReadonlyArray<PortConfig>,
  ): ReadonlyArray<PortConfig> | undefined {
    const explicit = wanted.filter((port) => isIngressPort(port) && port.PublishedPort).map(portKey)
    if (explicit.some((key) => (this.#owners.get(key) ?? serviceId) !== serviceId)) return undefined
    this.release(serviceId, had)
    const taken = new Set(explicit)
    const given: Array<PortConfig> = []
    for (const port of wanted) {
      const filled = isIngressPort(port) && !port.PublishedPort ? this.#fill(port, had, taken) : port
      if (!filled) {
        this.claim(serviceId, had)
        return undefined
      }
      if (isIngressPort(filled)) taken.add(portKey(filled))
      given.push(filled)
    }
    this.claim(serviceId, given)
    return given
  }

  release(serviceId: string, ports: ReadonlyArray<PortConfig>): void {
    for (const port of ports) {
      if (isIngressPort(port) && this.#owners.get(portKey(port)) === serviceId) this.#owners.delete(portKey(port))
    }
  }

  #nextOf(port: PortConfig): number {
    return this.#next.get(protocolOf(port)) ?? dynamicPorts.first
  }

  #fill(port: PortConfig, had: ReadonlyArray<PortConfig>, taken: ReadonlySet<string>): PortConfig | undefined {
    const free = (candidate: PortConfig): boolean => {
      const key = portKey(candidate)
      return !taken.has(key) && !this.#owners.has(key)
    }
    const before = had.find((old) => isSamePort(old, port) && isDynamic(old) && free(old))
    if (before?.PublishedPort) return { ...port, PublishedPort: before.PublishedPort }
    const count = dynamicPorts.last - dynamicPorts.first + 1
    for (let tries = 0; tries < count; tries++) {
      const filled = { ...port, PublishedPort: this.#nextOf(port) }
      this.#next.set(protocolOf(port), after(filled.PublishedPort))
      if (free(filled)) return filled
    }
    return undefined
  }
}

const after = (port: number): number => (port === dynamicPorts.last ? dynamicPorts.first : port + 1)

const isSamePort = (a: PortConfig, b: PortConfig): boolean =>
  a.TargetPort === b.TargetPort &&
  protocolOf(a) === protocolOf(b) &&
  (a.Name ?? "") === (b.Name ?? "") &&
  isIngressPort(a)

const isDynamic = ({ PublishedPort = 0 }: PortConfig): boolean =>
  PublishedPort >= dynamicPorts.first && PublishedPort <= dynamicPorts.last

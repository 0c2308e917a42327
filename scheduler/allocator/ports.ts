import type { EndpointSpec, PortConfig } from "../../core/model/endpoint.ts"
import type { Service } from "../../core/model/service.ts"
import type { Reader } from "../../core/store/reader.ts"

export const protocolOf = (port: PortConfig): "tcp" | "udp" | "sctp" => port.Protocol ?? "tcp"

/** Ports are published through the routing mesh unless said otherwise. */
export const isIngressPort = (port: PortConfig): boolean => (port.PublishMode ?? "ingress") === "ingress"
const isHostPort = (port: PortConfig): boolean => port.PublishMode === "host"

/** What a published port is taken by: tcp 80 and udp 80 are two ports. */
export const portKey = (port: PortConfig): string => `${protocolOf(port)}/${port.PublishedPort ?? 0}`

/** The ports that a task takes on its node. */
export const hostPortsOf = (spec: EndpointSpec | undefined): ReadonlyArray<string> =>
  (spec?.Ports ?? []).filter((port) => isHostPort(port) && (port.PublishedPort ?? 0) !== 0).map(portKey)

export const publishesThroughIngress = (spec: EndpointSpec | undefined): boolean =>
  (spec?.Ports ?? []).some(isIngressPort)

/** A published port that another service has. `as` tells how that one publishes it. */
export interface PortConflict {
  readonly port: number
  readonly service: Service
  readonly as: "ingress" | "host"
}

/**
 * The first published port of a service's endpoint that another service has already. Two services may publish the same port in host
 * mode: they only exclude each other node by node, which is the scheduler's business. `serviceId` is the service that asks, undefined for a new
 * one. Source: swarmkit manager/controlapi/service.go checkPortConflicts.
 */
export function ingressPortConflict(
  reader: Reader,
  serviceId: string | undefined,
  spec: EndpointSpec | undefined,
): PortConflict | undefined {
  const wanted = (spec?.Ports ?? []).filter((port) => (port.PublishedPort ?? 0) !== 0)
  if (wanted.length === 0) return undefined
  const ingress = new Set(wanted.filter(isIngressPort).map(portKey))
  const host = new Set(wanted.filter(isHostPort).map(portKey))
  for (const service of reader.all("services")) {
    if (service.ID === serviceId) continue
    for (const port of [...(service.Spec.EndpointSpec?.Ports ?? []), ...(service.Endpoint.Ports ?? [])]) {
      if ((port.PublishedPort ?? 0) === 0) continue
      const key = portKey(port)
      const as = isHostPort(port) ? "host" : "ingress"
      if (ingress.has(key) || (as === "ingress" && host.has(key))) {
        return { port: port.PublishedPort ?? 0, service, as }
      }
    }
  }
  return undefined
}

/** Swarm's words for it, the description of an InvalidArgument error. */
export const portConflictMessage = ({ port, service, as }: PortConflict): string =>
  `port '${port}' is already in use by service '${service.Spec.Name}' (${service.ID}) as ${
    as === "host" ? "a host-published port" : "an ingress port"
  }`

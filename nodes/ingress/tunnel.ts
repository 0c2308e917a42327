import type { Duplex } from "node:stream"
import type { IngressTarget } from "./routes.ts"

/** What the opener of a tunnel says to the node at its other end. */
export interface TunnelHeader {
  readonly type: "ingress"
  readonly protocol: "tcp" | "udp"
  readonly taskId: string
  readonly port: number
}

/**
 * The way to the containers of other nodes: a stream of bytes to a node, with half close and back-pressure. A stream that cannot be had is
 * destroyed with an error. The other end first answers with one byte: `accepted` once it has reached the container, `refused` if it cannot.
 */
export interface Tunnel {
  open(nodeId: string, header: TunnelHeader): Duplex
}

export const accepted = 1
export const refused = 0

export const headerOf = (protocol: TunnelHeader["protocol"], { taskId, port }: IngressTarget): TunnelHeader => ({
  type: "ingress",
  protocol,
  taskId,
  port,
})

/** Whether what a peer says of a stream is a tunnel's header; it may say anything. */
export function isTunnelHeader(
  header: Readonly<Record<string, unknown>>,
): header is Readonly<Record<string, unknown>> & TunnelHeader {
  const { type, protocol, taskId, port } = header
  return (
    type === "ingress" &&
    (protocol === "tcp" || protocol === "udp") &&
    typeof taskId === "string" &&
    typeof port === "number" &&
    Number.isInteger(port) &&
    port > 0 &&
    port < 65_536
  )
}

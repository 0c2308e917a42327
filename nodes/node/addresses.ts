import { isIP } from "node:net"
import * as Result from "effect/Result"
import { type Answer, refuse } from "../../core/errors.ts"

/** Where a node listens and under which address others reach it. */
export interface Addresses {
  /** "ip:port". */
  readonly listenAddr: string
  readonly advertiseAddr: string
  /** The IP address of the latter. */
  readonly addr: string
}

export const defaultPort = "2377"

/** What `--listen-addr` and `--advertise-addr` mean on this machine (moby daemon/cluster/listen_addr.go). */
export function addressesOf(
  given: { readonly listenAddr: string; readonly advertiseAddr: string },
  machine: { readonly address: string; readonly addressOf?: (interfaceName: string) => string | undefined },
): Answer<Addresses> {
  const ipOf = (host: string) => (isIP(host) === 0 ? machine.addressOf?.(host) : host)
  const listen = splitPort(given.listenAddr === "" ? "0.0.0.0" : given.listenAddr)
  const listenIp = ipOf(listen.host)
  if (listenIp === undefined) {
    return refuse(400, "listen address must be an IP address or network interface (with optional port number)")
  }
  const isAny = listenIp === "0.0.0.0" || listenIp === "::"
  const advertise = splitPort(given.advertiseAddr === "" ? (isAny ? machine.address : listenIp) : given.advertiseAddr)
  const ip = ipOf(advertise.host)
  if (ip === undefined || ip === "0.0.0.0" || ip === "::") {
    return refuse(
      400,
      "advertise address must be a non-zero IP address or network interface (with optional port number)",
    )
  }
  return Result.succeed({
    listenAddr: joined(listenIp, listen.port ?? defaultPort),
    advertiseAddr: joined(ip, advertise.port ?? listen.port ?? defaultPort),
    addr: ip,
  })
}

/** "ip:port", the port being Swarm's own when there is none. */
export function withPort(remote: string): string {
  const { host, port } = splitPort(remote)
  return joined(host, port ?? defaultPort)
}

function splitPort(text: string): { readonly host: string; readonly port: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(\d+))?$/.exec(text)
  if (bracketed) return { host: bracketed[1] ?? "", port: bracketed[2] }
  const plain = /^([^:]*):(\d+)$/.exec(text)
  return plain ? { host: plain[1] ?? "", port: plain[2] } : { host: text, port: undefined }
}

const joined = (ip: string, port: string): string => (isIP(ip) === 6 ? `[${ip}]:${port}` : `${ip}:${port}`)

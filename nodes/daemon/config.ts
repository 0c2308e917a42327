import { isIP } from "node:net"
import type { ApiHost } from "./api-listen.ts"
import type { LogFormat, LogLevel } from "./log.ts"

/** What stands behind the daemon: a real engine at its socket, or one that only pretends. */
export type EngineChoice = { readonly type: "docker"; readonly socketPath: string } | { readonly type: "simulated" }

export interface HostPort {
  readonly host: string
  readonly port: number
}

/** The files of TLS for the API, as dockerd names them. With `verify`, clients must show a certificate of `caCert`. */
export interface TlsFiles {
  readonly verify: boolean
  readonly caCert: string
  readonly cert: string
  readonly key: string
}

export interface DaemonConfig {
  readonly dataDir: string
  readonly apiHosts: ReadonlyArray<ApiHost>
  readonly tls?: TlsFiles
  /** Allows tcp without TLS beyond the loopback. */
  readonly insecure: boolean
  /** Names by which clients may call the API beside addresses and localhost. */
  readonly hostNames: ReadonlyArray<string>
  readonly engine: EngineChoice
  /** Where a manager listens for the other nodes, unless `swarm init` or `swarm join` say otherwise. */
  readonly listenAddr: HostPort
  /** Under which address others reach this node; undefined: that of the only network there is. */
  readonly advertiseAddr?: string
  /** Where published ports of services are listened for: an address of this host, or all of them. */
  readonly publishAddr: string
  /** What the node is called in the swarm; undefined: as the host is. */
  readonly nodeName?: string
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
  readonly metrics?: HostPort
}

/** Reads "host:port", "[::1]:port", "host" or ":port". */
export function parseHostPort(text: string, port: number): HostPort | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text)
  const given = match?.[3] === undefined ? port : Number(match[3])
  if (!match || given > 65_535) return undefined
  return { host: match[1] ?? match[2] ?? "", port: given }
}

export const showHostPort = ({ host, port }: HostPort): string => `${isIP(host) === 6 ? `[${host}]` : host}:${port}`

/** Reads `--engine`: unix:///var/run/docker.sock or sim:. */
export function parseEngine(text: string): EngineChoice | undefined {
  if (text === "sim:" || text === "sim") return { type: "simulated" }
  const path = /^unix:\/\/(\/.+)$/.exec(text)?.[1]
  return path === undefined ? undefined : { type: "docker", socketPath: path }
}

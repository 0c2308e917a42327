import { CliError } from "../errors.ts"
import { contextHost } from "./context.ts"

const defaultHost = "tcp://127.0.0.1:2375"

/** Where an engine listens: a socket in the file system, or a TCP address. */
export type Endpoint =
  | { readonly socketPath: string }
  | { readonly hostname: string; readonly port: number; readonly prefix: string }

/** The address to use: --host, else DOCKER_HOST, else that of docker's current context, else a local cluster's. */
export const chooseHost = (flag: string, env: Readonly<Record<string, string | undefined>>): string =>
  flag || env.DOCKER_HOST || contextHost(env) || defaultHost

/** Reads unix:///path, tcp://host:port, http://host:port and host:port. */
export function parseHost(host: string): Endpoint {
  const [scheme, rest] = split(host)
  if (scheme === "unix") return { socketPath: rest === "" ? "/var/run/docker.sock" : rest }
  if (scheme !== "tcp" && scheme !== "http") {
    throw new CliError(`cannot use ${host}: only unix:// and tcp:// addresses are supported`)
  }
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:/[\]]*)(?::(\d+))?(\/.*)?$/.exec(rest)
  const port = match?.[2] === undefined ? 2375 : Number(match[2])
  if (match === null || port > 65_535) throw new CliError(`unable to parse docker host \`${host}\``)
  return {
    hostname: (match[1] === undefined || match[1] === "" ? "127.0.0.1" : match[1]).replace(/^\[|\]$/g, ""),
    port,
    prefix: (match[3] ?? "").replace(/\/+$/, ""),
  }
}

function split(host: string): readonly [string, string] {
  const at = host.indexOf("://")
  return at < 0 ? ["tcp", host] : [host.slice(0, at), host.slice(at + 3)]
}

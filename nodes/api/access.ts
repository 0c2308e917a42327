import { isIP } from "node:net"
import { type ApiError, apiError } from "../../core/errors.ts"

/**
 * Why a request is not from a client that may be served. The API has no passwords and listens on loopback; web pages in this machine's
 * browser must not reach it, neither directly (they send an Origin) nor by a name of their own that leads here (a foreign Host).
 */
export function accessError(
  headers: Readonly<Record<string, string | undefined>>,
  hosts: ReadonlyArray<string>,
): ApiError | undefined {
  if (headers.origin !== undefined) return apiError(403, "requests from web pages are not served")
  const host = hostname(headers.host ?? "")
  return host === "" || isOwn(host) || hosts.includes(host)
    ? undefined
    : apiError(403, `host ${JSON.stringify(host)} is not served: use an address or localhost`)
}

const isOwn = (host: string): boolean => isIP(host) !== 0 || host === "localhost" || host.endsWith(".localhost")

/** A Host header without its port; brackets of an IPv6 address come off. */
function hostname(header: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(header)
  return (bracketed ? (bracketed[1] ?? "") : header.replace(/:\d+$/, "")).toLowerCase()
}
